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

/** All contenders by name, ours first: PyTorch, or the engines for JavaScript, which are installed when they are asked for. */
export function contenders(withPeers: boolean): Readonly<Record<string, Contender>> {
  if (!withPeers) return { ours, pytorch };
  if (!existsSync(join(peersFolder, "node_modules"))) {
    // None of them needs its scripts: they fetch what a processor does not use.
    spawnSync("npm", ["ci", "--ignore-scripts"], { cwd: peersFolder, stdio: "inherit" });
  }
  return { ours, ...scripts };
}

/** What a contender says of itself, and its figures for the workloads that it has of those named. */
interface Answer {
  readonly version: string;
  /** All workloads that it has; only engines for JavaScript tell. */
  readonly has?: readonly string[];
  readonly figures: Readonly<Record<string, Measured>>;
}

/** No workload may take longer, in milliseconds: it has failed then. */
const patience = 240_000;

/** Has a contender time the workloads that are named; none of what it does ends the benchmark. */
export function measure(contender: Contender, names: readonly string[]): Answer {
  const [program, ...args] = contender.command;
  const { status, stdout, stderr, error } = spawnSync(program!, [...args, ...names], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...contender.environment },
    timeout: patience,
    killSignal: "SIGKILL",
  });
  const failed = (why: string): Answer => ({
    version: "",
    figures: Object.fromEntries(names.map((name) => [name, { failed: why }])),
  });
  if (error !== undefined) {
    const tooLong = (error as NodeJS.ErrnoException).code === "ETIMEDOUT";
    return failed(tooLong ? `it takes longer than ${patience / 60_000} minutes` : error.message);
  }
  const answer = /^\{"version".*\}$/m.exec(stdout);
  if (status !== 0 || answer === null) return failed(stderr.trim().split("\n").at(-1) || `exit code ${status}`);
  const { version, has, figures } = JSON.parse(answer[0]) as {
    version: string;
    has?: string[];
    figures: Record<string, number | string>;
  };
  const measured = (value: number | string): Measured => (typeof value === "string" ? { failed: value } : value);
  return {
    version,
    has,
    figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, measured(value)])),
  };
}
