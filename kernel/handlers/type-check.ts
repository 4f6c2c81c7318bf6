/** The check of a cell's types, which must never keep the cell from running for any other reason than the types. */
import { diagnosticsContent } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";
import { NO_SUCH_NAME, type TypeDiagnostic, Unanswered } from "../compiler/service.ts";
import type { NameInfo } from "../link/messages.ts";
import type { ErrorContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";

export interface Findings {
  /** What is wrong with the types; null where nothing is, or nobody looked. */
  wrong: ErrorContent | null;
  /** Why nobody could look, for the user to read. */
  notes: string[];
  /** Brings the names of the cell into the scope of the cells that follow. */
  declare(): void;
}

/** Of what has no types that could be wrong, or no business in the scope of others. */
export const NOTHING: Findings = { wrong: null, notes: [], declare() {} };

/** A number or a text alone, as the shortest cells are. To miss one costs milliseconds. */
const LITERAL = /^\s*(?:\d[\d._]*|"[^"\\\n]*"|'[^'\\\n]*')\s*;?\s*$/;

/** A checker that fails so often, each time with a process of its own, will not do better. */
const FAILURES = 3;

/** @param asked Called when the checker thinks, unless it has answered or need not be asked. */
export async function checkTypes(
  source: string,
  label: string,
  language: Language,
  executor: Executor,
  asked: () => void,
): Promise<Findings> {
  if (LITERAL.test(source)) return NOTHING;
  const { types } = language;
  const unchecked = { ...NOTHING, declare: () => types.declare(types.module(source)) };
  if (language.typecheck === "off") return unchecked;
  const module = types.module(source);
  if (!module.parses) return NOTHING;
  try {
    const found = await types.check(module, source, asked);
    language.checkFailures = 0;
    const isLive = found.some(({ code }) => NO_SUCH_NAME.has(code)) ? await liveNames(executor) : () => false;
    const diagnostics = found.filter((each) => !NO_SUCH_NAME.has(each.code) || !isLive(each));
    const wrong = diagnostics.length > 0 ? diagnosticsContent(diagnostics, source, label) : null;
    return { wrong, notes: [], declare: () => types.declare(module) };
  } catch (error) {
    return { ...unchecked, notes: [noteOf(error as Error, language)] };
  }
}

function noteOf(error: Error, language: Language): string {
  // One that is late is at work, or replaced in the end: it is asked again for the next cell.
  if (error instanceof Unanswered) return `The types of this cell are not checked: ${error.message}`;
  language.checkFailures++;
  if (language.checkFailures < FAILURES) return `The types of this cell are not checked: ${error.message}`;
  language.typecheck = "off";
  return `The type checker failed ${FAILURES} times, and types are not checked from here on: ${error.message}. %typecheck error looks again`;
}

/** Names that TypeScript does not know and the executor does, such as those put on the global object. */
async function liveNames(executor: Executor): Promise<(diagnostic: TypeDiagnostic) => boolean> {
  const names = (await executor.ask({ op: "names" })) as NameInfo[] | null;
  const live = new Set(names?.map(({ name }) => name));
  return ({ name }) => live.has(name);
}
