/** Compiles the engine's addon with the system's compiler, once for each state of its sources. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const sources = join(root, "lib", "backends", "native", "src");
const cache = join(root, ".cache", "native");
const name = `engine-${process.platform}-${process.arch}.node`;

/** Compiled once, without any assumption about the machine. */
const common = ["addon", "pool", "sort", "workspace"];
const flags = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-fvisibility=hidden",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-pthread",
];

/** The instruction sets that kernels are compiled for, with the compiler's words for each. */
const instructionSets: Readonly<Record<string, readonly string[]>> =
  process.arch === "x64"
    ? {
        baseline: ["-msse2"],
        avx2: ["-mavx2", "-mfma"],
        avx512: ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
      }
    : { baseline: [] };

export type Compiled = { state: "kept" | "made" } | { state: "missing"; reason: string };

/** Puts the engine into dist/native: from the cache, or compiled anew. `extra` are further flags, such as sanitizers. */
export async function compileEngine(extra: readonly string[] = []): Promise<Compiled> {
  if (process.platform === "win32") return { state: "missing", reason: "it is not compiled on Windows yet" };
  const compiler = findCompiler();
  if (compiler === undefined) return { state: "missing", reason: "no C++ compiler (g++, clang++ or c++) was found" };
  const kept = join(cache, `${hashOf(compiler.version, extra)}.node`);
  const state = existsSync(kept) ? "kept" : "made";
  if (state === "made") {
    try {
      await compile(compiler.command, kept, extra);
    } catch (error) {
      return { state: "missing", reason: `${compiler.command} failed: ${(error as Error).message}` };
    }
  }
  const target = join(root, "dist", "native", name);
  mkdirSync(dirname(target), { recursive: true });
  // Never write into a file that a running process has mapped: its code would change under it.
  copyFileSync(kept, `${target}.new`);
  renameSync(`${target}.new`, target);
  return { state };
}

function findCompiler(): { command: string; version: string } | undefined {
  for (const command of process.env.CXX ? [process.env.CXX] : ["g++", "clang++", "c++"]) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status === 0) return { command, version: stdout };
  }
  return undefined;
}

function hashOf(compiler: string, extra: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify([compiler, flags, extra, instructionSets]));
  for (const file of readdirSync(sources).sort()) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  return hash.digest("hex").slice(0, 32);
}

async function compile(compiler: string, target: string, extra: readonly string[]): Promise<void> {
  const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
  const work = join(cache, `work-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const files = readdirSync(sources).filter((file) => file.endsWith(".cpp"));
  const kernels = files.map((file) => file.slice(0, -".cpp".length)).filter((file) => !common.includes(file));
  const units = [
    ...common.map((file) => ({ file, out: join(work, `${file}.o`), options: ["-I", headers] })),
    ...Object.entries(instructionSets).flatMap(([set, options]) =>
      kernels.map((file) => ({ file, out: join(work, `${file}-${set}.o`), options: [`-DGB_ISA=${set}`, ...options] })),
    ),
  ];
  try {
    const waiting = [...units];
    const worker = async () => {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        const input = join(sources, `${unit.file}.cpp`);
        await run(compiler, [...flags, ...extra, ...unit.options, "-c", input, "-o", unit.out]);
      }
    };
    await Promise.all([worker(), worker()]);
    const shared = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    const built = join(work, name);
    await run(compiler, [...shared, "-pthread", ...extra, ...units.map(({ out }) => out), "-o", built]);
    renameSync(built, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(output.trim().split("\n").slice(0, 5).join("\n"))),
    );
  });
}
