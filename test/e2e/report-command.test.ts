/** `gradbook report`, as typed by someone who has registered nothing. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Sandbox } from "../install/installer.ts";
import { browser } from "../support/browser.ts";
import { fixture, readNotebook } from "../support/notebooks.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  for (const name of ["outputs", "failing"]) copyFileSync(fixture(`${name}.ipynb`), sandbox.path(`${name}.ipynb`));
});
afterEach(() => sandbox.remove());

// Nothing of the machine's own Jupyter: nbconvert comes from the project's environment.
const env = { PATH: "/usr/bin:/bin", ...(browser && { GRADBOOK_CHROMIUM: browser }) };

describe("gradbook report", () => {
  test("executes a notebook with this very kernel and writes the report beside it", () => {
    const { code, stdout, stderr } = sandbox.run(["report", "outputs.ipynb"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${sandbox.path("outputs.html")}\n`);
    const html = readFileSync(sandbox.path("outputs.html"), "utf8");
    expect(html).toContain("to standard output");
    expect(html).toContain('data-gradbook="chart"');
  });

  test("with --no-execute takes the outputs as they stand", () => {
    const { code } = sandbox.run(["report", "failing.ipynb", "--no-execute", "--output-dir", "out"], { env });
    expect(code).toBe(0);
    expect(readFileSync(sandbox.path("out", "failing.html"), "utf8")).not.toMatch(
      /data-mime-type="application\/vnd.jupyter.(stdout|stderr)"/,
    );
  });

  test("says which notebook failed and why, makes the others, and ends with 1", () => {
    const { code, stdout, stderr } = sandbox.run(["report", "missing.ipynb", "failing.ipynb", "outputs.ipynb"], {
      env,
    });
    expect(code).toBe(1);
    expect(stdout).toBe(`${sandbox.path("outputs.html")}\n`);
    expect(stderr).toContain("missing.ipynb: there is no such file");
    expect(stderr).toMatch(/failing\.ipynb: nbconvert failed[\s\S]*RangeError.*no threes/);
    expect(existsSync(sandbox.path("failing.html"))).toBe(false);
  });

  test("leaves nothing but reports behind", () => {
    sandbox.run(["report", "outputs.ipynb"], { env });
    expect(readdirSync(sandbox.folder).filter((name) => !name.startsWith("."))).toEqual([
      "failing.ipynb",
      "outputs.html",
      "outputs.ipynb",
    ]);
  });

  test("asks for notebooks where none is given", () => {
    const { code, stderr } = sandbox.run(["report"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain("Which notebooks? Give at least one");
  });

  const reports = () => `${sandbox.path("outputs.html")}\n${sandbox.path("outputs.pdf")}\n`;
  const beginning = () => readFileSync(sandbox.path("outputs.pdf")).subarray(0, 5).toString();

  /** A xelatex of ours, found before the machine's own. */
  const withLatex = (script: string) => {
    const bin = sandbox.path(".bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "xelatex"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { env: { ...env, PATH: `${bin}:${env.PATH}` } };
  };

  (browser ? test : test.skip)("with --pdf prints the report by Chromium where there is no LaTeX", () => {
    const { code, stdout, stderr } = sandbox.run(["report", "outputs.ipynb", "--pdf"], withLatex("exit 127"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(reports());
    expect(beginning()).toBe("%PDF-");
  });

  const installed = (program: string) => spawnSync(program, ["-v"], { env: { PATH: env.PATH } }).error === undefined;
  const missing = ["pandoc", "xelatex", "pdftotext", "pdfimages"].filter((program) => !installed(program));
  if (missing.length > 0) console.warn(`PDF by LaTeX is not tested: ${missing.join(", ")} is not here`);

  (browser && missing.length === 0 ? test : test.skip)("says why where LaTeX fails, and prints by Chromium", () => {
    const broken = 'test "$1" = --version && exit 0\necho "! Font is broken."; exit 1';
    const { code, stdout, stderr } = sandbox.run(["report", "outputs.ipynb", "--pdf"], withLatex(broken));
    expect({ code, stdout }).toEqual({ code: 0, stdout: reports() });
    expect(stderr).toBe("outputs.html: LaTeX made no PDF, so Chromium prints it (Font is broken.)\n");
    expect(beginning()).toBe("%PDF-");
  });

  /** The notebook with one cell, of this code. */
  const write = (code: string) => {
    const file = sandbox.path("outputs.ipynb");
    const notebook = readNotebook(file);
    const [cell] = notebook.cells.filter(({ cell_type }) => cell_type === "code");
    writeFileSync(file, JSON.stringify({ ...notebook, cells: [{ ...cell, source: code, outputs: [] }] }));
  };

  (missing.length === 0 ? test : test.skip)(
    "with --pdf sets charts in their size, or smaller, where they end a page",
    () => {
      // For the second not quite enough is left of the page.
      write("for (const height of [260, 380]) display(plot.line([1, 2], { height })); 0");
      expect(sandbox.run(["report", "outputs.ipynb", "--pdf"], { env }).code).toBe(0);
      const list = spawnSync("pdfimages", ["-list", sandbox.path("outputs.pdf")], { encoding: "utf8" }).stdout;
      const rows = list.split("\n").map((line) => line.trim().split(/\s+/));
      const [page, type, density] = ["page", "type", "x-ppi"].map((name) => rows[0]!.indexOf(name)) as [
        number,
        number,
        number,
      ];
      const pictures = rows.filter((row) => row[type] === "image");
      const [first, second] = pictures.map((row) => Number(row[density]));
      // Twice the 96 of a screen, and a half more at most.
      expect(first).toBe(192);
      expect(second).toBeGreaterThan(192);
      expect(second).toBeLessThanOrEqual(Math.ceil(192 / 0.67));
      expect(pictures.map((row) => row[page])).toEqual(["1", "1"]);
    },
  );

  (missing.length === 0 ? test : test.skip)("with --pdf sets Greek letters and subscripts in code by LaTeX", () => {
    write('const λ = 0.5;\nconsole.log("∂L/∂w₁ ≤ σ(x²)");');
    const ended = sandbox.run(["report", "outputs.ipynb", "--pdf"], { env });
    expect(ended).toEqual({ code: 0, stdout: reports(), stderr: "" });
    const text = spawnSync("pdftotext", ["-layout", sandbox.path("outputs.pdf"), "-"], { encoding: "utf8" }).stdout;
    expect(text).toContain("const λ = 0.5;");
    // In the cell, and as it printed it.
    expect(text.match(/∂L\/∂w₁ ≤ σ\(x²\)/g)).toHaveLength(2);
    expect(text).toMatch(/^\s*outputs\n/);
    expect(readdirSync(sandbox.folder).filter((name) => name.endsWith(".ipynb"))).toEqual([
      "failing.ipynb",
      "outputs.ipynb",
    ]);
  });
});
