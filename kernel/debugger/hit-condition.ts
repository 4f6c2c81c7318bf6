/** Which hits of a breakpoint count, as front ends let users write it: `3` is the third, `>= 3` all from there on, `% 3` every third. */
import { RUNTIME } from "../link/messages.ts";
import { EvaluationError } from "./remote.ts";

const WRITTEN = /^\s*(>=?|<=?|={1,3}|%)?\s*(\d+)\s*$/;

/**
 * @param id Of the breakpoint: the executor counts its hits under this number.
 * @returns JavaScript that counts a hit, and is true if it counts.
 * @throws {EvaluationError} If it is written in another way.
 */
export function countedHits(written: string, id: number): string {
  const [, sign = "==", number] = WRITTEN.exec(written) ?? [];
  if (number === undefined) {
    throw new EvaluationError(
      `The hit condition is ${JSON.stringify(written)}: expected a number, as in 3, >= 3 or % 3`,
    );
  }
  const hits = `${RUNTIME}.hit(${id})`;
  if (sign === "%") return `(${hits} % ${number} === 0)`;
  return `(${hits} ${sign.replace(/^=+$/, "===")} ${number})`;
}
