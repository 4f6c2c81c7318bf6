/** Elementwise ops that wait for their result to be looked at give what they would have given at once. */
import { describe, expect, test } from "@jest/globals";
import { fewestToWait } from "../../../lib/backends/deferred.ts";
import { backend, setBackend } from "../../../lib/backends/index.ts";
import {
  cat,
  engineInfo,
  F,
  gradients,
  manualSeed,
  noGrad,
  randn,
  setThreads,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";
import { RandomGenerator } from "../../../lib/random/generator.ts";

/** As many as ops wait for. */
const count = fewestToWait;
const rows = 256;

/** Runs `fn` with every op run at once. */
function atOnce<T>(fn: () => T): T {
  const { chain: _, ...plain } = backend;
  const before = setBackend(plain);
  try {
    return fn();
  } finally {
    setBackend(before);
  }
}

/** Numbers that nobody else has, so that ops may wait for them. */
function numbers(seed: number, requiresGrad = false, shape: readonly number[] = [rows, count / rows]): Tensor {
  manualSeed(seed);
  return randn(shape, { requiresGrad });
}

/** Where two rows of numbers differ first, NaN being itself; −1 if nowhere. Quicker than a matcher that could print them. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

const isWaiting = (x: Tensor) => x.storage.pending !== null;
const waits = backend.chain !== undefined;
const describeWaiting = waits ? describe : describe.skip;

const unary = ["neg", "abs", "relu", "sigmoid", "tanh", "square", "exp", "gelu", "sin"] as const;
const binary = ["add", "sub", "mul", "maximum", "minimum", "div"] as const;
const inPlace = ["add_", "mul_", "sub_"] as const;

/** A plane of odd sizes, which no block and no vector divides. */
const odd = [257, 1021] as const;

/** A program drawn at random: ops over earlier values, views, numbers and rows, changes in place of values and through views, and looks at them. */
function program(seed: number): number[] {
  const draw = new RandomGenerator(seed);
  const below = (n: number) => draw.integer(n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const made = (n: number) => numbers(seed + n, false, odd);
  const values: Tensor[] = [made(1), made(2), made(3).mul(0.5)];
  const row = made(4).select(0, 3);
  const seen: number[] = [];
  const held: (() => number)[] = [];
  for (let step = 0; step < 30; step++) {
    const x = pick(values);
    const kind = below(20);
    if (kind < 6) values.push(x.clamp({ min: -3, max: 3 })[pick(unary)]());
    else if (kind < 12) values.push(x[pick(binary)](pick(values)).clamp({ min: -9, max: 9 }));
    else if (kind === 12) values.push(x.mul(0.25 + below(4)));
    else if (kind === 13) values.push(x.add(row));
    else if (kind === 14) values.push(x.t().contiguous().t().mul(2));
    else if (kind === 15) noGrad(() => x.detach()[pick(inPlace)](pick(values)));
    else if (kind === 16) noGrad(() => x.detach().select(0, below(odd[0])).fill_(below(5)));
    else if (kind === 17)
      values.push(cat([x.narrow(0, { start: 0, length: 1 }), x.narrow(0, { start: 1, length: odd[0] - 1 }).mul(2)]));
    else if (kind === 18) {
      // Somebody keeps the array itself, and writes into it later.
      const { data } = values.at(-1)!.detach();
      held.push(() => {
        data[below(data.length)] = 0.5;
        return data[5]!;
      });
    } else if (held.length > 0) seen.push(pick(held)());
    else seen.push(x.detach().flatten().data[below(odd[0] * odd[1])]!);
  }
  for (const value of values)
    seen.push(
      ...value
        .detach()
        .flatten()
        .data.filter((_, i) => i % 997 === 0),
    );
  return seen;
}

describeWaiting("ops that wait", () => {
  test("run when somebody looks at the result, and not before", () => {
    const [a, b] = [numbers(1), numbers(2)];
    const y = a.mul(b).add(a).sigmoid();
    expect(isWaiting(y)).toBe(true);
    const wanted = atOnce(() => numbers(1).mul(numbers(2)).add(numbers(1)).sigmoid());
    expect(isWaiting(wanted)).toBe(false);
    expect(difference(y.data, wanted.data)).toBe(-1);
    expect(isWaiting(y)).toBe(false);
  });

  test("take operands as they were at the call, whatever is written into them later", () => {
    const x = numbers(3);
    const before = atOnce(() => numbers(3).mul(2));
    const doubled = x.mul(2);
    x.add_(1);
    const again = x.mul(2);
    x.select(0, 0).fill_(7);
    expect(difference(doubled.data, before.data)).toBe(-1);
    expect(again.data[0]).toBeCloseTo(before.data[0]! + 2, 5);
    expect(x.data[0]).toBe(7);
  });

  test("of arrays that somebody holds run at once, since nobody sees what is written there", () => {
    const x = numbers(4);
    const { data } = x;
    expect(isWaiting(x.mul(2))).toBe(false);
    const y = numbers(5);
    const doubled = y.mul(2);
    const first = y.data[0]!;
    y.data[0] = 1000;
    expect(doubled.data[0]).toBe(Math.fround(first * 2));
    expect(data).toHaveLength(count);
  });

  test("name a wrong shape at the call", () => {
    expect(() => numbers(6).add(randn([count - 1]))).toThrow("Cannot add");
  });

  test("give values again that were passed on the way to others", () => {
    const x = numbers(7);
    const middle = x.mul(3);
    const end = middle.add(1).tanh();
    expect(difference(end.data, atOnce(() => numbers(7).mul(3).add(1).tanh()).data)).toBe(-1);
    expect(difference(middle.data, atOnce(() => numbers(7).mul(3)).data)).toBe(-1);
    expect(difference(middle.sub(1).data, atOnce(() => numbers(7).mul(3).sub(1)).data)).toBe(-1);
  });

  test("write over what was normalized for them, which is there all the same for whoever looks", () => {
    const run = (look: (unit: Tensor) => void) => {
      const x = numbers(13, true).mul(2).reshape([8, 4, -1]);
      const weight = tensor([1, 2, -1, 0.5], { requiresGrad: true });
      const unit = F.batchNorm(x, { weight, training: true });
      const y = unit.add(numbers(14).reshape(x.shape)).relu();
      look(unit);
      const end = y.mul(y).detach();
      const seen = [
        ...unit
          .detach()
          .flatten()
          .data.filter((_, i) => i % 991 === 0),
      ];
      const again = unit.sigmoid().detach().flatten().data;
      const grads = gradients(y.square().mean(), [x, weight]);
      return [end.flatten().data, Float32Array.from(seen), again, ...grads.map((g) => g!.detach().flatten().data)];
    };
    const looks = [() => {}, (unit: Tensor) => unit.detach().data];
    for (const look of looks) {
      const [got, wanted] = [run(look), atOnce(() => run(look))];
      got.forEach((values, i) => {
        expect(difference(values, wanted[i]!)).toBe(-1);
      });
    }
  });

  test("are not written to memory for a backward that does not look at them", () => {
    const [x, w] = [numbers(17, true), numbers(18, true)];
    const [sum, product] = [x.add(w), x.mul(w)];
    const [a, b] = [sum.relu(), product.tanh()];
    for (const end of [a, b]) expect(end.detach().data).toHaveLength(count);
    expect([sum, product].map(isWaiting)).toEqual([true, true]);
    const [dx] = gradients(a.add(b).sum(), [x]);
    const wanted = atOnce(() => {
      const [u, v] = [numbers(17, true), numbers(18, true)];
      return gradients(u.add(v).relu().add(u.mul(v).tanh()).sum(), [u])[0]!;
    });
    expect(difference(dx!.flatten().data, wanted.flatten().data)).toBe(-1);
  });

  test("find what was normalized as it was then, whatever became of x and of the weights", () => {
    const run = () => {
      const x = numbers(15, true).mul(2);
      const weight = tensor(new Float32Array(count / rows).fill(1.5), { requiresGrad: true });
      const unit = F.batchNorm(x, { weight, training: true });
      const y = unit.relu().detach().mul(1).data;
      expect(isWaiting(unit)).toBe(backend.chain !== undefined);
      noGrad(() => {
        weight.mul_(3);
        x.detach().add_(1);
      });
      return [y, unit.detach().data];
    };
    const [got, wanted] = [run(), atOnce(run)];
    got.forEach((values, i) => {
      expect(difference(values, wanted[i]!)).toBe(-1);
    });
  });

  test("that are in place do not change what others took of the same memory", () => {
    const run = () => {
      const x = numbers(16, true).mul(2);
      const unit = F.batchNorm(x, { training: true });
      const [first, second] = [unit.relu(), unit.tanh()];
      noGrad(() => unit.detach().fill_(3));
      return [first, second, unit].map((t) => t.detach().data);
    };
    const [got, wanted] = [run(), atOnce(run)];
    got.forEach((values, i) => {
      expect(difference(values, wanted[i]!)).toBe(-1);
    });
  });

  test("make chains of any length", () => {
    const long = (x: Tensor) => {
      let y = x;
      for (let i = 0; i < 100; i++) y = y.mul(0.99).add(x);
      return y.data;
    };
    expect(
      difference(
        long(numbers(8)),
        atOnce(() => long(numbers(8))),
      ),
    ).toBe(-1);
  });

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "give what they give at once in the random program %d, on one thread and on two",
    (seed) => {
      const wanted = atOnce(() => program(seed * 10));
      const { threads } = engineInfo();
      try {
        for (const count of [1, 2]) {
          setThreads(count);
          expect(program(seed * 10)).toEqual(wanted);
        }
      } finally {
        setThreads(threads);
      }
    },
  );

  test("have the gradients that they have at once", () => {
    const run = () => {
      const [x, w] = [numbers(9, true), numbers(10, true)];
      const y = x.mul(w).add(x).sigmoid().mul(w).sub(x);
      const loss = F.mseLoss(y.tanh().add(y.relu()), numbers(11)).add(y.exp().mean());
      const [dx, dw] = gradients(loss, [x, w], null, { createGraph: true });
      const second = gradients(dx!.square().mean().add(dw!.mul(x).sum()), [x, w]);
      return [loss, dx!, dw!, ...second.map((g) => g!)].map((t) => t.detach().data);
    };
    const [got, wanted] = [run(), atOnce(run)];
    got.forEach((values, i) => {
      expect(difference(values, wanted[i]!)).toBe(-1);
    });
  });

  test("agree with differences of the function", () => {
    const x = numbers(12, true);
    const f = (t: Tensor) => t.mul(0.5).tanh().add(t.square()).sigmoid().mul(t).sum();
    const [slope] = gradients(f(x), [x]);
    for (const at of [0, 777, count - 1]) {
      const { data } = x.detach();
      const here = data[at]!;
      // In float64, alone: the other elements cancel.
      const alone = (v: number) => f(tensor([v], { dtype: "float64" })).item();
      const difference = (alone(here + 1e-5) - alone(here - 1e-5)) / 2e-5;
      expect(slope!.flatten().data[at]).toBeCloseTo(difference, 4);
    }
  });
});
