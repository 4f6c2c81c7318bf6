/** history_request: over one session, and over sessions that came before. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { History } from "../../../kernel/handlers/history.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-history-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const complaints: string[] = [];
const opened: History[] = [];
let history: History;

function newHistory(file: string): History {
  const made = new History(file, (text) => complaints.push(text));
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

beforeEach(() => {
  complaints.length = 0;
  history = newHistory(":memory:");
  for (const [index, input] of ["a = 1", "b = [2]", "a = 1", "a\n+ b", "f(x)"].entries()) history.add(index + 1, input);
  history.setOutput(4, "a\n+ b", "3");
});

type Request = Parameters<History["request"]>[0];

const inputs = async (request: Request, from = history) => {
  const reply = await from.request(request);
  if (reply.status !== "ok") throw new Error(`history_reply says ${reply.status}`);
  return reply.history;
};
const lines = async (request: Request, from = history) => (await inputs(request, from)).map(([, line]) => line);

describe("tail", () => {
  test("gives the last n, oldest first", async () => {
    expect(await lines({ hist_access_type: "tail", n: 2 })).toEqual([4, 5]);
    expect(await lines({ hist_access_type: "tail", n: 99 })).toEqual([1, 2, 3, 4, 5]);
    expect(await lines({ hist_access_type: "tail", n: 0 })).toEqual([]);
  });
});

describe("range", () => {
  test("gives the lines from start up to, not including, stop", async () => {
    expect(await lines({ hist_access_type: "range", session: 0, start: 2, stop: 4 })).toEqual([2, 3]);
    expect(await lines({ hist_access_type: "range", session: 0, start: 4 })).toEqual([4, 5]);
  });
});

describe("search", () => {
  test("matches the whole input: * is any text, also over lines, ? one character", async () => {
    expect(await lines({ hist_access_type: "search", pattern: "a*" })).toEqual([1, 3, 4]);
    expect(await lines({ hist_access_type: "search", pattern: "? = 1" })).toEqual([1, 3]);
    expect(await lines({ hist_access_type: "search", pattern: "a" })).toEqual([]);
    expect(await lines({ hist_access_type: "search" })).toEqual([1, 2, 3, 4, 5]);
  });

  test("takes the signs of regular expressions as what they are", async () => {
    expect(await lines({ hist_access_type: "search", pattern: "f(x)" })).toEqual([5]);
    expect(await lines({ hist_access_type: "search", pattern: "b = [2]" })).toEqual([2]);
    expect(await lines({ hist_access_type: "search", pattern: "f.x." })).toEqual([]);
  });

  test("with unique keeps the latest of equal inputs, and n counts after that", async () => {
    expect(await lines({ hist_access_type: "search", pattern: "a*", unique: true })).toEqual([3, 4]);
    expect(await lines({ hist_access_type: "search", pattern: "a*", n: 2 })).toEqual([3, 4]);
    expect(await lines({ hist_access_type: "search", pattern: "*", unique: true, n: 3 })).toEqual([3, 4, 5]);
  });
});

test("raw switched off gives the TypeScript alone, without lines that were addressed to the kernel", async () => {
  history.add(6, "%typecheck off\n%npm install x\nlet untyped = 1;\n  untyped");
  const entries = async (raw?: boolean) =>
    (await inputs({ hist_access_type: "tail", n: 2, ...(raw === undefined ? {} : { raw }) })).map(
      ([, , entry]) => entry,
    );
  const written = ["f(x)", "%typecheck off\n%npm install x\nlet untyped = 1;\n  untyped"];
  expect(await entries()).toEqual(written);
  expect(await entries(true)).toEqual(written);
  expect(await entries(false)).toEqual(["f(x)", "let untyped = 1;\n  untyped"]);
});

test("with output an entry is a pair: input and what came out, null where nothing did", async () => {
  expect((await inputs({ hist_access_type: "tail", n: 2, output: true })).map(([, , entry]) => entry)).toEqual([
    ["a\n+ b", "3"],
    ["f(x)", null],
  ]);
});

describe("a file", () => {
  const cells = async (file: string, ...code: string[]) => {
    const session = newHistory(file);
    for (const [index, input] of code.entries()) session.add(index + 1, input);
    await session.close();
    opened.splice(opened.indexOf(session), 1);
  };

  test("keeps the sessions, which count on; tail and search go over all of them", async () => {
    const file = join(folder, "kept", "deeper", "history.sqlite");
    await cells(file, "first", "second");
    await cells(file, "third");
    const now = newHistory(file);
    now.add(1, "second");
    expect(await inputs({ hist_access_type: "tail", n: 3 }, now)).toEqual([
      [1, 2, "second"],
      [2, 1, "third"],
      [3, 1, "second"],
    ]);
    expect(await inputs({ hist_access_type: "search", pattern: "s*" }, now)).toHaveLength(2);
    expect(await inputs({ hist_access_type: "search", pattern: "s*", unique: true }, now)).toEqual([[3, 1, "second"]]);
    expect(await inputs({ hist_access_type: "range", session: -1 }, now)).toEqual([[2, 1, "third"]]);
    expect(await inputs({ hist_access_type: "range", session: 1, start: 1, stop: 2 }, now)).toEqual([[1, 1, "first"]]);
    expect(await inputs({ hist_access_type: "range", session: 0 }, now)).toEqual([[3, 1, "second"]]);
  });

  test("takes the cells of several kernels at once", async () => {
    const file = join(folder, "shared.sqlite");
    const kernels = [newHistory(file), newHistory(file), newHistory(file)];
    for (let line = 1; line <= 20; line++) for (const kernel of kernels) kernel.add(line, `line ${line}`);
    for (const kernel of kernels) {
      expect(await lines({ hist_access_type: "range", session: 0 }, kernel)).toHaveLength(20);
    }
    expect(await inputs({ hist_access_type: "tail", n: 100 }, kernels[0]!)).toHaveLength(60);
    expect(complaints).toEqual([]);
  });

  test.each([
    [
      "that is no database",
      () => writeFileSync(join(folder, "text.sqlite"), "not a database ".repeat(100)),
      "text.sqlite",
    ],
    ["below a file", () => writeFileSync(join(folder, "plain"), ""), "plain/history.sqlite"],
    ["that is a folder", () => {}, "."],
  ])("%s is said to be so, and history is kept in memory", async (_name, make, name) => {
    make();
    const session = newHistory(join(folder, name));
    session.add(1, "remembered all the same");
    expect(await inputs({ hist_access_type: "tail", n: 1 }, session)).toEqual([[1, 1, "remembered all the same"]]);
    expect(complaints).toEqual([expect.stringContaining("History is kept in memory only, since")]);
  });
});
