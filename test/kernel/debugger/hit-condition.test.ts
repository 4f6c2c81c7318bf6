/** Hit conditions, run as V8 runs them. */
import { expect, test } from "@jest/globals";
import { countedHits } from "../../../kernel/debugger/hit-condition.ts";

/** The hits, of ten, that count. */
function hits(written: string): number[] {
  let count = 0;
  const runtime = { hit: (id: number) => (id === 7 ? ++count : Number.NaN) };
  const counts = new Function("__gradbook__", `return ${countedHits(written, 7)}`);
  return Array.from({ length: 10 }, (_, i) => i + 1).filter(() => counts(runtime));
}

test.each([
  ["3", [3]],
  ["== 3", [3]],
  ["=3", [3]],
  [" === 10 ", [10]],
  [">= 8", [8, 9, 10]],
  ["> 8", [9, 10]],
  ["<2", [1]],
  ["<= 2", [1, 2]],
  ["% 4", [4, 8]],
])("%s counts those hits", (written, expected) => {
  expect(hits(written)).toEqual(expected);
});

test.each(["three", ">", "3 4", "!= 2", "-1"])("%j is refused with what was expected", (written) => {
  expect(() => countedHits(written, 1)).toThrow(`The hit condition is ${JSON.stringify(written)}: expected a number`);
});
