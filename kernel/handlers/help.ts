/** `name?` in a cell: what inspection knows of the name, in the front end's pager. */
import type { Language } from "../compiler/language.ts";
import type { ErrorContent, Payload } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { plainError } from "../traceback/plain-error.ts";
import { inspect } from "./inspect.ts";

export async function help(
  name: string,
  executor: Executor,
  language: () => Promise<Language>,
): Promise<{ payload: Payload } | { error: ErrorContent }> {
  const reply = await inspect({ code: name, cursor_pos: [...name].length, detail_level: 0 }, executor, language);
  if (reply.status !== "ok" || !reply.found) {
    return { error: plainError("NameError", `Nothing is known of ${name}: no name in scope is called so`) };
  }
  return { payload: { source: "page", data: reply.data, start: 0 } };
}
