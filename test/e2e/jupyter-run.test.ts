/** `jupyter run`: a script of TypeScript, executed by the kernel. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string) {
  const file = join(folder, "script.ts");
  writeFileSync(file, script);
  return attempt(python, ["-m", "jupyter_client.runapp", "--kernel=gradbook", file], pythonEnv());
}

test("a script prints, on both streams, and ends well", async () => {
  const { code, output } = await run(`
    const answer: number = await Promise.resolve(6 * 7);
    console.log("answer", answer, nn.Linear.name);
    console.error("and a word on stderr");`);
  expect(output).toContain("answer 42 Linear");
  expect(output).toContain("and a word on stderr");
  expect(code).toBe(0);
}, 120_000);

test("a script that throws ends badly, with the traceback", async () => {
  const { code, output } = await run("const limit = 3;\nthrow new RangeError('over ' + limit);");
  expect(code).not.toBe(0);
  expect(output).toContain("over 3");
  expect(output).toMatch(/Cell \[1\]:2:7/);
}, 120_000);
