/**
 * `npm run test:sanitize`: the tests of the engine on an engine that is built with AddressSanitizer and UndefinedBehaviorSanitizer, which end them at
 * the first access outside of a buffer and the first undefined operation. Memory that the engine has lost is looked for when they end: what Node
 * itself leaves behind is none of ours. Paths of tests may be given; without any the kernels' own are run. With `GRADBOOK_INSTRUCTIONS` only the
 * kernels of that instruction set are built so, and run. The engine's threads are tried under ThreadSanitizer first, in a program of their own (pool-races.cpp).
 *
 * The usual engine is put back when they are done.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { addonPath } from "../../lib/backends/native/addon.ts";
import { sourceFolder } from "../../lib/backends/native/stamp.ts";
import { root } from "../setup/step.ts";
import { compileEngine } from "./compile.ts";

/** Of two levels of optimization the later one counts; at a low one stacks can be read, and the build takes half as long. */
const flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1"];
const compiler = process.env.CXX || "g++";
const reports = join(root, ".cache", "sanitize");
const tests = process.argv.slice(2);

/** Where the compiler keeps a library that must be loaded before Node. */
function runtime(name: string): string {
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

/** Runs the tests in one process and returns its exit code. */
function runTests(): number {
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const { status, signal } = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--disable-warning=ExperimentalWarning",
      jest,
      "--runInBand",
      "--testTimeout=600000",
    ].concat(tests.length > 0 ? tests : ["test/lib/backends"]),
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        GRADBOOK_BACKEND: "native",
        LD_PRELOAD: [runtime("libasan.so"), runtime("libubsan.so")].join(":"),
        // Exit codes are jest's; leaks are read from the reports, since Node's own would fail every run.
        ASAN_OPTIONS: `detect_leaks=1:log_path=${join(reports, "report")}:alloc_dealloc_mismatch=0`,
        LSAN_OPTIONS: "exitcode=0:report_objects=0",
        UBSAN_OPTIONS: "print_stacktrace=1",
      },
    },
  );
  if (signal !== null) console.log(`The tests were ended by ${signal}`);
  return status ?? 1;
}

/** What the sanitizers reported of the engine: each report is a paragraph with a stack. */
function findings(): string[] {
  const texts = readdirSync(reports).map((file) => readFileSync(join(reports, file), "utf8"));
  const paragraphs = texts.flatMap((text) => text.split(/\n\n+/));
  // A frame names the source where it is known, else the library.
  const isOurs = (text: string) => text.includes(basename(addonPath)) || text.includes(`${sourceFolder}${sep}`);
  return paragraphs.filter((text) => isOurs(text) && /leak of|ERROR|runtime error/.test(text));
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
let failed = true;
try {
  const safe = threadsAreSafe();
  const built = await compileEngine({ extra: flags, only: process.env.GRADBOOK_INSTRUCTIONS });
  if (built.state === "missing") throw new Error(`Cannot build the engine with sanitizers: ${built.reason}`);
  const status = runTests();
  const found = findings();
  for (const text of found) console.log(`\n${text}`);
  console.log(
    `\n${found.length === 0 ? "✓ the sanitizers found nothing in the engine" : `✗ ${found.length} findings in the engine`}`,
  );
  failed = !safe || status !== 0 || found.length > 0;
} finally {
  await compileEngine();
}
process.exitCode = failed ? 1 : 0;
