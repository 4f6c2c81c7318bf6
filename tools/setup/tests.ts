/** `npm test`: runs jest, and ends with a line that says how many tests passed and failed. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, warn } from "./step.ts";

const reports = join(root, "reports");
/** The last line, kept for .ci/run, which has to print it after all else. */
const summaryFile = join(reports, "test-summary.txt");
const resultsFile = join(reports, "test-results.json");

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not be loaded: their tests were never counted. */
  numRuntimeErrorTestSuites: number;
}

function summary(): string {
  if (!existsSync(resultsFile)) return "0 passed, 1 failed";
  const results: Results = JSON.parse(readFileSync(resultsFile, "utf8"));
  const skipped = results.numPendingTests + results.numTodoTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** @returns jest's exit code. */
export async function runTests(args: readonly string[], chromium: string | undefined): Promise<number> {
  mkdirSync(reports, { recursive: true });
  // Results of an earlier run must not pass for those of a run that dies.
  for (const file of [summaryFile, resultsFile]) rmSync(file, { force: true });
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const json = ["--json", `--outputFile=${resultsFile}`];
  // The user's own history is none of a test's business.
  const env = { ...process.env, GRADBOOK_CHROMIUM: chromium ?? "", GRADBOOK_HISTORY: "off" };
  const child = spawn(process.execPath, [...flags, jest, ...json, ...args], { cwd: root, env, stdio: "inherit" });
  const code = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  if (!chromium)
    warn("The browser tests were NOT RUN", "They need Chromium or Chrome; see the set-up's message above.");
  const line = summary();
  writeFileSync(summaryFile, `${line}\n`);
  console.log(line);
  return code;
}
