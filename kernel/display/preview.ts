/**
 * A value as text, for a hover. Only descriptors are read, so no getter, proxy or method of the user's runs, which `util.inspect` cannot promise: it
 * reads `Symbol.toStringTag`.
 */
import { types } from "node:util";

const ENTRIES = 20;
const CHARACTERS = 500;

export function previewOf(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
  if (types.isProxy(value)) return "Proxy";
  if (typeof value === "function")
    return `[${isClass(value) ? "class" : "Function"} ${nameOf(value) || "(anonymous)"}]`;
  if (types.isDate(value))
    return Number.isNaN(Date.prototype.getTime.call(value)) ? "Invalid Date" : Date.prototype.toISOString.call(value);
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
  const name = classNameOf(value);
  if (types.isNativeError(value)) return errorText(value, name);
  if (depth < 0) return `[${name}]`;
  if (types.isMap(value)) {
    const entries = [...Map.prototype.entries.call(value)].map(
      ([key, item]) => `${previewOf(key, depth - 1)} => ${previewOf(item, depth - 1)}`,
    );
    return `${name}(${entries.length}) ${braced(entries, "{", "}")}`;
  }
  if (types.isSet(value)) {
    const items = [...Set.prototype.values.call(value)].map((item) => previewOf(item, depth - 1));
    return `${name}(${items.length}) ${braced(items, "{", "}")}`;
  }
  const isList = Array.isArray(value) || types.isTypedArray(value);
  const fields = ownFields(value, isList, depth);
  const lead = isList
    ? name === "Array"
      ? ""
      : `${name}(${(value as ArrayLike<unknown>).length}) `
    : name === "Object"
      ? ""
      : `${name} `;
  const total = isList ? Math.max(fields.length, (value as ArrayLike<unknown>).length) : fields.length;
  return lead + (isList ? braced(fields, "[", "]", total) : braced(fields, "{", "}"));
}

function errorText(error: Error, name: string): string {
  const message: unknown = Object.getOwnPropertyDescriptor(error, "message")?.value;
  return typeof message === "string" && message !== "" ? `${name}: ${cut(message)}` : name;
}

function ownFields(value: object, isList: boolean, depth: number): string[] {
  const keys = isList ? indices(value as ArrayLike<unknown>) : Reflect.ownKeys(value).slice(0, ENTRIES * 5);
  return keys.flatMap((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (!descriptor?.enumerable) return [];
    const text =
      "value" in descriptor ? previewOf(descriptor.value, depth - 1) : descriptor.get ? "[Getter]" : "[Setter]";
    return isList && /^\d+$/.test(String(key)) ? [text] : [`${String(key)}: ${text}`];
  });
}

/** The first indices and, where it is short, the other keys: those of a long list would take longer to be made than to be shown. */
function indices(list: ArrayLike<unknown>): PropertyKey[] {
  if (list.length <= ENTRIES * 5) return Reflect.ownKeys(list);
  return Array.from({ length: ENTRIES * 5 }, (_, index) => String(index));
}

function braced(parts: string[], open: string, close: string, total = parts.length): string {
  const shown = total > ENTRIES ? [...parts.slice(0, ENTRIES), `… ${total - ENTRIES} more`] : parts;
  return shown.length === 0 ? open + close : open === "[" ? `[${shown.join(", ")}]` : `{ ${shown.join(", ")} }`;
}

/** Of the constructor that the prototype names, if it says so without code. */
export function classNameOf(value: object): string {
  for (let object: object | null = value; object !== null; object = Object.getPrototypeOf(object)) {
    if (types.isProxy(object)) return "Object";
    const maker: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
    if (typeof maker === "function" && !types.isProxy(maker)) return nameOf(maker) || "Object";
  }
  return "Object";
}

export function isClass(value: unknown): boolean {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

function nameOf(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" ? name : "";
}

function cut(text: string): string {
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}
