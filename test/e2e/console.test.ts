/** `jupyter console`: the kernel at a terminal. What is typed there, and waited for, stands in console_session.py. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";
import { withEnvironment } from "../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-console-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A terminal as Python's pty makes it is one of Unix.
const onUnix = process.platform === "win32" ? test.skip : test;

onUnix(
  "values, output, functions of several lines and errors are seen, and the end leaves no process",
  async () => {
    const session = randomUUID();
    const env = { ...pythonEnv(), GRADBOOK_CONSOLE_TEST: session };
    const { code, output } = await attempt(python, [join(import.meta.dirname, "console_session.py"), folder], env);
    const left = withEnvironment("GRADBOOK_CONSOLE_TEST", session);
    if (code !== 0) throw new Error(output);
    expect(output).toContain("with its deep-learning library in scope");
    expect(left).toEqual([]);
  },
  120_000,
);
