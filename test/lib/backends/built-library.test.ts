/**
 * A built library beside an engine: what it writes for the engine is as old as itself, whatever sources lie around it by now. An engine of other sources
 * would take arguments for what they are not, and end the process.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addonPath } from "../../../lib/backends/native/addon.ts";
import { sourceFolder, sourceStamp } from "../../../lib/backends/native/stamp.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const bundle = join("dist", "lib", "index.js");
const built = [bundle, addonPath].every((path) => existsSync(join(root, path)));

(built ? describe : describe.skip)("a library that was built", () => {
  let project = "";
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "built-"));
    for (const path of [bundle, addonPath, sourceFolder]) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      cpSync(join(root, path), join(project, path), { recursive: true });
    }
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  });
  afterEach(() => rmSync(project, { recursive: true }));

  /** Changes the sources of the engine after the build; returns their stamp. */
  function changeSources(): string {
    writeFileSync(join(project, sourceFolder, "kernels.h"), "// kernels in another order\n");
    return sourceStamp(project);
  }

  /** Makes the engine one of other sources, as its stamp tells. */
  function stampEngine(stamp: string): void {
    const file = join(project, addonPath);
    const code = readFileSync(file);
    const at = code.indexOf(sourceStamp(root));
    expect(at).toBeGreaterThan(0);
    code.write(stamp, at);
    writeFileSync(file, code);
  }

  /** What a program sees that uses the library, and what it is warned of. */
  function use(): { backend: string; sum: number; warnings: string[] } {
    const program = `
      import { engineInfo, ones } from ${JSON.stringify(pathToFileURL(join(project, bundle)).href)};
      console.log(JSON.stringify({ backend: engineInfo().backend, sum: ones([64, 64]).matmul(ones([64, 64])).sum().item() }));
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      env: { ...process.env, GRADBOOK_BACKEND: "auto" },
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return { ...JSON.parse(stdout), warnings: stderr.split("\n").filter((line) => line.includes("gradbook")) };
  }

  test("uses the engine that it was built with", () => {
    expect(use()).toEqual({ backend: "native", sum: 64 ** 3, warnings: [] });
  });

  test("uses that engine still when the sources beside it have changed", () => {
    changeSources();
    expect(use()).toEqual({ backend: "native", sum: 64 ** 3, warnings: [] });
  });

  test("falls back, with one line that says what to do, beside an engine of later sources", () => {
    stampEngine(changeSources());
    const { warnings, ...result } = use();
    expect(result).toEqual({ backend: "js", sum: 64 ** 3 });
    expect(warnings).toEqual([expect.stringMatching(/was made of other sources; "npm run setup" makes it anew$/)]);
  });

  test("falls back beside an engine of earlier sources", () => {
    stampEngine("0".repeat(32));
    expect(use()).toMatchObject({ backend: "js", sum: 64 ** 3 });
  });
});
