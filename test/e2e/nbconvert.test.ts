/** Notebooks executed by `jupyter nbconvert` with the registered kernel. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cellOf, fixture, joined, type Notebook, nbconvert, type Output, readNotebook } from "../support/notebooks.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-nbconvert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outputsOf = (notebook: Notebook, id: string): Output[] => cellOf(notebook, id).outputs ?? [];
const streamOf = (outputs: Output[], name: string) =>
  outputs
    .filter((output) => output.output_type === "stream" && output.name === name)
    .map((output) => joined(output.text))
    .join("");
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const withoutColours = (text: string) => text.replaceAll(/\x1b\[[0-9;]*m/g, "");
const plainOf = (outputs: Output[], type: Output["output_type"]) =>
  outputs
    .filter((output) => output.output_type === type)
    .map((output) => joined(output.data?.["text/plain"] as string));

describe("a notebook with every kind of output", () => {
  let executed: Notebook;
  let html: string;
  beforeAll(async () => {
    const notebook = await nbconvert(fixture("outputs.ipynb"), "notebook", folder, "--output=outputs");
    if (notebook.code !== 0) throw new Error(notebook.output);
    executed = readNotebook(join(folder, "outputs.ipynb"));
    const report = await nbconvert(fixture("outputs.ipynb"), "html", folder);
    if (report.code !== 0) throw new Error(report.output);
    html = readFileSync(join(folder, "outputs.html"), "utf8");
  }, 120_000);

  test("keeps standard output and standard error apart", () => {
    const outputs = outputsOf(executed, "streams");
    expect(streamOf(outputs, "stdout")).toBe("to standard output\n");
    expect(streamOf(outputs, "stderr")).toBe("to standard error\n");
  });

  test("has the value of each cell's last expression, redeclared names and awaited values included", () => {
    for (const [id, value] of [
      ["types", "5"],
      ["again", "10"],
    ] as const) {
      expect(plainOf(outputsOf(executed, id), "execute_result")).toEqual([value]);
    }
    expect(plainOf(outputsOf(executed, "later"), "execute_result")[0]).toContain("after a moment");
  });

  test("counts its cells from 1", () => {
    const counts = executed.cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.execution_count);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("keeps a chart as vega-lite, as a picture and as text", () => {
    const [chart] = outputsOf(executed, "chart");
    expect(chart?.output_type).toBe("execute_result");
    expect(Object.keys(chart?.data ?? {}).sort()).toEqual([
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    expect(chart?.data?.["application/vnd.vegalite.v5+json"]).toMatchObject({ mark: "bar", width: 300 });
  });

  test("keeps what display() showed before the cell's result", () => {
    const outputs = outputsOf(executed, "table");
    expect(outputs.map((output) => output.output_type)).toEqual(["display_data", "execute_result"]);
    expect(joined(outputs[0]?.data?.["text/html"] as string)).toContain("cell of a table");
  });

  test("records the language, so that a reader without the kernel still gets highlighting", () => {
    expect(executed.metadata.language_info).toMatchObject({ name: "typescript", file_extension: ".ts" });
  });

  test("becomes an HTML report with the picture, the table, the streams and highlighted code", () => {
    const source = readNotebook(fixture("outputs.ipynb"));
    const png = /png = "([^"]+)"/.exec(joined(cellOf(source, "chart").source))?.[1];
    const embedded = [...html.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, data]) =>
      data!.replaceAll(/\s/g, ""),
    );
    expect(embedded).toContain(png);
    expect(html).toContain("<td>cell of a table</td>");
    expect(html).toContain("to standard output");
    expect(html).toContain("to standard error");
    // Pygments marks keywords only if it knew the lexer that kernel_info named.
    expect(html).toMatch(/<span class="kd?">interface<\/span>/);
    expect(html).not.toContain("application/vnd.jupyter.error");
  });
});

describe("a notebook with a cell that throws", () => {
  test("stops there: nbconvert fails, names the error and the cell, and writes no report", async () => {
    const { code, output } = await nbconvert(fixture("failing.ipynb"), "html", folder);
    expect(code).not.toBe(0);
    expect(withoutColours(output)).toContain("RangeError: no threes, but found 3");
    expect(output).toContain("if (value === 3) throw new RangeError");
    expect(existsSync(join(folder, "failing.html"))).toBe(false);
  });

  test("goes on with --allow-errors: the error is in the report, and later cells see earlier variables", async () => {
    const { code, output } = await nbconvert(
      fixture("failing.ipynb"),
      "notebook",
      folder,
      "--allow-errors",
      "--output=allowed",
    );
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    const executed = readNotebook(join(folder, "allowed.ipynb"));
    const [error] = outputsOf(executed, "fails");
    expect(error).toMatchObject({ output_type: "error", ename: "RangeError", evalue: "no threes, but found 3" });
    // The traceback points into the cell as it was written: line 3 is where it throws.
    const traceback = withoutColours(error!.traceback!.join("\n"));
    expect(traceback).toMatch(/\b3:2\d\b/);
    expect(traceback).not.toMatch(/executor|node:internal/);
    expect(plainOf(outputsOf(executed, "after"), "execute_result")[0]).toContain("still here");
  });
});
