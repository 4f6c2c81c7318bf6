/** How the set-up speaks: one short line a step, and a failure that names the step, the command and what to do. */
import { join } from "node:path";
import { type Ended, runProgram } from "../../kernel/report/program.ts";

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

/** How a program ended. */
export type Finished = Ended;

/** Runs a program in the repository without a shell and gathers its output; never throws. */
export function attempt(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  return runProgram([command], args, env, root);
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
