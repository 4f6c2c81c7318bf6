/** Looking at values that may not be what they seem: nothing here runs a getter or a proxy's trap of an instance. */
import { types } from "node:util";

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

/** A property as it stands in the object or its prototypes; undefined behind a proxy. */
export function lookUp(value: object, name: PropertyKey): PropertyDescriptor | undefined {
  for (let object: object | null = value; object !== null; object = Object.getPrototypeOf(object)) {
    if (types.isProxy(object)) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}

export function methodOf(value: object, name: PropertyKey): Method | null {
  const found: unknown = lookUp(value, name)?.value;
  return typeof found === "function" ? (found as Method) : null;
}

/** A property that holds a value, not one that is computed. */
export function fieldOf(value: object, name: PropertyKey): unknown {
  return lookUp(value, name)?.value;
}

/** An object as a literal makes it. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object" || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
