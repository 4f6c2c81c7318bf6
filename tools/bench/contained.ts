/** A program that may hang, and may start others that hang: it gets so much time, and is ended with all that it started. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { descendants, withEnvironment } from "../../test/support/processes.ts";
import { root } from "../setup/step.ts";

export interface Contained {
  /** Standard output and error, as they came. */
  output: string;
  /** It did not end by itself. */
  hung: boolean;
}

/** What it starts is known by this, also where it left the family and the group. */
const MARK = "GRADBOOK_BENCH";

/** @param limit Milliseconds. */
export function runContained(
  [file, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  limit: number,
): Promise<Contained> {
  const id = randomUUID();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...env, [MARK]: id },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let hung = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const timer = setTimeout(() => {
      hung = true;
      endAll(child.pid, id);
    }, limit);
    child.once("error", reject);
    // Not "close": what the program left running may hold its pipes open.
    child.once("exit", () => {
      clearTimeout(timer);
      endAll(child.pid, id);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ output, hung });
    });
  });
}

function endAll(pid: number | undefined, id: string): void {
  const family = pid === undefined ? [] : [pid, ...descendants(pid).map((info) => info.pid)];
  for (const each of new Set([...family, ...withEnvironment(MARK, id).map((info) => info.pid)])) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
