/** How much memory tensors and the engine hold, and the error where no more is to be had. */
import { totalmem } from "node:os";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What is in use of the machine's memory, in bytes. */
export interface MemoryUse {
  /** What tensors and the engine hold, those tensors included that nobody looks at any more and that are still to be collected. */
  readonly inUse: number;
  /** The most that was in use at once since the start or the last `resetPeakMemory()`. It is looked at anew after every megabyte of new memory. */
  readonly peak: number;
  /** How much may be in use before a tensor is refused. */
  readonly limit: number;
  /** The same by kind. */
  readonly kinds: {
    /** Elements of tensors, and what else the process has in array buffers. */
    readonly arrays: number;
    /** Memory of results that are gone, kept for the next ones. */
    readonly spare: number;
    /** What kernels of the engine keep from call to call. */
    readonly workspaces: number;
    /** JavaScript's own objects, tiny tensors among them; they do not count as in use. */
    readonly objects: number;
  };
}

/** New memory after which what is in use is looked at again: looking costs as much as a small op. */
const stride = 1e6;

let workspaces: () => number = () => 0;
let spare: () => number = () => 0;
let dropSpare: () => void = () => {};
let limit = limitOf(process.env.GRADBOOK_MEMORY_LIMIT);
/** What is taken since the last look, and the most that any look saw. */
let taken = 0;
let peak = 0;

function limitOf(wanted: string | undefined): number {
  return wanted ? checkLimit(Number(wanted), "GRADBOOK_MEMORY_LIMIT") : available();
}

/** What the machine, or the container around the process, has. */
function available(): number {
  // A process that nothing confines has a limit of 0 or of more than there is.
  return Math.min(process.constrainedMemory() || Infinity, totalmem());
}

function checkLimit(bytes: number, what: string): number {
  if (bytes > 0) return bytes;
  throw new RangeError(`Cannot use ${bytes} as ${what}: it must be a number of bytes > 0`);
}

/** Says what the engine keeps beside tensors. */
export function countWorkspaces(count: () => number): void {
  workspaces = count;
}

/** Says how much memory is kept for results to come, and how to let go of it. */
export function whenScarce(count: () => number, drop: () => void): void {
  spare = count;
  dropSpare = drop;
}

function look(): number {
  taken = 0;
  const inUse = getHeapStatistics().external_memory + workspaces();
  peak = Math.max(peak, inUse);
  return inUse;
}

/**
 * How much memory is in use, by kind, and the most that was at once.
 *
 * @see resetPeakMemory, setMemoryLimit
 * @example
 * const x = zeros([1000, 1000]);
 * memory().inUse >= 4 * x.size // true
 */
export function memory(): MemoryUse {
  const inUse = look();
  const [own, kept] = [workspaces(), spare()];
  return {
    inUse,
    peak,
    limit,
    kinds: { arrays: inUse - own - kept, spare: kept, workspaces: own, objects: getHeapStatistics().used_heap_size },
  };
}

/** Lets the peak of `memory()` begin anew from what is in use now. @example resetPeakMemory(); const { peak, inUse } = memory(); peak - inUse < 1e6 // true */
export function resetPeakMemory(): void {
  peak = 0;
  look();
}

/**
 * Says how much memory may be in use before a tensor is refused with an error, instead of the system ending the whole process.
 *
 * @param bytes From above 0; at first `GRADBOOK_MEMORY_LIMIT`, or what the machine or its container has. null for the latter.
 * @throws {RangeError} If it is no positive number.
 * @example
 * setMemoryLimit(1e9);
 * check.throws("4 TB", () => zeros([1e12]), "Cannot hold 1000000000000 float32 elements, 4000.0 GB");
 * setMemoryLimit(null);
 */
export function setMemoryLimit(bytes: number | null): void {
  limit = bytes === null ? available() : checkLimit(bytes, "the limit of memory");
}

/**
 * Gets memory for elements by `get`, unless that would go beyond the limit. What nobody looks at any more is collected before anything is refused.
 *
 * @throws {RangeError} If there is not so much.
 */
export function claim<T>(dtype: string, size: number, bytes: number, get: () => T): T {
  taken += bytes;
  if (taken >= stride || bytes > limit) {
    let inUse = look();
    if (inUse + bytes > limit && bytes <= limit) {
      collect();
      inUse = look();
    }
    if (inUse + bytes > limit) throw refusal(dtype, size, bytes, "");
    peak = Math.max(peak, inUse + bytes);
  }
  try {
    return get();
  } catch {
    collect();
    try {
      return get();
    } catch (error) {
      throw refusal(dtype, size, bytes, `; ${(error as Error).message}`);
    }
  }
}

/** A number of bytes to be read. */
function show(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What is in use and how much may be, as errors tell it. */
export function usage(): string {
  return `${show(look())} are in use of at most ${show(limit)}`;
}

function refusal(dtype: string, size: number, bytes: number, why: string): RangeError {
  return new RangeError(`Cannot hold ${size} ${dtype} elements, ${show(bytes)}: ${usage()}${why}`);
}

type Collector = (options?: { type: "minor" }) => void;

let collectGarbage: Collector | null = null;

function collector(): Collector {
  if (collectGarbage === null) {
    setFlagsFromString("--expose-gc");
    collectGarbage = runInNewContext("gc") as Collector;
  }
  return collectGarbage;
}

/** Lets the collector take what nobody looks at any more; twice, because the second turn waits for what the first has begun to give back. */
function collect(): void {
  const turn = collector();
  turn();
  dropSpare();
  turn();
  turn();
}

/** Lets the collector take what nobody looks at any more among young objects, which is quick. */
export function collectYoung(): void {
  collector()({ type: "minor" });
}

/** Lets the collector take all that nobody looks at any more. */
export function collectAll(): void {
  collector()();
}
