/** Every optimizer: its path against PyTorch's, and the laws that all of them keep. */
import { describe, expect, test } from "@jest/globals";
import { F, optim, type Tensor, tensor } from "../../../lib/index.ts";
import { WholeVectorOptimizer } from "../../../lib/optim/second-order/whole-vector.ts";
import { type Dumped, expectClose, load, precisions, reference } from "../reference.ts";

type Options = Readonly<Record<string, unknown>>;

interface Case {
  readonly optimizer: string;
  readonly options: Options;
  /** Whether the second parameter is a group of its own, with a learning rate of its own. */
  readonly groups: boolean;
  /** The parameters after each step. */
  readonly float64: readonly (readonly Dumped[])[];
  readonly float32: readonly (readonly Dumped[])[];
}

type Rule = new (params: unknown, options: Options) => InstanceType<typeof optim.Optimizer>;

const [{ start, gradients }, ...cases] =
  reference<[{ start: Dumped[]; gradients: (Dumped | null)[][] }, ...Case[]]>("optim");

/** What moves one parameter at a time; second-order optimizers, which want a closure, have tests of their own. */
const rules = Object.entries(optim as unknown as Record<string, Rule>).filter(
  ([, value]) =>
    typeof value === "function" &&
    value.prototype instanceof optim.Optimizer &&
    !(value.prototype instanceof WholeVectorOptimizer),
);
const ruleNamed = (name: string) => rules.find(([known]) => known === name)![1];

const rows = cases.map(
  (c) => [`${c.optimizer} with ${JSON.stringify(c.options)}${c.groups ? " and groups" : ""}`, c] as const,
);

test.each(rows)("%s takes PyTorch's path", (_, { optimizer: name, options, groups, ...paths }) => {
  for (const [dtype, tolerance] of precisions) {
    const params = start.map((p) => load(p, dtype).requiresGrad_());
    const given = groups ? [{ params: [params[0]] }, { params: [params[1]], lr: 0.03 }] : params;
    const optimizer = new (ruleNamed(name))(given, options);
    paths[dtype].forEach((wanted, step) => {
      params.forEach((p, i) => {
        const grad = gradients[step]![i]!;
        p.grad = grad === null ? null : load(grad, dtype);
      });
      optimizer.step();
      params.forEach((p, i) => {
        expectClose(`parameter ${i} after step ${step + 1} in ${dtype}`, p, wanted[i]!, tolerance);
      });
    });
  }
});

test("every exported optimizer is compared with PyTorch", () => {
  const compared = new Set(cases.map((c) => c.optimizer));
  expect(rules.map(([name]) => name).filter((name) => !compared.has(name))).toEqual([]);
});

describe.each(rules)("%s", (name, Rule) => {
  /** A valley with its bottom at (1, −2), steeper one way than the other. */
  const loss = (w: Tensor) => w.sub([1, -2]).square().mul([1, 4]).sum();
  const make = (options: Options = { lr: 0.05 }) => {
    const w = tensor([0, 0], { dtype: "float64", requiresGrad: true });
    return { w, optimizer: new Rule([w], options) };
  };
  const descend = ({ w, optimizer }: ReturnType<typeof make>, steps: number) => {
    for (let i = 0; i < steps; i++) {
      optimizer.zeroGrad();
      loss(w).backward();
      optimizer.step();
    }
  };

  test("goes downhill", () => {
    const made = make();
    const before = loss(made.w).item();
    descend(made, 20);
    expect(loss(made.w).item()).toBeLessThan(before);
  });

  test("goes uphill if it maximizes", () => {
    const made = make({ lr: 0.01, maximize: true });
    const before = loss(made.w).item();
    descend(made, 5);
    expect(loss(made.w).item()).toBeGreaterThan(before);
  });

  test("stays where it is at learning rate 0", () => {
    // Rprop's steps have a least size of their own.
    const made = make({ lr: 0, ...(name === "Rprop" && { stepSizes: [0, 1] }) });
    descend(made, 3);
    expect(made.w.toArray()).toEqual([0, 0]);
  });

  test("leaves parameters without a gradient alone", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    new Rule([w], { lr: 1 }).step();
    expect(w.toArray()).toEqual([1, 2]);
    expect(w.storage.version).toBe(0);
  });

  test("goes on from a saved state as if it had never stopped", () => {
    const whole = make();
    descend(whole, 7);
    const first = make();
    descend(first, 4);
    const saved = first.optimizer.stateDict();
    const second = make({ lr: 0.9 });
    second.w.data.set(first.w.data);
    second.optimizer.loadStateDict(saved);
    descend(second, 3);
    expect(second.w.toArray()).toEqual(whole.w.toArray());
  });

  test("refuses a negative learning rate, naming it", () => {
    expect(() => make({ lr: -1 })).toThrow(RangeError);
    expect(() => make({ lr: -1 })).toThrow("Cannot optimize with lr -1: it must be ≥ 0");
  });

  test("moves parameters that backward has saved only after backward", () => {
    const { w, optimizer } = make();
    const y = F.mseLoss(w.mul(w), tensor([1, 1], { dtype: "float64" }));
    w.grad = tensor([1, 1], { dtype: "float64" });
    optimizer.step();
    expect(() => y.backward()).toThrow(
      "Cannot go backward through mul: its input 1 was changed in place after forward",
    );
  });
});
