/** `gradbook report`, as typed by someone who has registered nothing. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Sandbox } from "../install/installer.ts";
import { browser } from "../support/browser.ts";
import { fixture } from "../support/notebooks.ts";

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

  (browser ? test : test.skip)("with --pdf prints the report", () => {
    const { code, stdout, stderr } = sandbox.run(["report", "outputs.ipynb", "--pdf"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${sandbox.path("outputs.html")}\n${sandbox.path("outputs.pdf")}\n`);
    expect(readFileSync(sandbox.path("outputs.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  });
});
