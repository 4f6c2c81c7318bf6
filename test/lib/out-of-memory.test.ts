/** What is in use is counted, and a tensor that does not fit is an error that says so. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { memory, ones, randn, resetPeakMemory, setMemoryLimit, zeros } from "../../lib/index.ts";
import { collectAll } from "../../lib/memory.ts";

/** What the process may free of its own in between. */
const ownBytes = 20e6;

afterEach(() => setMemoryLimit(null));

/** What is in use when all garbage is gone: test files that ran before in this process may have left something. */
function inUseAtLeast(): number {
  // The second turn waits for what the first has begun to give back.
  for (let turn = 0; turn < 2; turn++) collectAll();
  return memory().inUse;
}

describe("memory", () => {
  test("counts what tensors hold, results of ops among them", () => {
    const before = memory();
    const x = zeros([25, 1_000_000]);
    const y = x.add(1);
    // The result of an op has no memory before somebody looks.
    expect(y.select(0, 7).sum().item()).toBe(1e6);
    const after = memory();
    expect(after.kinds.arrays - before.kinds.arrays).toBeGreaterThan(200e6 - ownBytes);
    expect(after.inUse).toBe(after.kinds.arrays + after.kinds.workspaces);
    expect(x.select(0, 7).sum().item()).toBe(0);
  });

  test("remembers the most that was in use, until it is told to begin anew", () => {
    const before = inUseAtLeast();
    resetPeakMemory();
    const sizeOfTwo = () => [zeros([20_000_000]), zeros([5_000_000])].map((x) => x.size);
    expect(sizeOfTwo()).toEqual([20_000_000, 5_000_000]);
    expect(memory().peak).toBeGreaterThanOrEqual(before + 100e6);
    expect(memory().peak).toBeGreaterThanOrEqual(memory().inUse);
    // Near the limit what nobody looks at is collected.
    setMemoryLimit(before + 90e6);
    expect(zeros([2_000_000]).size).toBe(2_000_000);
    resetPeakMemory();
    expect(memory().peak).toBeLessThan(before + 100e6);
  });

  test("refuses what is beyond the limit, naming what was asked and what is in use", () => {
    const said =
      /^Cannot hold 1000000000000 float32 elements, 4000\.0 GB: \d+\.\d [MG]B are in use of at most \d+\.\d [MG]B$/;
    for (const ask of [() => zeros([1e12]), () => ones([1e6, 1e6]), () => randn([1e12])]) {
      expect(ask).toThrow(RangeError);
      expect(ask).toThrow(said);
    }
    const column = ones([1_000_000, 1]);
    // An op whose result does not fit: memory that a kernel fills.
    expect(() => column.add(ones([1_000_000]))).toThrow(said);
    expect(column.sum().item()).toBe(1e6);
  });

  test("collects what nobody looks at before it refuses", () => {
    setMemoryLimit(memory().inUse + 40e6);
    let sum = 0;
    for (let i = 0; i < 30; i++) sum += zeros([1_000_000]).add(1).size;
    expect(sum).toBe(30e6);
    const kept: object[] = [];
    const fill = () => {
      for (let i = 0; i < 100; i++) kept.push(zeros([1_000_000]));
    };
    expect(fill).toThrow("are in use of at most");
    // Nine or ten of 4 MB, and what was garbage before.
    expect(kept.length).toBeGreaterThanOrEqual(9);
    expect(kept.length * 4e6).toBeLessThanOrEqual(memory().limit);
  });

  test("has a limit only of a positive number of bytes", () => {
    expect(() => setMemoryLimit(0)).toThrow("Cannot use 0 as the limit of memory");
    expect(() => setMemoryLimit(Number.NaN)).toThrow(RangeError);
  });
});
