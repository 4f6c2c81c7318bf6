/** The backend in use, and what is known about it. */
import { setSupplier } from "../allocation.ts";
import { countWorkspaces } from "../memory.ts";
import type { Backend } from "./backend.ts";
import { jsBackend } from "./js/index.ts";
import { loadEngine, type NativeEngine } from "./native/index.ts";
import { Recycler } from "./native/recycler.ts";
import { availableThreads, checkThreads } from "./threads.ts";

export type { Backend } from "./backend.ts";

/** What the library computes with. */
export interface EngineInfo {
  /** `native`, the compiled engine, or `js`, the fallback that runs anywhere. */
  backend: string;
  /** The instruction set of the compiled engine: `baseline`, `avx2`, `avx512` or `neon`; null in the fallback. */
  instructions: string | null;
  /** How many threads take part in large kernels. */
  threads: number;
  /** Why the compiled engine is not in use; null if it is. */
  reason: string | null;
  /** Kernels and ops of the compiled engine whose results are wrong on this machine, so that the fallback computes them. */
  dropped: readonly string[];
}

const choice = process.env.GRADBOOK_BACKEND || "auto";
let engine: NativeEngine | null = null;
let reason: string | null = null;

/** The kernels that every op runs on. Import it, do not copy it: `setBackend` changes it. */
export let backend: Backend = choose();

function choose(): Backend {
  if (!["auto", "native", "js"].includes(choice)) {
    throw new RangeError(`GRADBOOK_BACKEND=${choice} is no backend: it must be native, js or auto`);
  }
  if (choice === "js") {
    reason = "GRADBOOK_BACKEND=js asks for the fallback";
    return jsBackend;
  }
  const loaded = loadEngine(jsBackend);
  if ("missing" in loaded) {
    if (choice === "native") throw new Error(`Cannot use the compiled engine: ${loaded.missing}`);
    reason = loaded.missing;
    // An engine that was never built is no news: the set-up said so. One that is there and does not work is.
    if (loaded.broken) process.emitWarning(`gradbook computes without its compiled engine: ${reason}`);
    return jsBackend;
  }
  engine = loaded;
  if (engine.faults.length > 0) {
    const texts = engine.faults.map(({ text }) => text).join(", ");
    process.emitWarning(`gradbook leaves kernels of its engine unused that are wrong on this machine: ${texts}`);
  }
  // A worker that loads the library leaves what the process has chosen.
  if (engine.addon.getThreads() === 0) {
    const threads = process.env.GRADBOOK_THREADS;
    engine.addon.setThreads(checkThreads(threads ? Number(threads) : availableThreads(), "GRADBOOK_THREADS"));
  }
  setSupplier(new Recycler(engine.addon));
  countWorkspaces(engine.addon.workspaceBytes);
  return engine.backend;
}

/** Runs all later ops on another backend and returns the one before. */
export function setBackend(next: Backend): Backend {
  const previous = backend;
  backend = next;
  return previous;
}

/** What the library computes with. @example engineInfo().threads >= 1 // true */
export function engineInfo(): EngineInfo {
  const native = engine !== null && backend === engine.backend;
  return {
    backend: backend.name,
    instructions: native ? engine!.instructions : null,
    threads: native ? engine!.addon.getThreads() : 1,
    reason,
    dropped: native ? engine!.faults.map(({ kernel, op }) => op ?? kernel) : [],
  };
}

/**
 * Says how many threads take part in large kernels, in all of the process; small ones always run on one. The fallback has only one and stays with it.
 *
 * @param count From 1; at first `GRADBOOK_THREADS`, or as many as the machine has cores.
 * @throws {RangeError} If it is not a whole number from 1 to 256.
 * @example setThreads(1); engineInfo().threads // 1
 */
export function setThreads(count: number): void {
  const checked = checkThreads(count, "the number of threads");
  engine?.addon.setThreads(checked);
}
