/**
 * Faults that an engine with AddressSanitizer must find: it looks at buffers as a whole, but most memory is a part of one that was used before. Each fault
 * is tried in a process of its own, which it ends.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { loaded } from "./engine.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const library = (path: string) => JSON.stringify(pathToFileURL(join(root, "lib", path)).href);
const isGuarded = !("missing" in loaded) && loaded.addon.expose !== undefined;

/** What becomes of a process that runs some lines on the engine. */
function attempt(lines: string): { status: number | null; stderr: string } {
  const program = `
    import { backend } from ${library("backends/index.ts")};
    import { loadAddon } from ${library("backends/native/addon.ts")};
    import { packedView, Storage } from ${library("storage.ts")};
    import { ones, zeros } from ${library("index.ts")};
    const { trespass } = loadAddon();
    const read = (storage, count) => {
      const out = ones([2 * count]).mul(2).storage;
      backend.unary("neg", packedView(storage, "float32", [count]), packedView(out, "float32", [count]));
    };
    ${lines}`;
  const node = ["--import", "tsx", "--input-type=module", "--eval", program];
  // The report goes to this test, not to the reports about its own process; at the end of a process that a test ends nothing is lost that matters.
  const env = { ...process.env, GRADBOOK_THREADS: "1", ASAN_OPTIONS: "detect_leaks=0", LSAN_OPTIONS: "" };
  return spawnSync(process.execPath, node, { cwd: root, env, encoding: "utf8" });
}

(isGuarded ? describe : describe.skip)("AddressSanitizer", () => {
  test.each([
    ["a workspace is used up to its end", "for (const shared of [true, false]) trespass(shared, 1001, 1000);"],
    ["results are, small and large", "for (const n of [20, 1500, 70_000]) read(ones([n]).mul(2).storage, n);"],
    [
      "an array that somebody holds is read beyond a tensor",
      "new Uint8Array(ones([1500]).mul(2).data.buffer).slice();",
    ],
    [
      "memory is used again",
      "for (let i = 0; i < 2; i++) { const x = ones([1500]).mul(2); read(x.storage, 1500); x.storage.release(); }",
    ],
  ])("finds nothing where %s", (_, lines) => {
    expect(attempt(lines)).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["past a workspace of the thread", "trespass(false, 1001, 1001);"],
    ["past one that all threads see", "trespass(true, 1001, 1001);"],
    ["past a workspace that was larger before", "trespass(false, 5000, 4999); trespass(false, 1001, 1001);"],
    ["before one", "trespass(false, 1001, -1);"],
    ["past a result", "read(ones([1500]).mul(2).storage, 1501);"],
    ["past a small one", "read(ones([20]).mul(2).storage, 21);"],
    ["past zeros", "read(zeros([20]).storage, 21);"],
    [
      "to a result whose memory was given back",
      "const { storage } = ones([1500]).mul(2); const stale = new Storage(storage.home); stale.address = storage.address; read(stale, 1500); storage.release(); read(stale, 1500);",
    ],
  ])("finds an access %s", (_, lines) => {
    const { status, stderr } = attempt(lines);
    expect(stderr).toMatch(/ERROR: AddressSanitizer: (use-after-poison|heap-buffer-overflow)/);
    expect(status).not.toBe(0);
  });
});
