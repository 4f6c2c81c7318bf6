/** The optimizers' kernels against their rules in TypeScript, whose numbers other tests compare with PyTorch's. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { backend, setBackend } from "../../../lib/backends/index.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import {
  type DType,
  noGrad,
  ones,
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

/** What `run` gives with the kernels and with the rules in TypeScript. */
function both(run: () => number[]): [got: number[], wanted: number[]] {
  setBackend(start);
  const got = run();
  setBackend(jsBackend);
  return [got, run()];
}

function expectClose([got, wanted]: [number[], number[]]): void {
  expect(got.length).toBe(wanted.length);
  const worst = got.reduce((most, g, i) => Math.max(most, Math.abs(g - wanted[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1e-6);
}

describe("parameters that move together", () => {
  const generatorOf = () => new RandomGenerator(5);

  test("may be many, and of two types", () => {
    const run = () => {
      const generator = generatorOf();
      const params = Array.from({ length: 70 }, (_, i) =>
        randn([(i % 5) + 1], { dtype: i % 3 === 0 ? "float64" : "float32", generator }).requiresGrad_(),
      );
      const optimizer = new optim.Adam(params, { lr: 0.1 });
      for (let i = 0; i < 3; i++) {
        for (const p of params) p.grad = randn([p.size], { dtype: p.dtype, generator });
        optimizer.step();
      }
      return params.flatMap((p) => [...p.data]);
    };
    expectClose(both(run));
  });

  test("are freed of their bias by their own number of steps", () => {
    const run = () => {
      const generator = generatorOf();
      const params = [3, 40, 5].map((size) => randn([size], { generator }).requiresGrad_());
      const optimizer = new optim.Adam(params, { lr: 0.1 });
      for (let i = 0; i < 4; i++) {
        // The second one has no gradient at first.
        params.forEach((p, k) => {
          p.grad = k === 1 && i < 2 ? null : randn([p.size], { generator });
        });
        optimizer.step();
      }
      return params.flatMap((p) => [...p.data]);
    };
    expectClose(both(run));
  });

  test("remember what their options ask for, if these change on the way", () => {
    const run = () => {
      const generator = generatorOf();
      const p = randn([20], { generator }).requiresGrad_();
      const adam = new optim.Adam([p], { lr: 0.1 });
      const sgd = new optim.SGD([p], { lr: 0.01 });
      for (let i = 0; i < 6; i++) {
        adam.paramGroups[0]!.amsgrad = i === 2 || i === 3;
        sgd.paramGroups[0]!.momentum = i > 2 ? 0.9 : 0;
        p.grad = randn([20], { generator });
        adam.step();
        sgd.step();
      }
      return [...p.data];
    };
    expectClose(both(run));
  });

  test("are those with gradients of their own type that lie row-major; others move by the rule in TypeScript", () => {
    const whole = zeros([100, 2]);
    const p = whole.transpose(0, 1).detach().requiresGrad_();
    const q = zeros([3], { requiresGrad: true });
    p.grad = noGrad(() => ones([2, 100]));
    q.grad = noGrad(() => ones([3]));
    const sizes: number[] = [];
    setBackend({ ...start, move: (moved) => sizes.push(...moved.map((one) => one.p.size)) });
    new optim.SGD([p, q], { lr: 0.5 }).step();
    expect(sizes).toEqual([3]);
  });
});
