/**
 * That no kernel of the contract goes untested: each is compared with the fallback's at every odd size, in every lay, on one thread and on two; and what it
 * works in is counted before and after it has run often.
 */
import { describe, expect, test } from "@jest/globals";
import type { Backend } from "../../../lib/backends/backend.ts";
import { elementTable } from "./element-table.ts";
import { describeEngine } from "./engine.ts";
import { layerTable } from "./layer-table.ts";
import type { Probe } from "./probes.ts";
import { comparison, sizes } from "./views.ts";

/** The compiler asks for every method of the contract, the test below for every one that is there. */
const table: Readonly<Record<Exclude<keyof Backend, "name">, (probe: Probe) => void>> = {
  ...elementTable,
  ...layerTable,
};

/** Kernels that take everything row-major, so that there is but one lay. */
const rowMajor = new Set<string>([
  ...[
    "chain",
    "chains",
    "crossEntropy",
    "crossEntropyBackward",
    "elementLoss",
    "elementLossBackward",
    "normalize",
    "normalizeBackward",
  ],
  ...["recur", "recurBackward", "draw", "learnWords", "move", "lu", "cholesky", "solveTriangle", "qr", "eigh", "svd"],
]);

/** Kernels whose work grows faster than a size: their own tests have such that threads share. */
const steep = new Set(["recur", "recurBackward", "lu", "cholesky", "solveTriangle", "qr", "eigh", "svd"]);
/** So many that threads share the work of the others: much work for each number, or little. */
const many = (name: string) => (/^(conv|attention|matmul|maxPool)/.test(name) ? 2003 : 20_011);

describeEngine((engine, threads) => {
  const { backend, addon } = engine;
  const compare = comparison(backend);

  test("has no kernel that the table does not name", () => {
    const kernels = Object.entries(backend).filter(([, value]) => typeof value === "function");
    expect(Object.keys(table).sort()).toEqual(kernels.map(([name]) => name).sort());
  });

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    test.each(Object.entries(table))(
      "has a kernel %s that gives what the fallback does at every odd size",
      (name, run) => {
        for (const n of sizes) {
          for (const lay of rowMajor.has(name) ? [0] : [0, 1, 2]) run({ n, dtype, lay, compare, tested: backend });
        }
      },
    );

    const shared = Object.entries(table).filter(([name]) => !steep.has(name));
    if (threads === 2)
      test.each(shared)("has a kernel %s that gives on two threads what it gives on one", (name, run) => {
        const on = (count: number): Backend => {
          const kernels = Object.entries(backend).map(([name, kernel]) => {
            const counted = (...given: never[]) => {
              addon.setThreads(count);
              return (kernel as (...args: never[]) => unknown)(...given);
            };
            return [name, typeof kernel === "function" ? counted : kernel];
          });
          return { ...Object.fromEntries(kernels), name: `one on ${count} threads` };
        };
        run({ n: many(name), dtype, lay: 0, compare: comparison(on(2), on(1)), tested: backend });
      });

    // Threads come to their memory as they come to work: with several it is not known when.
    if (threads === 1)
      test("holds no more memory after a kernel has run often than after it ran once", () => {
        const grown = Object.entries(table).filter(([, run]) => {
          const often = (times: number) => {
            for (let i = 0; i < times; i++) run({ n: 33, dtype, lay: 0, compare, tested: backend });
            return addon.workspaceBytes();
          };
          return often(1) !== often(3);
        });
        expect(grown.map(([name]) => name)).toEqual([]);
      });
  });
});
