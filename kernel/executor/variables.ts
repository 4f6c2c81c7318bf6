/**
 * What the debugger shows of values: names, text, and numbers by which to ask for what is inside. Called by the inspector, also while the main thread is
 * paused. Only descriptors are read, so no getter and no proxy's trap runs.
 */
import { types } from "node:util";
import { bundleOf, ownBundleOf } from "../display/bundle.ts";
import { classNameOf, previewOf } from "../display/preview.ts";
import type { ListedVariable, VariableRange } from "../link/variables.ts";
import type { MimeBundle } from "../protocol/messages.ts";
import { entryName, writeMember } from "./member-values.ts";

/** Members that are listed where nobody says how many. */
const MEMBERS = 100;

const CHARACTERS = 300;

/** What a reference stands for. */
interface Container {
  list(range: VariableRange): ListedVariable[];
  /** Whose members are listed, and how to reach it; a scope is no object. */
  object?: object;
  path?: string | undefined;
}

const containers = new Map<number, Container>();
let references = 0;

/** Names that the global object had before the first cell. */
let builtIn: ReadonlySet<string> = new Set();

export function rememberGlobals(): void {
  builtIn = new Set(Object.getOwnPropertyNames(globalThis));
}

function referTo(container: Container): number {
  containers.set(++references, container);
  return references;
}

function listed(name: string, value: unknown, evaluateName?: string): ListedVariable {
  const text = safely(() => previewOf(value, 1), "…");
  return {
    name,
    value: text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text,
    type: typeOf(value),
    ...inside(value, evaluateName),
    ...(evaluateName === undefined ? {} : { evaluateName }),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return safely(() => classNameOf(value), "Object");
}

function inside(value: unknown, path?: string): Pick<ListedVariable, "variablesReference" | "indexedVariables"> {
  const isObject = value !== null && (typeof value === "object" || typeof value === "function");
  if (!isObject || types.isProxy(value)) return { variablesReference: 0 };
  const isEmpty = !isCollection(value) && Reflect.ownKeys(value).length === 0;
  if (isEmpty || (typeof value === "function" && !hasFields(value))) return { variablesReference: 0 };
  const length = lengthOf(value);
  return {
    variablesReference: referTo({ object: value, path, list: (range) => members(value, path, range) }),
    ...(length > MEMBERS ? { indexedVariables: length } : {}),
  };
}

function isCollection(value: object): value is Map<unknown, unknown> | Set<unknown> | ArrayLike<unknown> {
  return types.isMap(value) || types.isSet(value) || isList(value);
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || types.isTypedArray(value);
}

/** Every function has a name and a length; a class may have more. */
function hasFields(value: object): boolean {
  return Reflect.ownKeys(value).some((key) => !FUNCTION_KEYS.has(String(key)));
}

const FUNCTION_KEYS: ReadonlySet<string> = new Set(["length", "name", "prototype", "arguments", "caller"]);

const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size")!.get!;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size")!.get!;

function lengthOf(value: object): number {
  if (types.isMap(value)) return mapSize.call(value) as number;
  if (types.isSet(value)) return setSize.call(value) as number;
  return isList(value) ? value.length : 0;
}

function members(value: object, path: string | undefined, range: VariableRange): ListedVariable[] {
  const { start = 0, count } = range;
  const length = lengthOf(value);
  const end = Math.min(length, start + (count || MEMBERS));
  const items = [...itemsOf(value, path, start, end)];
  if (count || length > MEMBERS) {
    if (!count) items.push({ name: "…", value: `${length - end} more`, type: "", variablesReference: 0 });
    return items;
  }
  const keys = Reflect.ownKeys(value).filter((key) => !isList(value) || !/^\d+$/.test(String(key)));
  return [...items, ...keys.map((key) => member(value, key, path))];
}

function* itemsOf(value: object, path: string | undefined, start: number, end: number): Generator<ListedVariable> {
  if (isList(value)) {
    for (let index = start; index < end; index++) {
      if (Object.hasOwn(value, index)) yield member(value, String(index), path);
    }
    return;
  }
  const entries = types.isMap(value)
    ? Map.prototype.entries.call(value)
    : types.isSet(value)
      ? Set.prototype.entries.call(value)
      : [];
  let index = -1;
  for (const [key, item] of entries) {
    if (++index < start) continue;
    if (index >= end) return;
    yield listed(types.isMap(value) ? entryName(key) : String(index), item);
  }
}

function member(object: object, key: string | symbol, path: string | undefined): ListedVariable {
  const name = String(key);
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor && !("value" in descriptor)) {
    const value = descriptor.get ? (descriptor.set ? "[Getter/Setter]" : "[Getter]") : "[Setter]";
    return { name, value, type: "accessor", variablesReference: 0 };
  }
  const reachable = path !== undefined && typeof key === "string";
  return listed(name, descriptor?.value, reachable ? path + access(key) : undefined);
}

function access(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Objects that have variables for properties, as V8 shows scopes; the innermost first, whose names hide those of the others. */
function scope(self: unknown, ...scopes: object[]): number {
  const values = new Map<string, unknown>();
  if (self !== undefined && self !== globalThis) values.set("this", self);
  for (const each of scopes) {
    for (const name of Object.getOwnPropertyNames(each)) {
      const descriptor = Object.getOwnPropertyDescriptor(each, name);
      if (isShown(name) && descriptor && "value" in descriptor && !values.has(name)) values.set(name, descriptor.value);
    }
  }
  if (values.size === 0) return 0;
  return referTo({ list: () => [...values].map(([name, value]) => listed(name, value, name)) });
}

/** @param readers What reads each name that cells have declared. */
function globals(readers: Readonly<Record<string, () => unknown>>): number {
  const list = () => {
    const shown = new Map<string, unknown>();
    for (const [name, read] of Object.entries(readers)) {
      // A name whose declaration threw has no value.
      const value = isShown(name) ? safely(() => ({ read: read() }), null) : null;
      if (value) shown.set(name, value.read);
    }
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
      if (!builtIn.has(name) && !shown.has(name) && "value" in descriptor) shown.set(name, descriptor.value);
    }
    return [...shown].map(([name, value]) => listed(name, value, name));
  };
  return referTo({ list });
}

/** Names that lowering has made up end in the number of their cell. */
function isShown(name: string): boolean {
  return !/^__gradbook|\$\d+$/.test(name);
}

/** @param value Undefined stands for no answer to a wrong reference, too. */
export const variables = {
  scope,
  globals,
  list: (reference: number, range: VariableRange): ListedVariable[] | null =>
    containers.get(reference)?.list(range) ?? null,
  /**
   * Gives a member another value.
   *
   * @throws {TypeError} If the member cannot be written without running code, or at all.
   */
  assign(reference: number, name: string, value: unknown): ListedVariable {
    const { object, path } = containers.get(reference) ?? {};
    if (!object) throw new RangeError(`${name} is no member of an object that was listed`);
    const written = writeMember(object, name, value);
    return listed(name, written, path === undefined || types.isMap(object) ? undefined : path + access(name));
  },
  /** A value by itself: what an expression has given. */
  result: (value: unknown, expression: string): ListedVariable => listed("result", value, expression),
  /** The value as its cell would show it. While the main thread is paused no promise settles: then what the value itself gives at once, or its text. */
  rich: (value: unknown, isPaused: boolean): MimeBundle | Promise<MimeBundle> =>
    isPaused ? ownBundleOf(value) : bundleOf(value, () => {}),
  /** The numbers that were given mean nothing any more. */
  forget: (): void => containers.clear(),
};

function safely<Result>(run: () => Result, otherwise: Result): Result {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
