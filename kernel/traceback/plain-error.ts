import type { ErrorContent } from "../protocol/messages.ts";

/** An error that has no place in a cell: its name and its message are all there is to show. */
export function plainError(ename: string, evalue: string): ErrorContent {
  return { ename, evalue, traceback: [`\u001b[1;31m${ename}\u001b[0m: ${evalue}`] };
}
