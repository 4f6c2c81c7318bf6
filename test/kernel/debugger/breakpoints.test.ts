/** Which breakpoints V8 is asked for, with the real compiler and an inspector that only keeps what it is asked. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { CellCompiler } from "../../../kernel/compiler/cell.ts";
import { Breakpoints } from "../../../kernel/debugger/breakpoints.ts";
import { ScriptMap } from "../../../kernel/debugger/script-map.ts";
import type { UserScript } from "../../../kernel/debugger/scripts.ts";
import type { Inspector } from "../../../kernel/supervisor/inspector.ts";

const path = "/tmp/cells/1.ts";
const source = `// first
let a: number = 1;
a += 2;`;

let asked: [method: string, params: Record<string, unknown>][];
let breakpoints: Breakpoints;
let map: ScriptMap;

beforeEach(async () => {
  asked = [];
  const post = async (method: string, params: object) => {
    asked.push([method, params as Record<string, unknown>]);
    return { breakpointId: `v8:${asked.length}` };
  };
  breakpoints = new Breakpoints(() => ({ post }) as unknown as Inspector);
  map = new ScriptMap(await new CellCompiler().compile(source, "Cell [1]"));
});

function scriptAt(url: string): Pick<UserScript, "path" | "place" | "map"> {
  return { path, place: { url }, map };
}

const set = () => asked.filter(([method]) => method === "Debugger.setBreakpointByUrl").map(([, params]) => params);
const removed = () =>
  asked.filter(([method]) => method === "Debugger.removeBreakpoint").map(([, { breakpointId: id }]) => id);

describe("replace()", () => {
  test("answers with the lines on which it stops, in the order of the request", async () => {
    const answers = await breakpoints.replace(path, [{ line: 3 }, { line: 1 }], map);
    expect(answers).toEqual([
      { id: 1, verified: true, line: 3, source: { path } },
      { id: 2, verified: true, line: 2, source: { path } },
    ]);
    expect(breakpoints.list()).toEqual([{ source: path, breakpoints: [{ line: 3 }, { line: 2 }] }]);
  });

  test("says why a breakpoint stands nowhere", async () => {
    const [below, wrong] = await breakpoints.replace(path, [{ line: 9 }, { line: 2, condition: "a >" }], map);
    expect(below).toMatchObject({ verified: false, line: 9, message: "There is no statement to stop at" });
    expect(wrong).toMatchObject({ verified: false, message: expect.stringMatching(/\S/) });
    expect(breakpoints.list()).toEqual([]);
  });

  test("takes away from V8 what is wanted no longer", async () => {
    await breakpoints.replace(path, [{ line: 2 }], map);
    await breakpoints.place(scriptAt("cell:1"));
    await breakpoints.replace(path, [], map);
    expect(removed()).toEqual(["v8:1"]);
    expect(breakpoints.list()).toEqual([]);
  });
});

describe("place()", () => {
  test("asks for each breakpoint in the script's own places, with its condition without types", async () => {
    await breakpoints.replace(path, [{ line: 3, condition: "(a as number) > 1" }], map);
    await breakpoints.place(scriptAt("cell:1"));
    const { script } = map.stopAt(3)!;
    expect(set()).toEqual([
      { url: "cell:1", lineNumber: script.line - 1, columnNumber: script.column, condition: expect.any(String) },
    ]);
    const condition = set()[0]!.condition as string;
    expect([1, 2].map((a) => new Function("a", `return ${condition}`)(a))).toEqual([false, true]);
  });

  test("makes a condition that prints and is never true of a log point", async () => {
    await breakpoints.replace(path, [{ line: 3, logMessage: "a is {a} or {a + 1}" }], map);
    await breakpoints.place(scriptAt("cell:1"));
    const printed: unknown[] = [];
    const run = new Function("a", "console", `return ${set()[0]!.condition}`);
    expect(run(4, { log: (text: unknown) => printed.push(text) })).toBe(false);
    expect(printed).toEqual(["a is 4 or 5"]);
  });

  test("asks for nothing twice", async () => {
    await breakpoints.replace(path, [{ line: 2 }], map);
    await breakpoints.place(scriptAt("cell:1"));
    await breakpoints.place(scriptAt("cell:1"));
    expect(set()).toHaveLength(1);
  });

  test("forgets the oldest script of a cell that runs again and again", async () => {
    await breakpoints.replace(path, [{ line: 2 }], map);
    for (let run = 1; run <= 12; run++) await breakpoints.place(scriptAt(`cell:${run}`));
    expect(set()).toHaveLength(12);
    expect(removed()).toEqual(["v8:1", "v8:2"]);
  });

  test("asks anew when the executor is another one", async () => {
    await breakpoints.replace(path, [{ line: 2 }], map);
    await breakpoints.place(scriptAt("cell:1"));
    breakpoints.displaced();
    await breakpoints.place(scriptAt("cell:1"));
    expect(set()).toHaveLength(2);
    expect(removed()).toEqual([]);
  });
});

test("idsOf() gives the front end's numbers for V8's", async () => {
  await breakpoints.replace(path, [{ line: 2 }, { line: 3 }], map);
  await breakpoints.place(scriptAt("cell:1"));
  expect(breakpoints.idsOf(["v8:2", "v8:nobody's"])).toEqual([2]);
});
