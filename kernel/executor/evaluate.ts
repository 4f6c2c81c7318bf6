/** One cell, run in V8's REPL mode: what it declares stays, also after a throw, and can be declared again. */
import { Session } from "node:inspector";
import { bundleOf } from "../display/bundle.ts";
import type { CellScript, Outcome } from "../link/messages.ts";
import { RUNTIME } from "../link/messages.ts";
import type { ErrorContent, ExpressionResult, MimeBundle } from "../protocol/messages.ts";
import { type CellContext, enterContext } from "./context.ts";
import { isDisplayHandle, pendingDisplays } from "./display.ts";
import { interruptible } from "./interrupt.ts";
import { abandon, flush, write } from "./output.ts";
import { takeCaught } from "./runtime.ts";
import { remember, sourcePlace } from "./scripts.ts";
import { errorContent, Interrupted } from "./traceback.ts";

interface ExceptionDetails {
  text: string;
  lineNumber: number;
  columnNumber: number;
  exception?: { type: string; objectId?: string; value?: unknown; description?: string; unserializableValue?: string };
}

interface Evaluation {
  result?: { objectId?: string };
  exceptionDetails?: ExceptionDetails;
}

const { setImmediate } = globalThis;
const session = new Session();
session.connect();

export async function execute(
  cell: CellScript,
  expressions: Record<string, CellScript | ErrorContent>,
): Promise<Outcome> {
  const context: CellContext = { id: cell.id, interrupted: false, interruptions: 0 };
  let stop = () => {};
  const stopped = new Promise<"stopped">((resolve) => {
    stop = () => resolve("stopped");
  });
  const ended = interruptible(context, stop);
  try {
    const outcome = await Promise.race([run(cell, expressions, context), stopped]);
    if (outcome !== "stopped") return outcome;
    abandon(cell.id);
    return { status: "error", ...errorContent(new Interrupted()) };
  } finally {
    ended();
  }
}

async function run(
  cell: CellScript,
  expressions: Record<string, CellScript | ErrorContent>,
  context: CellContext,
): Promise<Outcome> {
  const value = await evaluate(cell, context);
  let outcome: Outcome;
  if ("error" in value) {
    outcome = { status: "error", ...value.error };
  } else {
    // The handle that display() gives says nothing: what it handles is on the page already.
    const silent = value.result === undefined || isDisplayHandle(value.result);
    const result = silent ? null : await enterContext(context, () => shown(value.result, context));
    const results: Record<string, ExpressionResult> = {};
    for (const [name, expression] of Object.entries(expressions))
      results[name] = await expressionResult(expression, context);
    outcome = { status: "ok", result, expressions: results };
  }
  await pendingDisplays(cell.id);
  // A rejection that nobody handles is reported when the microtasks are done: it belongs to this cell's output.
  await new Promise<void>((resolve) => setImmediate(resolve));
  flush();
  return outcome;
}

async function expressionResult(
  expression: CellScript | ErrorContent,
  context: CellContext,
): Promise<ExpressionResult> {
  if ("ename" in expression) return { status: "error", ...expression };
  const value = await evaluate(expression, context);
  if ("error" in value) return { status: "error", ...value.error };
  return { status: "ok", ...(await shown(value.result, context)) };
}

function shown(value: unknown, context: CellContext): Promise<MimeBundle> {
  return bundleOf(value, (problem) => write("stderr", `${problem}\n`, context.id));
}

async function evaluate(
  script: CellScript,
  context: CellContext,
): Promise<{ result: unknown } | { error: ErrorContent }> {
  remember(script);
  context.result = undefined;
  const evaluation = await enterContext(
    context,
    () =>
      new Promise<Evaluation | Error>((resolve) => {
        const parameters = { expression: script.code, replMode: true, awaitPromise: true, objectGroup: "cell" };
        session.post("Runtime.evaluate", parameters, (error, result) => resolve(error ?? (result as Evaluation)));
      }),
  );
  const { result } = context;
  context.result = undefined;
  // V8 answers so when the script was terminated before its first await.
  if (evaluation instanceof Error) return { error: errorContent(new Interrupted()) };
  const details = evaluation.exceptionDetails;
  return details ? { error: thrown(details, script) } : { result };
}

/** Lets go of the values of cells that the inspector holds. */
export function releaseValues(): void {
  session.post("Runtime.releaseObjectGroup", { objectGroup: "cell" });
}

function thrown(details: ExceptionDetails, script: CellScript): ErrorContent {
  const { exception, text } = details;
  // A terminated script throws nothing that could be caught or shown.
  if (!exception || /terminated/i.test(text + (exception.description ?? ""))) return errorContent(new Interrupted());
  const place = sourcePlace(script.id, details.lineNumber + 1, details.columnNumber + 1);
  return errorContent(remoteValue(exception), place);
}

/** The very value that was thrown, not the inspector's description of it. */
function remoteValue({
  type,
  objectId,
  value,
  unserializableValue,
}: NonNullable<ExceptionDetails["exception"]>): unknown {
  if (type === "undefined") return undefined;
  if (objectId === undefined) return unserializableValue === undefined ? value : unserialized(unserializableValue);
  session.post("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: `function () { "use strict"; ${RUNTIME}.caught = this; }`,
  });
  return takeCaught();
}

function unserialized(text: string): unknown {
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}
