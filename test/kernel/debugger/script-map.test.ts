/** Lines of cells to places of their scripts and back, with the real compiler. */
import { describe, expect, test } from "@jest/globals";
import { CellCompiler } from "../../../kernel/compiler/cell.ts";
import { ScriptMap } from "../../../kernel/debugger/script-map.ts";

async function mapOf(source: string): Promise<{ map: ScriptMap; code: string }> {
  const cell = await new CellCompiler().compile(source, "Cell [1]");
  return { map: new ScriptMap(cell), code: cell.code };
}

/** The script's text from where V8 would stop for a line. */
async function stopText(source: string, line: number): Promise<string | undefined> {
  const { map, code } = await mapOf(source);
  const stop = map.stopAt(line);
  return stop ? code.split("\n")[stop.script.line - 1]!.slice(stop.script.column) : undefined;
}

const cell = `interface Point {
  x: number;
}

// where it begins
function length({ x }: Point): number {
  const square = x * x;
  return Math.sqrt(square);
}
import { basename } from "node:path";
let total: number;
for (const x of [1, 2]) {
  if (x > 1)
    total = length({ x });
}
const name = await Promise.resolve(basename("/a/b"));
name;`;

describe("stopLines()", () => {
  test("are the lines on which a statement begins, types, comments and declarations without a value left out", async () => {
    const { map } = await mapOf(cell);
    expect(map.stopLines()).toEqual([7, 8, 10, 12, 13, 14, 16, 17]);
  });

  test("has the body of an arrow function and the members of an object that are functions", async () => {
    const { map } = await mapOf(`const twice = (n: number) =>
  n * 2;
const shapes = {
  area(): number {
    return 2;
  },
};
class Circle {
  radius = 1;
  grow() { this.radius++; }
}`);
    expect(map.stopLines()).toEqual([1, 2, 3, 5, 8, 10]);
  });

  test("of a cell with decorators are those of its source, not of what they became", async () => {
    const { map } = await mapOf(`const log = (value: unknown, context: ClassMethodDecoratorContext) => {
  console.log(context.name);
};
class Named {
  @log
  greet(): string {
    return "hello";
  }
}
new Named().greet();`);
    expect(map.stopLines()).toEqual(expect.arrayContaining([1, 2, 7, 10]));
    expect(Math.max(...map.stopLines())).toBe(10);
  });
});

describe("stopAt()", () => {
  test("is the first statement of the line", async () => {
    expect(await stopText(cell, 7)).toMatch(/^const square = /);
    expect(await stopText("let a = 1; let b = 2;", 1)).toMatch(/^let a = 1/);
  });

  test("of a line without a statement is the next one below it", async () => {
    const { map } = await mapOf(cell);
    expect(map.stopAt(1)!.source.line).toBe(7);
    expect(map.stopAt(15)!.source.line).toBe(16);
  });

  test("below the last statement is none", async () => {
    expect((await mapOf(cell)).map.stopAt(18)).toBeNull();
    expect((await mapOf("interface Empty {}")).map.stopAt(1)).toBeNull();
  });

  test("of an import is its load, of the last expression what keeps it", async () => {
    expect(await stopText(cell, 10)).toMatch(/^let \{/);
    expect(await stopText(cell, 17)).toMatch(/^__gradbook__\.result = /);
  });
});

describe("toSource()", () => {
  test("leads every stop back to where it came from", async () => {
    const { map } = await mapOf(cell);
    for (const line of map.stopLines()) {
      const stop = map.stopAt(line)!;
      expect(map.toSource(stop.script)).toEqual(stop.source);
    }
  });

  test("of an object in a parenthesis that the compiler has added is the object", async () => {
    const { map, code } = await mapOf("{ a: Math.abs(-1) }");
    const column = code.split("\n")[0]!.indexOf("Math");
    expect(map.toSource({ line: 1, column })).toEqual({ line: 1, column: 5 });
  });
});

describe("isOpen()", () => {
  const place = async (source: string) => {
    const { map } = await mapOf(source);
    return map.isOpen(map.stopAt(2)!.script);
  };

  test("is true at the top level of a cell, also in a block", async () => {
    expect(await place("let a = 1;\na = 2;")).toBe(true);
    expect(await place("{ let a = 1;\na = 2; }")).toBe(true);
  });

  test("is false in a function, and where a try would catch", async () => {
    expect(await place("const f = () => {\nthrow 1; };")).toBe(false);
    expect(await place("try {\nthrow 1; } catch {}")).toBe(false);
  });

  test("is true where a try only cleans up", async () => {
    expect(await place("try {\nthrow 1; } finally { 2; }")).toBe(true);
  });
});

test("isDebuggerStatement() tells that a script stops by itself", async () => {
  const { map } = await mapOf("let a = 1;\ndebugger;");
  expect(map.isDebuggerStatement(map.stopAt(2)!.script)).toBe(true);
  expect(map.isDebuggerStatement(map.stopAt(1)!.script)).toBe(false);
});
