/** The compiler's sanitizers that look at the engine while its tests run: how it is built for them, and what of their reports is about it. */
import { basename, sep } from "node:path";
import { addonPath } from "../../lib/backends/native/addon.ts";
import { sourceFolder } from "../../lib/backends/native/stamp.ts";

export interface Sanitizer {
  readonly name: string;
  /** What it looks at, in a word. */
  readonly subject: string;
  /** For the compiler. Of two levels of optimization the later one counts; at a low one stacks can be read, and the build takes half as long. */
  readonly flags: readonly string[];
  /** The libraries that must be loaded before Node, which knows nothing of them. */
  readonly libraries: readonly string[];
  /** What they are told; reports go to files whose names begin with `reports`. */
  readonly environment: (reports: string) => Readonly<Record<string, string>>;
  /** The tests that are run if none are named. */
  readonly tests: readonly string[];
  /** Those parts of a report that are about the engine. */
  readonly findings: (report: string) => readonly string[];
}

const debugging = ["-fno-omit-frame-pointer", "-g", "-O1"];

/** Whether a stack leads through the engine: a frame names the source where it is known, else the library. */
const isOurs = (text: string) => text.includes(basename(addonPath)) || text.includes(`${sourceFolder}${sep}`);

/** Ends the tests at the first access outside of a buffer and the first undefined operation, and looks for lost memory when they end. */
export const memorySanitizer: Sanitizer = {
  name: "AddressSanitizer, UndefinedBehaviorSanitizer",
  subject: "memory",
  flags: ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", ...debugging],
  libraries: ["libasan.so", "libubsan.so"],
  environment: (reports) => ({
    // Exit codes are jest's; leaks are read from the reports, since Node's own would fail every run.
    ASAN_OPTIONS: `detect_leaks=1:log_path=${reports}:alloc_dealloc_mismatch=0`,
    LSAN_OPTIONS: "exitcode=0:report_objects=0",
    UBSAN_OPTIONS: "print_stacktrace=1",
  }),
  tests: ["backends", "ops", "nn", "autograd", "optim", "linalg", "random"].map((folder) => `test/lib/${folder}`),
  findings: (report) => {
    const paragraphs = report.split(/\n\n+/);
    return paragraphs.filter((text) => isOurs(text) && /leak of|ERROR|runtime error/.test(text));
  },
};

/** Looks for two threads that meet in memory without order, of which one writes. */
export const threadSanitizer: Sanitizer = {
  name: "ThreadSanitizer",
  subject: "threads",
  flags: ["-fsanitize=thread", ...debugging],
  libraries: ["libtsan.so"],
  environment: (reports) => ({
    GRADBOOK_THREADS: "2",
    TSAN_OPTIONS: `exitcode=0:log_path=${reports}:history_size=4`,
  }),
  tests: ["test/lib/backends"],
  findings: (report) =>
    report.split(/^={18}$/m).filter((text) => {
      if (!text.includes("ThreadSanitizer: data race")) return false;
      // Node is not built with it: what orders its own threads is not seen, so both must be in the engine.
      const accesses = text.split(/\n\n+/).filter((part) => /(read|write) of size/i.test(part));
      return accesses.every((part) => isOurs(part) || part.includes("failed to restore the stack"));
    }),
};
