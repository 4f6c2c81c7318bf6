import type { ErrorContent } from "../protocol/messages.ts";
import { codeFrame, position } from "../traceback/code-frame.ts";
import type { TypeDiagnostic } from "./service.ts";

/** What happens to a cell whose types are wrong: it does not run, it runs after a warning, or nobody looks. */
export type TypecheckPolicy = "error" | "warn" | "off";

export const POLICIES: readonly TypecheckPolicy[] = ["error", "warn", "off"];

/** More than this is one mistake seen many times. */
const SHOWN = 5;

/** Type errors as the compiler words them, each with the line it is about. */
export function diagnosticsContent(
  diagnostics: readonly TypeDiagnostic[],
  source: string,
  label: string,
): ErrorContent {
  const [first] = diagnostics;
  const traceback = diagnostics.slice(0, SHOWN).flatMap(({ code, message, start, file }, index) => {
    const about = file ?? { name: label, source };
    const { line, column } = position(about.source, start);
    return [
      ...(index > 0 ? [""] : []),
      `\u001b[1;31mTS${code}\u001b[0m: ${message}`,
      `    at ${about.name}:${line}:${column}`,
      "",
      ...codeFrame(about.source, line, column),
    ];
  });
  if (diagnostics.length > SHOWN) traceback.push("", `… and ${diagnostics.length - SHOWN} more type errors`);
  return { ename: "TypeScriptError", evalue: `TS${first!.code}: ${first!.message}`, traceback };
}
