/** Jupyter's own tests for kernels, jupyter_kernel_test. Each becomes a test here. */

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";

interface Outcome {
  name: string;
  outcome: "passed" | "failed" | "skipped";
  detail: string;
}

/** Every test of jupyter_kernel_test 0.7.0. */
const all = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
  "test_pager",
  "test_recv_iopub_welcome_msg",
];

let outcomes: Outcome[] = [];

beforeAll(async () => {
  // A history of its own: other kernels write to the user's at the same time.
  const env = { ...pythonEnv(), GRADBOOK_HISTORY: "off" };
  const { code, output } = await attempt(python, [join(import.meta.dirname, "kernel_test.py")], env);
  const lines = output.split("\n");
  outcomes = lines.filter((line) => line.startsWith('{"name":')).map((line) => JSON.parse(line));
  if (code !== 0 || outcomes.length === 0) throw new Error(`kernel_test.py ended with exit code ${code}:\n${output}`);
}, 300_000);

/** A test with its subtests: one bad part makes the whole bad. */
const partsOf = (name: string) =>
  outcomes.filter((outcome) => outcome.name === name || outcome.name.startsWith(`${name} `));

const describeBad = (parts: Outcome[]) =>
  parts
    .filter(({ outcome }) => outcome !== "passed")
    .map(({ name, outcome, detail }) => `${name}: ${outcome}\n${detail}`);

describe("jupyter_kernel_test", () => {
  test.each(all)("%s passes, with all its subtests", (name) => {
    const parts = partsOf(name);
    expect(parts).not.toEqual([]);
    expect(describeBad(parts)).toEqual([]);
  });

  test("ran no test that this list does not know", () => {
    const names = new Set(outcomes.map(({ name }) => name.split(" ")[0]!));
    expect([...names].sort()).toEqual(all);
  });
});
