/** What an op was given and what it gave is free when the program has let go of it: no op keeps a tensor, a graph or a gradient. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { gradients, type Tensor } from "../../../lib/index.ts";
import { call, loadAll, weigh } from "./calls.ts";
import type { OpRow } from "./rows/makers.ts";
import { table } from "./table.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Something that an op had to do with, and whose. */
interface Trace {
  readonly what: string;
  readonly of: WeakRef<object>;
}

/** Runs the samples of an op forward and back, and leaves nothing but traces. */
function traces({ name, samples }: OpRow): Trace[] {
  // Samples made from others are there to be refused, some of them.
  const own = samples.filter(({ derived }) => !derived);
  return own.flatMap((sample) =>
    (["float32", "float64"] as const).flatMap((dtype) => {
      const { grouped, flat } = loadAll(sample, dtype);
      const leaves = flat.filter((x) => x.dtype.startsWith("float")).map((x) => x.requiresGrad_());
      const results = call(name, grouped, sample.args);
      const grads = results.some((y) => y.requiresGrad)
        ? gradients(weigh(results), leaves, null, { createGraph: true })
        : [];
      const of = (role: string, list: readonly (Tensor | null)[]) =>
        list
          .filter((x) => x !== null)
          .flatMap((x) => [x, x.storage])
          .map((x) => ({ what: `${role} of ${name}`, of: new WeakRef<object>(x) }));
      return [...of("operand", flat), ...of("result", results), ...of("gradient", grads)];
    }),
  );
}

test("no op keeps its operands, results or gradients from the collector", async () => {
  const all: Trace[] = [];
  for (const row of table) all.push(...traces(row));
  expect(all.length).toBeGreaterThan(table.length * 10);
  const kept = () => all.filter(({ of }) => of.deref() !== undefined).map(({ what }) => what);
  // What a reference was made or followed to lives until the turn ends, and what V8's compiler has seen, at work beside the program, until it is through.
  for (let turn = 0; turn === 0 || (turn < 100 && kept().length > 0); turn++) {
    await nextTurn();
    collect();
  }
  expect([...new Set(kept())]).toEqual([]);
});
