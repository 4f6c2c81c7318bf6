/**
 * Gradients of many elements are released, passed on and added to where they lie; those of few are left alone. So random graphs must give every copy of a few
 * elements the gradients that these have by themselves.
 */
import { expect, test } from "@jest/globals";
import { type Tensor, tensor } from "../../../lib/index.ts";
import { RandomGenerator } from "../../../lib/random/generator.ts";

const few = [-2, -1, 0, 1, 2, 3, -3];
const copies = 600;

/** What a random graph gives to its leaves, to results that retain theirs, and to hooks, where the few elements are there so many times. */
function run(seed: number, times: number): Float64Array[] {
  const draw = new RandomGenerator(seed);
  const below = (n: number) => draw.integer(n);
  const leaves = [1, 2, 3].map((by) => {
    const elements = Array.from({ length: times }, () => few.map((v) => v * by)).flat();
    // Whole numbers in float64, so that no order of sums rounds.
    return tensor(Float64Array.from(elements), { requiresGrad: true })
      .reshape([times, few.length])
      .detach()
      .requiresGrad_();
  });
  const values: Tensor[] = [...leaves];
  const seen: Tensor[] = [];
  const pick = () => (below(2) === 0 ? values.at(-1 - below(3))! : values[below(values.length)]!);
  for (let step = 0; step < 14; step++) {
    const [x, kind] = [pick(), below(10)];
    if (kind < 3) values.push(x.add(pick()));
    else if (kind < 5) values.push(x.sub(pick()));
    else if (kind === 5) values.push(x.mul(2));
    else if (kind === 9) values.push(x.sub(pick().sum({ dim: 1, keepDim: true })));
    else if (kind === 6) values.push(x.relu());
    else if (kind === 7) values.push(x.neg().reshape([-1]).reshape(x.shape));
    else values.push(x.mul(pick().detach().sign()));
    const made = values.at(-1)!;
    const watch = below(8);
    if (watch === 0) seen.push(made.retainGrad());
    else if (watch === 1) made.registerHook((g) => g.mul(2));
    else if (watch === 3) {
      made.registerHook((g) => {
        seen.push(g);
        return g.mul(2);
      });
    } else if (watch === 2) made.registerHook((g) => void seen.push(g));
  }
  const loss = values
    .slice(-4)
    .map((x, i) => x.mul(i + 1).sum())
    .reduce((sum, x) => sum.add(x));
  if (below(3) === 0) loss.backward(null, { retainGraph: true });
  loss.backward();
  return [...leaves, ...seen].map((x) => {
    const grad = x.requiresGrad ? x.grad : x;
    return grad === null ? new Float64Array(0) : (grad.flatten().data as Float64Array);
  });
}

test("gradients of many elements are those that each few of them have by themselves", () => {
  let told = 0;
  for (let seed = 0; seed < 80; seed++) {
    const [wanted, got] = [run(seed, 1), run(seed, copies)];
    expect(got.length).toBe(wanted.length);
    wanted.forEach((values, which) => {
      const found = got[which]!;
      expect(found.length).toBe(copies * values.length);
      const at = found.findIndex((grad, i) => grad !== values[i % values.length]!);
      if (at >= 0) throw new Error(`Program ${seed}, gradient ${which}, element ${at}: ${found[at]}, not ${values}`);
      if (new Set(values).size > 1) told++;
    });
  }
  // Not all are the same for all elements, or nothing.
  expect(told).toBeGreaterThan(100);
});
