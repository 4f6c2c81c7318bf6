/** Calls of the executor's own functions through the inspector, which works while the main thread is paused, too. */
import type { Runtime } from "node:inspector";
import type { Inspector } from "../supervisor/inspector.ts";

interface Evaluated {
  result: Runtime.RemoteObject;
  exceptionDetails?: Runtime.ExceptionDetails;
}

/** The user's code threw, or is none. */
export class EvaluationError extends Error {
  override name = "EvaluationError";
}

/** @throws {EvaluationError} With what the expression threw. */
export async function evaluated(answer: Promise<Evaluated>): Promise<Runtime.RemoteObject> {
  const { result, exceptionDetails } = await answer;
  if (!exceptionDetails) return result;
  const { text, exception } = exceptionDetails;
  throw new EvaluationError(exception?.description?.split("\n    at ")[0] ?? String(exception?.value ?? text));
}

/** Calls a function by name with values that JSON can hold. */
export async function ask<Answer>(inspector: Inspector, name: string, ...parameters: unknown[]): Promise<Answer> {
  const expression = `${name}(${parameters.map((parameter) => JSON.stringify(parameter)).join(", ")})`;
  const answer = inspector.post<Evaluated>("Runtime.evaluate", {
    expression,
    returnByValue: true,
    silent: true,
    disableBreaks: true,
  });
  return (await evaluated(answer)).value as Answer;
}

/** Calls a function on an object that V8 has handed out. */
export async function callOn<Answer>(
  inspector: Inspector,
  objectId: string,
  functionDeclaration: string,
  options: { others?: readonly (string | undefined)[]; awaitPromise?: boolean } = {},
): Promise<Answer> {
  const { others = [], awaitPromise = false } = options;
  const answer = inspector.post<Evaluated>("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration,
    arguments: others.map((id) => (id === undefined ? {} : { objectId: id })),
    returnByValue: true,
    silent: true,
    awaitPromise,
  });
  return (await evaluated(answer)).value as Answer;
}
