/** Answers to completion and inspection, from the values that exist. No getter and no code of the user's is run: V8 refuses side effects. */
import { Session } from "node:inspector";
import { types } from "node:util";
import { classNameOf, isClass, previewOf } from "../display/preview.ts";
import type { Description, NameInfo } from "../link/messages.ts";
import { RUNTIME } from "../link/messages.ts";

interface RemoteObject {
  objectId?: string;
  value?: unknown;
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
  return valueCall<NameInfo[]>(expression.replaceAll("?.", "."), "membersOf") ?? [];
}

export function describeValue(expression: string, detail: 0 | 1): Description | null {
  return valueCall<Description | null>(expression.replaceAll("?.", "."), "descriptionOf", detail);
}

/**
 * Evaluates an expression without side effects and gives its value to a function of the runtime. The value stays in an array: V8 itself reads properties
 * of an object that it is to describe, through a proxy if it has to.
 */
function valueCall<Answer>(expression: string, method: string, ...parameters: number[]): Answer | null {
  const holder = evaluateQuietly(`[${expression}]`);
  if (!holder?.objectId) return null;
  const answer = post<{ result?: { value?: Answer } }>("Runtime.callFunctionOn", {
    objectId: holder.objectId,
    functionDeclaration: `function (...parameters) { return ${RUNTIME}.${method}(this[0], ...parameters); }`,
    arguments: parameters.map((value) => ({ value })),
    returnByValue: true,
  });
  return answer?.result?.value ?? null;
}

/** Run inside the runtime object, on the value itself; reads descriptors only. */
export function membersOf(value: unknown): NameInfo[] {
  const found = new Map<string, NameInfo>();
  if (value === null || value === undefined) return [];
  for (let object: object | null = Object(value); object; object = Object.getPrototypeOf(object)) {
    if (types.isProxy(object)) break;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (/^\d/.test(name) || found.has(name)) continue;
      found.set(name, { name, kind: kindOf(descriptor) });
    }
  }
  return [...found.values()];
}

/** Run inside the runtime object, like membersOf. */
export function descriptionOf(value: unknown, detail: 0 | 1): Description | null {
  if (value === undefined) return null;
  if (value === null) return { type: "null", text: "null" };
  if (typeof value === "function" && !types.isProxy(value)) {
    const source = Function.prototype.toString.call(value);
    return { type: isClass(value) ? "class" : "function", text: detail ? source : signature(source) };
  }
  const type = typeof value === "object" ? classNameOf(value) : typeof value;
  return { type, text: previewOf(value, detail ? 4 : 1) };
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
  return isClass(value) ? "class" : "function";
}

/** What stands before the body: `function f(a, b = 1)`. */
function signature(source: string): string {
  const lines = source.split("\n");
  const head = /^[^{]*?(?==>|\{)/.exec(source)?.[0].trim();
  return head && head.length < 300 ? head : lines[0]!.slice(0, 300);
}
