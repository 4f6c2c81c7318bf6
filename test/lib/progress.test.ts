/** Bars of loops in programs, where there is no notebook. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { progress } from "../../lib/index.ts";
import { lineOf, textOf } from "../../lib/progress/tally.ts";
import { TerminalBars } from "../../lib/progress/terminal.ts";

/** A screen that knows what bars write: text, carriage returns, line feeds, moves upwards and erasures. */
class Screen {
  readonly isTTY = true;
  readonly columns = 40;
  readonly lines: string[] = [""];
  #row = 0;
  #column = 0;

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is written to terminals has control characters
    for (const part of text.match(/\x1b\[\d*[AKJ]|\r|\n|[^\x1b\r\n]+/g) ?? []) this.#take(part);
  }

  #take(part: string): void {
    const line = this.lines[this.#row] ?? "";
    if (part === "\r") this.#column = 0;
    else if (part === "\n") {
      this.lines[++this.#row] ??= "";
      this.#column = 0;
    } else if (part.endsWith("A") && part.startsWith("\x1b")) this.#row -= Number(part.slice(2, -1));
    else if (part === "\x1b[K") this.lines[this.#row] = line.slice(0, this.#column);
    else if (part === "\x1b[J") {
      this.lines[this.#row] = line.slice(0, this.#column);
      this.lines.length = this.#row + 1;
    } else {
      this.lines[this.#row] = line.slice(0, this.#column) + part + line.slice(this.#column + part.length);
      this.#column += part.length;
    }
  }
}

describe("the bars of a terminal", () => {
  test("stand one below the other, each in its line, however often they are drawn", () => {
    const screen = new Screen();
    const bars = new TerminalBars(screen);
    bars.draw("outer", "outer 0");
    bars.draw("inner", "inner 0, a longer line");
    bars.draw("inner", "inner 1");
    bars.draw("outer", "outer 1");
    expect(screen.lines).toEqual(["outer 1", "inner 1"]);
  });

  test("go when an inner loop ends, and stay when the outermost does, above what comes", () => {
    const screen = new Screen();
    const bars = new TerminalBars(screen);
    bars.draw("outer", "outer");
    bars.draw("inner", "inner");
    bars.end("inner", { keep: false });
    expect(screen.lines).toEqual(["outer"]);
    bars.draw("inner", "inner again");
    bars.end("inner", { keep: false });
    bars.draw("outer", "outer done");
    bars.end("outer", { keep: true });
    screen.write("printed");
    expect(screen.lines).toEqual(["outer done", "printed"]);
  });

  test("of two loops at the same time are kept both", () => {
    const screen = new Screen();
    const bars = new TerminalBars(screen);
    bars.draw("a", "a");
    bars.draw("b", "b");
    bars.end("b", { keep: true });
    bars.draw("a", "a done");
    bars.end("a", { keep: true });
    expect(screen.lines).toEqual(["b", "a done", ""]);
  });

  test("are cut where the line would be wrapped", () => {
    const screen = new Screen();
    new TerminalBars(screen).draw("a", "x".repeat(100));
    expect(screen.lines).toEqual(["x".repeat(39)]);
  });
});

describe("a line", () => {
  const tally = { title: "epoch", done: 25, total: 100, seconds: 5, ended: false };
  test.each([
    [tally, "epoch ━━━━━━────────────────── 25/100 · 5/s · 15 s left"],
    [{ ...tally, title: "", done: 0, seconds: 0 }, `${"─".repeat(24)} 0/100`],
    [{ ...tally, done: 100, seconds: 200, ended: true }, `epoch ${"━".repeat(24)} 100/100 · 0.5/s · 3 min 20 s`],
    [{ ...tally, total: undefined, done: 3 }, `epoch ${"─".repeat(24)} 3 · 0.6/s`],
    [{ ...tally, total: 0, done: 0, seconds: 0, ended: true }, `epoch ${"━".repeat(24)} 0/0 · 0.0 s`],
  ])("tells count, rate and time: %j", (given, expected) => {
    expect(lineOf(given, 24)).toBe(expected);
  });

  test.each([
    [59.7, "1 min 0 s"],
    [3599.9, "1 h 0 min"],
    [7300, "2 h 1 min"],
  ])("%d seconds are %s", (seconds, expected) => {
    expect(textOf({ ...tally, done: 0, seconds, ended: true })).toBe(`0/100 · ${expected}`);
  });

  test("of a slow loop tells how long each item takes", () => {
    expect(textOf({ ...tally, done: 2, total: 4, seconds: 60 })).toBe("2/4 · 30 s each · 1 min 0 s left");
  });
});

test("a program whose output is no terminal tells how the outer loop ended, and nothing between", () => {
  const code = `
    import { progress } from ${JSON.stringify(join(import.meta.dirname, "../../dist/lib/index.js"))};
    for (const epoch of progress(2, { title: "epoch" })) for (const batch of progress([1, 2])) console.log(epoch, batch);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  expect(stdout).toBe("0 1\n0 2\n1 1\n1 2\n");
  expect(stderr).toMatch(/^epoch ━{24} 2\/2 · [\d.e+]+\/s · \d\.\d s\n$/);
});

test("the items of what is iterated over come as they are", async () => {
  expect([...progress(2.5)]).toEqual([0, 1, 2]);
  expect([...progress("ab")]).toEqual(["a", "b"]);
  async function* later() {
    yield 1;
    yield 2;
  }
  const items: number[] = [];
  for await (const item of progress(later())) items.push(item);
  expect(items).toEqual([1, 2]);
});
