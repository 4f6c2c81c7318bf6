/** The checks of notebooks: what passes, what fails, and the lines that they print. */
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { CheckError, check, tensor } from "../../lib/index.ts";

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  jest.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe("check", () => {
  test.each<[string, () => void, string]>([
    ["a condition", () => check("it holds", true), "✓ it holds"],
    ["a number", () => check("sum", 1 + 1, 2), "✓ sum: 2"],
    ["a number within a tolerance", () => check("sum", 0.1 + 0.2, 0.3, { atol: 1e-12 }), "✓ sum: 0.3"],
    [
      "a float32 against the decimal it stands for",
      () => check("w", tensor([0.1, 0.2]), [0.1, 0.2]),
      "✓ w: [0.1, 0.2]",
    ],
    ["many numbers against one", () => check("zeros", tensor([0, 0, 0]), 0), "✓ zeros: [0, 0, 0]"],
    ["NaN against NaN", () => check("nothing", NaN, NaN), "✓ nothing: NaN"],
    ["text", () => check("class", "cat", "cat"), '✓ class: "cat"'],
    ["bounds", () => check("accuracy", 0.97, { atLeast: 0.96, below: 1 }), "✓ accuracy: 0.97 ≥ 0.96 and < 1"],
    ["many numbers", () => check("ones", tensor(new Float32Array(9).fill(1)), 1), "✓ ones: 9 numbers of shape [9]"],
  ])("passes %s and prints one line", (_, run, line) => {
    run();
    expect(lines).toEqual([line]);
  });

  test.each<[string, () => void, string]>([
    ["a condition", () => check("it holds", false), "✗ it holds: it does not hold"],
    ["a number", () => check("sum", 3, 2), "✗ sum: got 3, expected 2: they differ by 1"],
    [
      "a number outside the tolerance",
      () => check("sum", 3, 2, { rtol: 0.1 }),
      "✗ sum: got 3, expected 2: they differ by 1, allowed 0.2",
    ],
    [
      "the worst of several",
      () => check("w", [1, 5, 2], [1, 2, 3]),
      "✗ w: got 5 at [1], expected 2: they differ by 3; 2 of 3 numbers differ, this one most",
    ],
    ["NaN", () => check("w", [1, NaN], [1, 2]), "✗ w: got NaN at [1], expected 2: they differ by NaN"],
    ["a bound", () => check("accuracy", 0.9, { atLeast: 0.96 }), "✗ accuracy: got 0.9, expected ≥ 0.96"],
    [
      "a bound in a matrix",
      () => check("p", tensor([[0.5, 1.5]]), { atMost: 1 }),
      "✗ p: got 1.5 at [0,1], expected ≤ 1",
    ],
    ["text", () => check("class", "dog", "cat"), '✗ class: got "dog", expected "cat"'],
    ["nothing", () => check("class", null, "cat"), '✗ class: got null, expected "cat"'],
  ])("fails %s, naming both values", (_, run, text) => {
    expect(run).toThrow(CheckError);
    expect(run).toThrow(text);
    expect(lines).toEqual([]);
  });

  test("refuses what cannot be compared", () => {
    expect(() => check("w", [1, 2, 3], [1, 2])).toThrow("Cannot check w: got shape [3], expected shape [2]");
    expect(() => check("w", 1 as unknown as boolean)).toThrow(
      "Cannot check w: without an expected value it must be true or false, not a number",
    );
    expect(() => check("w", 1, { atLeast: NaN })).toThrow("Cannot check w: atLeast is NaN");
    expect(() => check("w", 1, 1, { atol: -1 })).toThrow("Cannot check w with atol -1 and rtol 0: they must be ≥ 0");
  });
});

describe("check.throws", () => {
  const fail = () => {
    throw new RangeError("the inner sizes 2 and 3 differ");
  };

  test("passes an error whose text fits", () => {
    check.throws("shapes", fail, "inner sizes");
    check.throws("shapes", fail, /2 and 3/);
    check.throws("shapes", fail);
    expect(lines).toEqual(new Array(3).fill("✓ shapes: the inner sizes 2 and 3 differ"));
  });

  test("fails if nothing is thrown, or something else", () => {
    expect(() => check.throws("shapes", () => 1)).toThrow("✗ shapes: nothing was thrown, expected an error");
    expect(() => check.throws("shapes", fail, "outer")).toThrow(
      "✗ shapes: “RangeError: the inner sizes 2 and 3 differ” was thrown, expected an error with outer",
    );
  });
});
