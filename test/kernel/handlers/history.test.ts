/** history_request over what one session executed. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { History } from "../../../kernel/handlers/history.ts";

let history: History;

beforeEach(() => {
  history = new History();
  for (const [index, input] of ["a = 1", "b = [2]", "a = 1", "a\n+ b", "f(x)"].entries()) history.add(index + 1, input);
  history.setOutput(4, "3");
});

const inputs = (request: Parameters<History["request"]>[0]) => {
  const reply = history.request(request);
  if (reply.status !== "ok") throw new Error(`history_reply says ${reply.status}`);
  return reply.history;
};
const lines = (request: Parameters<History["request"]>[0]) => inputs(request).map(([, line]) => line);

describe("tail", () => {
  test("gives the last n, oldest first", () => {
    expect(lines({ hist_access_type: "tail", n: 2 })).toEqual([4, 5]);
    expect(lines({ hist_access_type: "tail", n: 99 })).toEqual([1, 2, 3, 4, 5]);
    expect(lines({ hist_access_type: "tail", n: 0 })).toEqual([]);
  });
});

describe("range", () => {
  test("gives the lines from start up to, not including, stop", () => {
    expect(lines({ hist_access_type: "range", session: 0, start: 2, stop: 4 })).toEqual([2, 3]);
    expect(lines({ hist_access_type: "range", session: 0, start: 4 })).toEqual([4, 5]);
  });
});

describe("search", () => {
  test("matches the whole input: * is any text, also over lines, ? one character", () => {
    expect(lines({ hist_access_type: "search", pattern: "a*" })).toEqual([1, 3, 4]);
    expect(lines({ hist_access_type: "search", pattern: "? = 1" })).toEqual([1, 3]);
    expect(lines({ hist_access_type: "search", pattern: "a" })).toEqual([]);
    expect(lines({ hist_access_type: "search" })).toEqual([1, 2, 3, 4, 5]);
  });

  test("takes the signs of regular expressions as what they are", () => {
    expect(lines({ hist_access_type: "search", pattern: "f(x)" })).toEqual([5]);
    expect(lines({ hist_access_type: "search", pattern: "b = [2]" })).toEqual([2]);
    expect(lines({ hist_access_type: "search", pattern: "f.x." })).toEqual([]);
  });

  test("with unique keeps the latest of equal inputs, and n counts after that", () => {
    expect(lines({ hist_access_type: "search", pattern: "a*", unique: true })).toEqual([3, 4]);
    expect(lines({ hist_access_type: "search", pattern: "a*", n: 2 })).toEqual([3, 4]);
    expect(lines({ hist_access_type: "search", pattern: "*", unique: true, n: 3 })).toEqual([3, 4, 5]);
  });
});

test("with output an entry is a pair: input and what came out, null where nothing did", () => {
  expect(inputs({ hist_access_type: "tail", n: 2, output: true }).map(([, , entry]) => entry)).toEqual([
    ["a\n+ b", "3"],
    ["f(x)", null],
  ]);
});
