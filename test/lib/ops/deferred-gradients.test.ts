/** Ops that work element by element have the gradients that differences of them give where they wait, forward and back in chains, on one thread and on two. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fewestToWait } from "../../../lib/backends/deferred.ts";
import { backend } from "../../../lib/backends/index.ts";
import { engineInfo, gradients, setThreads, type Tensor, tensor } from "../../../lib/index.ts";
import { call } from "./calls.ts";
import type { Input } from "./samples.ts";
import { families } from "./table.ts";

/** As many as ops wait for, and a rest that fills no vector. */
const count = fewestToWait + 257;

// Under jest a look at a global costs more than most of what is done with it.
const { abs } = Math;

/** Ops of one tensor whose first sample says where they have a derivative; glu works on halves. */
const rows = ["activations", "functions"]
  .flatMap((family) => families[family]!)
  .filter(({ name, differentiable, samples: [first] }) => {
    return (
      name !== "glu" && differentiable !== false && first!.inputs.length === 1 && !first!.args?.length && !first!.edge
    );
  });

/** An op in the midst of others, all of which work on each element by itself. */
const between = (name: string, x: Tensor) => {
  const middle = call(name, [x.mul(2).mul(0.5)])[0]!;
  return { middle, end: middle.mul(x).add(x.mul(0.25)).tanh().mul(x) };
};

const waits = backend.chain !== undefined;

(waits ? describe : describe.skip).each([1, 2])("on %d threads, in a chain that waits,", (threads) => {
  const before = engineInfo().threads;
  beforeAll(() => setThreads(threads));
  afterAll(() => setThreads(before));
  let waited = 0;

  test.each(rows.map((row) => [row.name, row] as const))("%s has the gradient that differences give", (name, row) => {
    const { data } = row.samples[0]!.inputs[0] as Input;
    const x = tensor(data)
      .repeat([Math.ceil(count / data.length)])
      .narrow(0, { start: 0, length: count })
      .clone()
      .requiresGrad_();
    const { middle, end } = between(name, x);
    if (middle.storage.pending !== null) waited++;
    const [slope] = gradients(end.sum(), [x]);
    const found = slope!.data;
    // In float64, by themselves: so few do not wait.
    const at = (shift: number) => {
      const points = tensor(Float64Array.from(data, (value) => Math.fround(value) + shift));
      return between(name, points).end.data;
    };
    const [above, below] = [at(1e-5), at(-1e-5)];
    const wanted = data.map((_, i) => (above[i]! - below[i]!) / 2e-5);
    // The chain takes products and a tanh of float32 numbers.
    const room = wanted.map((w) => 1e-4 * Math.max(1, Math.abs(w)));
    for (let i = 0, k = 0; i < count; i++, k = k + 1 < data.length ? k + 1 : 0) {
      if (abs(found[i]! - wanted[k]!) <= room[k]!) continue;
      throw new Error(`${name} at ${data[k]}, element ${i}: ${found[i]}, differences give ${wanted[k]}`);
    }
  });

  test("most of these wait", () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(waited).toBeGreaterThan(rows.length / 2);
  });
});
