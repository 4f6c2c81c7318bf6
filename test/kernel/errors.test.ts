/** Errors of cells, in the real kernel: that they point at the user's own lines, and show nothing of the kernel's. */
import { describe, expect, test } from "@jest/globals";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const withoutColours = (lines: string[] | undefined) => (lines ?? []).join("\n").replaceAll(/\x1b\[[0-9;]*m/g, "");
const plain = (data: Record<string, unknown> | undefined) => data?.["text/plain"];

describe("an error", () => {
  test("points at the cell's own line and column, with the line shown", async () => {
    const { error, reply, iopub } = await kernel.execute(
      "const limit = 3;\n\n  throw new RangeError('over ' + limit);",
    );
    expect(error).toMatchObject({ ename: "RangeError", evalue: "over 3" });
    const text = withoutColours(error?.traceback);
    expect(text).toMatch(/^RangeError: over 3\n {4}at Cell \[\d+\]:3:9\n/);
    expect(text).toMatch(/> 3 \| {3}throw new RangeError/);
    expect(
      text
        .split("\n")
        .find((line) => line.includes("^"))!
        .indexOf("^") -
        "  3 | ".length -
        1,
    ).toBeGreaterThan(0);
    expect(reply.content).toMatchObject({ status: "error", ename: "RangeError", evalue: "over 3" });
    expect(reply.content.traceback).toEqual(error?.traceback);
    expect(iopub.filter(({ header }) => header.msg_type === "error")).toHaveLength(1);
  });

  test("names the functions on the way, in their own cells, and no frame of the kernel's", async () => {
    const { reply: defined } = await kernel.execute(
      "function fails(x: number): never {\n  throw new TypeError(String(x));\n}",
    );
    const { error, reply } = await kernel.execute("\n[1].map((x) => fails(x))");
    const [there, here] = [defined, reply].map(({ content }) => content.execution_count);
    const text = withoutColours(error?.traceback);
    expect(text).toContain(`at fails (Cell [${there}]:2:9)`);
    expect(text).toContain(`Cell [${here}]:2:16`);
    expect(text).not.toMatch(/node:|executor|gradbook-cell|dist\//);
  });

  test.each([
    ["after an await", "await null;\nthrow new Error('late')", /Cell \[\d+\]:2:7/],
    [
      "in a decorated class",
      "const d = (v: any, c: any) => v;\n@d\nclass A {\n  m() { throw new Error('here') }\n}\nnew A().m()",
      /A\.m \(Cell \[\d+\]:4:15\)/,
    ],
    ["thrown by JSON.parse", "\n JSON.parse('{')", /Cell \[\d+\]:2:7/],
    ["in a local of a missing property", "const o: any = {};\no.a.b", /Cell \[\d+\]:2:5/],
  ])("%s has its place", async (_name, code, place) => {
    expect(withoutColours((await kernel.execute(code)).error?.traceback)).toMatch(place);
  });

  test.each([
    ["throw 5", "5"],
    ["throw 'text'", "'text'"],
    ["throw null", "null"],
    ["throw undefined", "undefined"],
    ["throw { code: 1 }", "{ code: 1 }"],
    ["throw Object.create(null)", "[Object: null prototype] {}"],
  ])("may be anything: %s", async (code, shown) => {
    const { error } = await kernel.execute(code);
    expect(error).toMatchObject({ ename: "Uncaught", evalue: shown });
    expect(withoutColours(error?.traceback)).toMatch(/Cell \[\d+\]:1:1/);
  });

  test("that the library throws points at the line that called it, whatever lies between", async () => {
    const { error, reply } = await kernel.execute(
      "const call = () => tensor([1, 2]).matmul(tensor([1, 2, 3]));\ncall()",
    );
    const count = reply.content.execution_count;
    expect(withoutColours(error?.traceback).split("\n").slice(1, 4)).toEqual([
      `    at call (Cell [${count}]:1:35)`,
      `    at Cell [${count}]:2:1`,
      "",
    ]);
    expect(withoutColours(error?.traceback)).not.toContain("dist/lib");
  });

  test("shows recursion once, and where it began", async () => {
    const { error } = await kernel.execute(
      "function down(n: number): number {\n  if (n === 0) throw new Error('deep');\n  return down(n - 1);\n}\ndown(30)",
    );
    const frames = withoutColours(error?.traceback).split("\n").slice(1, 5);
    expect(frames.map((line) => line.replace(/Cell \[\d+\]/, "Cell"))).toEqual([
      "    at down (Cell:2:22)",
      "    at down (Cell:3:10)",
      "    … 29 more times the same",
      "    at Cell:5:1",
    ]);
  });

  test("that console.trace() prints says what was given to it, and where", async () => {
    const { stderr } = await kernel.execute("function here() {\n  console.trace('step %d', 2);\n}\nhere()");
    expect(stderr).toMatch(/^Trace: step 2\n {4}at here \(Cell \[\d+\]:2:11\)\n/);
  });

  test("shows its causes and its parts", async () => {
    const { error } = await kernel.execute(`
      throw new AggregateError([new Error("first part"), 2], "several", { cause: new TypeError("the root") })`);
    const text = withoutColours(error?.traceback);
    expect(text).toContain("caused by TypeError: the root");
    expect(text).toContain("errors[0] Error: first part");
    expect(text).toContain("errors[1] 2");
  });

  test("leaves the variables as they were", async () => {
    await kernel.execute("let kept = [1, 2]; kept.push(3); throw new Error('after')");
    expect(plain((await kernel.execute("kept")).result)).toBe("[ 1, 2, 3 ]");
  });
});
