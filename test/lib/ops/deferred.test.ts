/** Elementwise ops that wait for their result to be looked at give what they would have given at once. */
import { describe, expect, test } from "@jest/globals";
import { fewestToWait } from "../../../lib/backends/deferred.ts";
import { backend, setBackend } from "../../../lib/backends/index.ts";
import { F, gradients, noGrad, randn, type Tensor, tensor } from "../../../lib/index.ts";
import { atOnce, isWaiting, numbers, waits } from "./waiting.ts";

/** As many as ops wait for. */
const count = fewestToWait;
const rows = 256;

/** Where two rows of numbers differ first, NaN being itself; −1 if nowhere. Quicker than a matcher that could print them. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

const describeWaiting = waits ? describe : describe.skip;

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

  test("are written in the same pass for a backward that looks at them", () => {
    let products = 0;
    const plain = backend;
    const counted: typeof backend = {
      ...plain,
      chain(size, inputs, steps) {
        products += steps.filter(({ op }) => op === "mul").length;
        plain.chain!(size, inputs, steps);
      },
      binary(op, a, b, out) {
        if (op === "mul") products++;
        plain.binary(op, a, b, out);
      },
    };
    const before = setBackend(counted);
    try {
      const angle = numbers(27, true).mul(numbers(28));
      expect(angle.sin().detach().data).toHaveLength(count);
      expect(angle.detach().data).toHaveLength(count);
      expect(products).toBe(1);
    } finally {
      setBackend(before);
    }
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

  test("find what was normalized as it was changed since", () => {
    const run = () => {
      const unit = F.batchNorm(numbers(19, true).mul(2), { training: true });
      noGrad(() => unit.detach().mul_(3));
      const y = unit.detach().tanh().data;
      return [y, unit.detach().data];
    };
    const [got, wanted] = [run(), atOnce(run)];
    got.forEach((values, i) => {
      expect(difference(values, wanted[i]!)).toBe(-1);
    });
  });

  test("tell the parts of one tensor apart", () => {
    const run = () => {
      const both = numbers(20, false, [2, count]);
      return both.select(0, 0).mul(2).sub(both.select(0, 1)).add(both.select(0, 0)).data;
    };
    expect(difference(run(), atOnce(run))).toBe(-1);
  });

  /** Writes where results of a size have been that were given back. */
  const useMemory = (x: Tensor) => Array.from({ length: 40 }, () => x.softmax(1));

  test("with a gradient have it as it was, though somebody else has looked at it since and let go of it", () => {
    const run = () => {
      const [x, row, plane] = [numbers(21, true), numbers(22, true, [count / rows]), numbers(23)];
      // Where somebody has had arrays of a size, the next ones of that size are fresh.
      useMemory(plane);
      // The later step is gone back through first: the tanh waits with the gradient of the sum, which the row's then adds up.
      const b = plane.add(row);
      const y = x.tanh().add(b);
      y.tanh().square().sum().backward();
      expect(isWaiting(x.grad!)).toBe(backend.chain !== undefined);
      useMemory(plane);
      return [x.grad!, row.grad!].map((t) => t.detach().data);
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
