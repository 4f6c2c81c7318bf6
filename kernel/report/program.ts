/** Runs the programs that make a report. */
import { spawn } from "node:child_process";

export interface Ended {
  /** Exit code; 127 where the program does not exist, 128 where a signal ended it. */
  code: number;
  /** Standard output and error, as they came. */
  output: string;
}

/** A program and its first arguments. */
export type Program = readonly [file: string, ...args: string[]];

/** Runs a program without a shell and gathers what it says; never throws. */
export function runProgram(
  [file, ...first]: Program,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, [...first, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
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
