/** The optimizers' kernels against their rules in TypeScript, whose numbers other tests compare with PyTorch's. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { backend, setBackend } from "../../../lib/backends/index.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import {
  type DType,
  noGrad,
  optim,
  RandomGenerator,
  randn,
  setThreads,
  type Tensor,
  zeros,
} from "../../../lib/index.ts";

const sizes = [1, 3, 17, 33, 63, 65, 255, 257, 20_000];
const start = backend;
const rules: Record<string, (p: Tensor[]) => optim.Optimizer> = {
  SGD: (p) => new optim.SGD(p, { lr: 0.1 }),
  "SGD with momentum": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.01 }),
  "SGD that looks ahead": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, maximize: true }),
  Adam: (p) => new optim.Adam(p, { lr: 0.1, weightDecay: 0.1 }),
  "Adam with amsgrad": (p) => new optim.Adam(p, { lr: 0.1, amsgrad: true, maximize: true }),
  AdamW: (p) => new optim.AdamW(p, { lr: 0.1, weightDecay: 0.2 }),
  RMSprop: (p) => new optim.RMSprop(p, { lr: 0.01, weightDecay: 0.1 }),
  "RMSprop, centered": (p) => new optim.RMSprop(p, { lr: 0.01, centered: true }),
  "RMSprop with momentum": (p) => new optim.RMSprop(p, { lr: 0.01, momentum: 0.9 }),
  "RMSprop, centered with momentum": (p) => new optim.RMSprop(p, { lr: 0.01, momentum: 0.9, centered: true }),
};

afterEach(() => {
  setBackend(start);
});

/** Parameters after three steps along the same gradients, and what the optimizer remembers of them. */
function run(make: (p: Tensor[]) => optim.Optimizer, dtype: DType): number[] {
  const generator = new RandomGenerator(1);
  const draw = (size: number) => randn([size], { dtype, generator });
  const params = sizes.map((size) => draw(size).requiresGrad_());
  const optimizer = make(params);
  for (let i = 0; i < 3; i++) {
    for (const p of params) p.grad = draw(p.size);
    optimizer.step();
  }
  const states = Object.values(optimizer.stateDict().state).flatMap(({ tensors }) => Object.values(tensors));
  return [...params, ...states].flatMap((t) => [...t.data]);
}

describe.each([1, 2])("on %d threads", (threads: number) => {
  test.each(Object.keys(rules))("the kernel of %s moves as the rule does", (name) => {
    for (const dtype of ["float32", "float64"] as const) {
      setThreads(threads);
      setBackend(start);
      const got = run(rules[name]!, dtype);
      setBackend(jsBackend);
      const wanted = run(rules[name]!, dtype);
      // The rule in TypeScript computes in double precision and rounds once; a kernel computes in the parameter's own. What the centered
      // variance cancels of the digits, its root divides by.
      const tolerance = (dtype === "float32" ? 2e-6 : 1e-14) * (name.includes("centered") ? 200 : 1);
      // RMSprop's first moves are of size 1 / √(1 − α) = 10, and rounded as such, though their sum may be small.
      const unit = name.startsWith("RMSprop") ? 10 : 1;
      expect(got.length).toBe(wanted.length);
      const worst = got.reduce((most, g, i) => {
        return Math.max(most, Math.abs(g - wanted[i]!) / Math.max(unit, Math.abs(wanted[i]!)));
      }, 0);
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
  });
});

test("a parameter that is no row-major block of memory moves by the rule in TypeScript", () => {
  const whole = zeros([100, 2]);
  const p = whole.transpose(0, 1).detach().requiresGrad_();
  p.grad = noGrad(() => randn([2, 100]));
  expect(
    start.move?.(p, p.grad, { rule: "sgd", states: [null], numbers: [1], sign: 1, decay: 0, keep: 1 }) ?? false,
  ).toBe(false);
});
