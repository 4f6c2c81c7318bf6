/** Compiles the engine's addon with the system's compiler, once for each state of its sources. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { addonPathOf } from "../../lib/backends/native/addon.ts";
import { sourceFolder, sourceStamp } from "../../lib/backends/native/stamp.ts";
import { type Compiler, objectOf, run, type Unit } from "./objects.ts";

const root = join(import.meta.dirname, "..", "..");
const sources = join(root, sourceFolder);
const cache = join(root, ".cache", "native");

/** Compiled once, without any assumption about the machine. */
const common = ["addon", "guard", "pool", "sort", "watch", "workspace"];
/** Those of them that speak to Node. */
const forNode = ["addon", "guard", "watch"];
const flags = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-fvisibility=hidden",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-pthread",
];

/** Files whose results are the same to the last bit on every machine: no product and sum in one rounding. */
const exact = ["random"];

/** The instruction sets that kernels are compiled for on an architecture, with the compiler's words for each. */
export function instructionSets(arch: string): Readonly<Record<string, readonly string[]>> {
  if (arch === "arm64") return { neon: [] };
  if (arch !== "x64") return { baseline: [] };
  return {
    baseline: ["-msse2"],
    avx2: ["-mavx2", "-mfma"],
    avx512: ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
  };
}

export type Compiled = { state: "kept" | "made" } | { state: "missing"; reason: string };

/** What engine to build, where it is not the usual one for this machine. */
export interface Build {
  /** Further flags, such as sanitizers. */
  readonly extra?: readonly string[];
  /** The instruction set whose kernels they are for; all if not said. */
  readonly only?: string;
  /** The architecture, as Node calls it, that the compiler makes code for. */
  readonly arch?: string;
  /** The compiler's command; else `CXX`, or the system's. */
  readonly command?: string;
}

/** Puts the engine into dist/native: from the cache, or compiled anew. */
export async function compileEngine(build: Build = {}): Promise<Compiled> {
  const { arch = process.arch, command } = build;
  if (process.platform === "win32") return { state: "missing", reason: "it is not compiled on Windows yet" };
  const compiler = findCompiler(command ?? process.env.CXX);
  if (compiler === undefined) {
    return { state: "missing", reason: `no C++ compiler (${command ?? "g++, clang++ or c++"}) was found` };
  }
  const target = join(root, addonPathOf(arch));
  const kept = join(cache, `${hashOf(compiler.version, build, arch)}.node`);
  const state = existsSync(kept) ? "kept" : "made";
  if (state === "made") {
    try {
      await compile(compiler, kept, build, arch);
    } catch (error) {
      return { state: "missing", reason: `${compiler.command} failed: ${(error as Error).message}` };
    }
  }
  mkdirSync(dirname(target), { recursive: true });
  // Never write into a file that a running process has mapped: its code would change under it.
  copyFileSync(kept, `${target}.new`);
  renameSync(`${target}.new`, target);
  return { state };
}

function findCompiler(wanted: string | undefined): Compiler | undefined {
  for (const command of wanted ? [wanted] : ["g++", "clang++", "c++"]) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status === 0) return { command, version: stdout };
  }
  return undefined;
}

function hashOf(compiler: string, { extra = [], only }: Build, arch: string): string {
  const sets = instructionSets(arch);
  const hash = createHash("sha256").update(JSON.stringify([compiler, flags, exact, extra, only ?? null, arch, sets]));
  return hash.update(sourceStamp(root)).digest("hex").slice(0, 32);
}

async function compile(compiler: Compiler, result: string, build: Build, arch: string): Promise<void> {
  const { extra = [], only } = build;
  const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
  const work = join(cache, `work-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const files = readdirSync(sources).filter((file) => file.endsWith(".cpp"));
  const kernels = files.map((file) => file.slice(0, -".cpp".length)).filter((file) => !common.includes(file));
  const stamp = `-DGB_STAMP="${sourceStamp(root)}"`;
  const unit = (file: string, options: readonly string[]): Unit => ({ file, flags: [...flags, ...options] });
  const places = { sources, kept: join(cache, "objects"), work };
  const units: Unit[] = [
    ...common.map((file) =>
      unit(file, [
        ...extra,
        ...(forNode.includes(file) ? ["-I", relative(sources, headers)] : []),
        ...(file === "addon" ? [stamp] : []),
      ]),
    ),
    ...Object.entries(instructionSets(arch)).flatMap(([set, options]) =>
      kernels.map((file) =>
        unit(file, [
          ...(only === undefined || only === set ? extra : []),
          `-DGB_ISA=${set}`,
          ...options,
          ...(exact.includes(file) ? ["-ffp-contract=off"] : []),
        ]),
      ),
    ),
  ];
  try {
    const objects: string[] = [];
    const waiting = [...units];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        objects.push(await objectOf(next, compiler, places));
      }
    };
    await Promise.all([worker(), worker()]);
    const shared = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    const built = join(work, "engine.node");
    await run(compiler.command, [...shared, "-pthread", ...extra, ...objects.sort(), "-o", built], work);
    renameSync(built, result);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
