/** `%npm install name`: npm, run beside the notebook, with its progress printed as it goes. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { write } from "./output.ts";

const FETCHED = /^npm http fetch GET 200 \S*?\/([^/]+) (\d+)ms/;

/**
 * @param args npm's, such as `["install", "lodash"]`.
 * @throws {Error} If npm cannot be started or fails.
 */
export async function npm(args: string[]): Promise<void> {
  const folder = process.cwd();
  const command = `npm ${args.join(" ")}`;
  write("stdout", `${command}, in ${folder}\n`);
  // Without the prefix npm would take a folder further up that looks like a project.
  const options = ["--prefix", folder, "--no-fund", "--no-audit", "--no-update-notifier", "--loglevel", "http"];
  const child = spawn(program(), [...args, ...options], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const printed = Promise.all([
    print(child.stdout, (line) => line),
    print(child.stderr, (line) => {
      const fetched = FETCHED.exec(line);
      if (fetched) return `  fetched ${decodeURIComponent(fetched[1]!)} (${fetched[2]} ms)`;
      return /^npm (http|verbose|info|timing)/.test(line) ? null : line;
    }),
  ]);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`Cannot start npm: ${error.message}`)));
    child.once("exit", (status, signal) => resolve(signal ?? status ?? 0));
  });
  await printed;
  if (code !== 0) throw new Error(`${command} failed (${typeof code === "number" ? `exit code ${code}` : code})`);
}

/** The npm that came with the Node that runs us: a desktop front end may have no other on its path. */
function program(): string {
  const beside = join(dirname(process.execPath), "npm");
  return existsSync(beside) ? beside : "npm";
}

async function print(stream: Readable, format: (line: string) => string | null): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    const text = format(line);
    if (text !== null) write("stdout", `${text}\n`);
  }
}
