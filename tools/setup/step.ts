/** How the set-up speaks: one short line a step, and a failure that names the step, the command and what to do. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export const root: string = join(import.meta.dirname, "..", "..");

/** A step that could not be done, with advice on what to do. */
export class StepError extends Error {
  override name = "StepError";
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

export function begin(text: string): void {
  console.log(`… ${text}`);
}

export function done(text: string): void {
  console.log(`✓ ${text}`);
}

export function warn(text: string, advice: string): void {
  console.log(`! ${text}\n  → ${advice}`);
}

export interface RunOptions {
  step: string;
  /** What the user can do when the command fails. */
  advice: string;
  env?: NodeJS.ProcessEnv;
}

export interface Finished {
  /** Exit code; 127 where the program does not exist, 128 where a signal ended it. */
  code: number;
  /** Standard output and error, as they came. */
  output: string;
}

/** Runs a program without a shell and gathers its output; never throws. */
export function attempt(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ code: 127, output: error.message }));
    child.once("close", (code) => resolve({ code: code ?? 128, output }));
  });
}

/** Runs a program quietly; when it fails, the error shows the command and the end of what it said. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, output } = await attempt(command, args, options.env);
  if (code === 0) return output;
  const tail = output.trimEnd().split("\n").slice(-40).join("\n    ");
  throw new StepError(
    `${options.step} failed (exit code ${code})\n  $ ${[command, ...args].join(" ")}\n    ${tail}`,
    options.advice,
  );
}
