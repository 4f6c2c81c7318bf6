/** Members of values by the names under which the debugger lists them, and how they get another value without any code of the user's being run. */
import { types } from "node:util";
import { previewOf } from "../display/preview.ts";

/** What an entry of a map is listed as. */
export function entryName(key: unknown): string {
  return previewOf(key, 0);
}

/**
 * @returns The value that the member has then: a typed array converts what it is given.
 * @throws {TypeError} If the member cannot be written.
 */
export function writeMember(object: object, name: string, value: unknown): unknown {
  if (types.isSet(object))
    throw new TypeError("The members of a set have no names by which to give them another value");
  if (types.isMap(object)) return writeEntry(object, name, value);
  const key = Reflect.ownKeys(object).find((each) => String(each) === name);
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(object, key);
  if (key === undefined || !descriptor) throw new TypeError(`There is no member ${name}`);
  if (!("value" in descriptor)) throw new TypeError(`${name} is an accessor: to write it would run its code`);
  if (!Reflect.set(object, key, value)) throw new TypeError(`${name} cannot be written`);
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function writeEntry(map: Map<unknown, unknown>, name: string, value: unknown): unknown {
  const keys = [...(Map.prototype.keys.call(map) as Iterable<unknown>)].filter((key) => entryName(key) === name);
  if (keys.length !== 1) throw new TypeError(`${keys.length} keys of the map are shown as ${name}: expected one`);
  Map.prototype.set.call(map, keys[0], value);
  return value;
}
