/** Runs side by side, as they were written down. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { io, plot } from "../../../lib/index.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, losses: readonly number[]): string {
  const path = join(folder, `${name}.jsonl`);
  for (const [epoch, loss] of losses.entries()) io.appendMetrics(path, { epoch, loss });
  return path;
}

const values = ({ rows }: plot.Table) => rows.map(({ curve: _, ...row }) => Object.values(row));

describe("a comparison of runs", () => {
  test("has a row a run, the best first, read from files of metrics", () => {
    const slow = written("slow", [0.9, 0.8, 0.7]);
    // A run that was killed while it wrote.
    appendFileSync(slow, '{"epoch":3,"lo');
    const table = plot.runs({ slow, over: written("over", [0.9, 0.2, 0.5]) }, { title: "Two runs" });
    expect(table.columns).toEqual(["run", "records", "final loss", "best loss", "best at", "curve"]);
    expect(values(table)).toEqual([
      ["over", 3, 0.5, 0.2, 1],
      ["slow", 3, 0.7, 0.7, 2],
    ]);
    expect(table.toString().split("\n").slice(0, 3)).toEqual([
      "Two runs",
      "run   records  final loss  best loss  best at  curve",
      "over  3        0.5         0.2        1        █▁▄",
    ]);
    expect(table.html()).toMatch(/<td[^>]*>█▁▄<\/td>/);
    expect(table.latex()).toContain("& 1 & \\rule{0.3em}{1.000em}\\rule{0.3em}{0.125em}\\rule{0.3em}{0.500em} \\\\");
  });

  test("puts a run that broke down last, and shows that it did", () => {
    const never = [{ loss: Number.NaN }];
    const table = plot.runs({ never, broken: written("broken", [0.5, Infinity, Number.NaN]), well: [{ loss: 0.6 }] });
    expect(values(table)).toEqual([
      ["broken", 3, Number.NaN, 0.5, 0],
      ["well", 1, 0.6, 0.6, 0],
      ["never", 1, Number.NaN, Number.NaN, 0],
    ]);
    expect(String(table)).toContain("NaN");
  });

  test("compares another number, of which the greatest is the best, and leaves records without it out", () => {
    const records = [{ loss: 1, accuracy: 0.5 }, { loss: 0.5 }, { loss: 0.4, accuracy: 0.75 }];
    const table = plot.runs({ low: [{ accuracy: 0.7 }], high: records }, { metric: "accuracy", best: "max" });
    expect(values(table)).toEqual([
      ["high", 2, 0.75, 0.75, 1],
      ["low", 1, 0.7, 0.7, 0],
    ]);
  });

  test("says what is missing", () => {
    expect(() => plot.runs({})).toThrow(new RangeError("Cannot compare no runs: give at least one"));
    expect(() => plot.runs({ a: [{ epoch: 1, error: 2 }] })).toThrow(
      new RangeError("Cannot compare loss of the run a: its records have epoch, error"),
    );
    expect(() => plot.runs({ a: [{ loss: "low" }] })).toThrow(
      new TypeError('Cannot compare loss of the run a: "low" is no number'),
    );
  });

  test("is safe where a run's name looks like the page's own", () => {
    expect(plot.runs({ "<b>": [{ loss: 1 }] }).html()).toContain("&lt;b&gt;");
  });
});

describe("a sparkline", () => {
  test("goes from the least to the greatest value, with gaps, and is flat where nothing changes", () => {
    expect(String(new plot.Sparkline([0, 7, Number.NaN, 3, Infinity]))).toBe("▁█ ▄ ");
    expect(String(new plot.Sparkline([2, 2]))).toBe("▄▄");
    expect(String(new plot.Sparkline([]))).toBe("");
  });

  test("of many values has the means of parts", () => {
    expect(String(new plot.Sparkline(Array.from({ length: 1000 }, (_, i) => i)))).toMatch(/^▁+▂+▃+▄+▅+▆+▇+█+$/);
    expect([...String(new plot.Sparkline(Array.from({ length: 1000 }, (_, i) => i)))]).toHaveLength(24);
  });
});
