/** Answers to completion and inspection, from the values that exist. No getter and no code of the user's is run: V8 refuses side effects. */
import { Session } from "node:inspector";
import { inspect, types } from "node:util";
import type { Description, NameInfo } from "../link/messages.ts";
import { RUNTIME } from "../link/messages.ts";

interface RemoteObject {
  type: string;
  subtype?: string;
  className?: string;
  description?: string;
  objectId?: string;
}

const session = new Session();
session.connect();

function post<Result>(method: string, parameters: object): Result | null {
  let answer: Result | null = null;
  // A session on its own thread answers before post returns.
  session.post(method, parameters, (error, result) => {
    answer = error ? null : (result as Result);
  });
  return answer;
}

/** Every name that a cell can use. */
export function names(): NameInfo[] {
  const lexical = post<{ names: string[] }>("Runtime.globalLexicalScopeNames", {})?.names ?? [];
  const found = new Map<string, NameInfo>();
  for (
    let object: object | null = globalThis;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (isOffered(name) && !found.has(name)) found.set(name, { name, kind: kindOf(descriptor) });
    }
  }
  for (const name of lexical) {
    if (!isOffered(name)) continue;
    const type = evaluateQuietly(`typeof ${name}`) as { value?: unknown } | null;
    found.set(name, { name, kind: type?.value === "function" ? "function" : "instance" });
  }
  return [...found.values()];
}

/** The members of the value of an expression, inherited ones too; empty where finding out would run code. */
export function members(expression: string): NameInfo[] {
  const object = evaluateQuietly(expression.replaceAll("?.", "."));
  if (!object) return [];
  if (object.type === "undefined" || object.subtype === "null") return [];
  const objectId = object.objectId ?? evaluateQuietly(`Object(${expression})`)?.objectId;
  if (!objectId) return [];
  const answer = post<{ result?: { value?: NameInfo[] } }>("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: `function () { return ${RUNTIME}.membersOf(this); }`,
    returnByValue: true,
  });
  return answer?.result?.value ?? [];
}

export function describeValue(expression: string, detail: 0 | 1): Description | null {
  const object = evaluateQuietly(expression);
  if (!object || (object.type === "undefined" && !/^undefined$/.test(expression))) return null;
  const type = object.className ?? object.subtype ?? object.type;
  if (object.type === "function") {
    const source = object.description ?? "";
    return { type: /^class\b/.test(source) ? "class" : "function", text: detail ? source : signature(source) };
  }
  if (!object.objectId) return { type, text: object.description ?? String((object as { value?: unknown }).value) };
  const preview = post<{ result?: { value?: string } }>("Runtime.callFunctionOn", {
    objectId: object.objectId,
    functionDeclaration: `function (depth) { return ${RUNTIME}.previewOf(this, depth); }`,
    arguments: [{ value: detail ? 4 : 1 }],
    returnByValue: true,
  });
  return { type, text: preview?.result?.value ?? object.description ?? "" };
}

/** Run inside the runtime object, on the value itself; reads descriptors only. */
export function membersOf(value: object): NameInfo[] {
  const found = new Map<string, NameInfo>();
  if (types.isProxy(value)) return [];
  for (let object: object | null = value; object; object = Object.getPrototypeOf(object)) {
    if (types.isProxy(object)) break;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (/^\d/.test(name) || found.has(name)) continue;
      found.set(name, { name, kind: kindOf(descriptor) });
    }
  }
  return [...found.values()];
}

/** A value as text without running its own inspection. */
export function previewOf(value: object, depth: number): string {
  return inspect(value, { depth, customInspect: false, maxArrayLength: 20, maxStringLength: 500 });
}

function evaluateQuietly(expression: string): RemoteObject | null {
  const answer = post<{ result: RemoteObject; exceptionDetails?: object }>("Runtime.evaluate", {
    expression,
    throwOnSideEffect: true,
    silent: true,
    timeout: 200,
    objectGroup: "introspection",
  });
  return !answer || answer.exceptionDetails ? null : answer.result;
}

/** Drops the values that answers were made from. */
export function release(): void {
  session.post("Runtime.releaseObjectGroup", { objectGroup: "introspection" });
}

function isOffered(name: string): boolean {
  return name !== RUNTIME && !/\$\d+$/.test(name);
}

function kindOf({ value }: PropertyDescriptor): NameInfo["kind"] {
  if (typeof value !== "function") return "property";
  return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function";
}

/** What stands before the body: `function f(a, b = 1)`. */
function signature(source: string): string {
  const lines = source.split("\n");
  const head = /^[^{]*?(?==>|\{)/.exec(source)?.[0].trim();
  return head && head.length < 300 ? head : lines[0]!.slice(0, 300);
}
