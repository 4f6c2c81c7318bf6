/** The programs that the engine's benchmark runs: each times the workloads that it is given by name and prints `{version, figures}`. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../setup/step.ts";
import type { Measured } from "../report.ts";

/** What is run, beside the environment that it needs. */
interface Contender {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const folder = join(root, "tools", "bench", "engine");
const peersFolder = join(folder, "peers");
const python = process.env.GRADBOOK_TORCH_PYTHON || "/usr/bin/python3";

/** Where our workloads are bundled to. */
export const bundle = join(root, ".cache", "bench", "engine.mjs");

const ours: Contender = { command: [process.execPath, bundle] };
const pytorch: Contender = { command: [python, join(folder, "pytorch.py")] };
const peer = (file: string, environment?: Record<string, string>): Contender => ({
  command: [process.execPath, join(peersFolder, file)],
  environment,
});

/** The public engines for JavaScript, at the versions of `peers/package-lock.json`. */
const scripts: Readonly<Record<string, Contender>> = {
  onnxruntime: peer("onnxruntime.mjs"),
  "jax-js": peer("jax.mjs"),
  "tfjs-wasm": peer("tfjs.mjs", { TFJS_BACKEND: "wasm" }),
  "tfjs-cpu": peer("tfjs.mjs", { TFJS_BACKEND: "cpu" }),
  "js-pytorch": peer("js-pytorch.mjs"),
};

/** The names of the engines for JavaScript. */
export const scriptPeers: readonly string[] = Object.keys(scripts);

/** All contenders by name, ours first; those for JavaScript only if asked for, since they are installed for it. */
export function contenders(withPeers: boolean): Readonly<Record<string, Contender>> {
  if (withPeers && !existsSync(join(peersFolder, "node_modules"))) {
    // None of them needs its scripts: they fetch what a processor does not use.
    spawnSync("npm", ["ci", "--ignore-scripts"], { cwd: peersFolder, stdio: "inherit" });
  }
  return { ours, pytorch, ...(withPeers ? scripts : {}) };
}

/** The figure of one contender for a workload, or why there is none; undefined if it has no such workload. */
export function measure(contender: Contender, name: string): { version: string; figure: Measured | undefined } {
  const [program, ...args] = contender.command;
  const { status, stdout, stderr, error } = spawnSync(program!, [...args, name], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...contender.environment },
  });
  if (status !== 0) {
    const failed = error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit code ${status}`;
    return { version: "", figure: { failed } };
  }
  const { version, figures } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    version: string;
    figures: Record<string, number | string>;
  };
  const value = figures[name];
  return { version, figure: typeof value === "string" ? { failed: value } : value };
}
