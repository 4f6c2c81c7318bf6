/**
 * `npm run test:sanitize`: the tests of the engine on an engine that is built with AddressSanitizer and UndefinedBehaviorSanitizer, once for each instruction
 * set that this machine has, and for the best one again with ThreadSanitizer; see sanitizers.ts. The engine's threads by themselves are tried before, in a
 * program of their own (pool-races.cpp). All that takes half an hour or more; with `GRADBOOK_INSTRUCTIONS` it is that instruction set alone, and paths of
 * tests may be given.
 *
 * At the end a table says what was run and what was found. The usual engine is put back when all is done.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addonPath, loadAddon } from "../../lib/backends/native/addon.ts";
import { sourceFolder } from "../../lib/backends/native/stamp.ts";
import { root } from "../setup/step.ts";
import { compileEngine, instructionSets } from "./compile.ts";
import { memorySanitizer, type Sanitizer, threadSanitizer } from "./sanitizers.ts";

const compiler = process.env.CXX || "g++";
const reports = join(root, ".cache", "sanitize");
const named = process.argv.slice(2);

/** What became of the tests under a sanitizer. */
interface Outcome {
  readonly sanitizer: string;
  readonly instructions: string;
  readonly files: number;
  readonly passed: number;
  readonly failed: number;
  readonly findings: number;
  readonly seconds: number;
}

/** Where the compiler keeps a library. */
function libraryPath(name: string): string {
  const { stdout } = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" });
  return stdout.trim();
}

/** Whether the engine's threads do each task once, without a race. */
function threadsAreSafe(): boolean {
  const [sources, program] = [join(root, sourceFolder), join(reports, "pool-races")];
  const files = [join(import.meta.dirname, "pool-races.cpp"), join(sources, "pool.cpp")];
  const options = ["-std=c++17", "-O1", "-g", "-fsanitize=thread", "-pthread", "-I", sources];
  const built = spawnSync(compiler, [...options, ...files, "-o", program], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("Cannot build the engine's threads with ThreadSanitizer");
  const { status } = spawnSync(program, { stdio: "inherit" });
  rmSync(program);
  console.log(
    status === 0 ? "✓ ThreadSanitizer found nothing in the engine's threads" : "✗ races in the engine's threads",
  );
  return status === 0;
}

/** The instruction sets that this machine has, the best one last. */
async function instructionsHere(): Promise<readonly string[]> {
  if (process.env.GRADBOOK_INSTRUCTIONS) return [process.env.GRADBOOK_INSTRUCTIONS];
  const built = await compileEngine();
  const addon = loadAddon();
  if (built.state === "missing" || "missing" in addon) throw new Error("Cannot build the engine");
  return Object.keys(instructionSets(process.arch)).filter((set) => addon.setInstructions(set) === set);
}

/** The report with functions and lines in frames that have none: ThreadSanitizer knows only what was loaded before its first report. */
function withLines(report: string): string {
  return report.replace(/<null> <null> \(\S+\.node\+(0x[0-9a-f]+)\)/g, (frame, place: string) => {
    const { status, stdout } = spawnSync("addr2line", ["-Cfpe", join(root, addonPath), place], { encoding: "utf8" });
    return status === 0 ? stdout.trim() : frame;
  });
}

/** Runs the tests in one process on the kernels of an instruction set, under a sanitizer. */
async function runUnder(sanitizer: Sanitizer, instructions: string): Promise<Outcome> {
  console.log(`\n… ${sanitizer.name}, ${instructions}: building the engine`);
  const built = await compileEngine({ extra: sanitizer.flags, only: instructions });
  if (built.state === "missing") throw new Error(`Cannot build the engine with sanitizers: ${built.reason}`);
  const folder = join(reports, `${sanitizer.subject}-${instructions}`);
  mkdirSync(folder, { recursive: true });
  const begun = Date.now();
  const counts = join(reports, "counts.json");
  rmSync(counts, { force: true });
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const node = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const options = ["--runInBand", "--testTimeout=600000", "--json", `--outputFile=${counts}`];
  const { status, signal } = spawnSync(
    process.execPath,
    [...node, jest, ...options, ...(named.length > 0 ? named : sanitizer.tests)],
    {
      cwd: root,
      // The counts go to a file.
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        GRADBOOK_BACKEND: "native",
        GRADBOOK_INSTRUCTIONS: instructions,
        LD_PRELOAD: sanitizer.libraries.map(libraryPath).join(":"),
        ...sanitizer.environment(join(folder, "report")),
      },
    },
  );
  if (status !== 0) console.log(`The tests ended with ${signal ?? status}`);
  const found = readdirSync(folder).flatMap((file) => sanitizer.findings(readFileSync(join(folder, file), "utf8")));
  for (const text of found) console.log(`\n${withLines(text)}`);
  return {
    sanitizer: sanitizer.name,
    instructions,
    ...countsOf(counts, status === 0),
    findings: found.length,
    seconds: Math.round((Date.now() - begun) / 1000),
  };
}

/** How many files and tests jest has noted; a run that came to no end has failed at least once. */
function countsOf(file: string, succeeded: boolean): Pick<Outcome, "files" | "passed" | "failed"> {
  try {
    const noted = JSON.parse(readFileSync(file, "utf8"));
    const failed = noted.numFailedTests + noted.numRuntimeErrorTestSuites;
    return { files: noted.numTotalTestSuites, passed: noted.numPassedTests, failed: succeeded ? failed : failed || 1 };
  } catch {
    return { files: 0, passed: 0, failed: 1 };
  }
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const outcomes: Outcome[] = [];
let failed = true;
try {
  const safe = threadsAreSafe();
  const sets = await instructionsHere();
  for (const set of sets) outcomes.push(await runUnder(memorySanitizer, set));
  outcomes.push(await runUnder(threadSanitizer, sets.at(-1)!));
  failed = !safe || outcomes.some((outcome) => outcome.failed > 0 || outcome.findings > 0);
} finally {
  await compileEngine();
  console.table(outcomes);
}
console.log(failed ? "✗ see above" : "✓ the sanitizers found nothing in the engine");
process.exitCode = failed ? 1 : 0;
