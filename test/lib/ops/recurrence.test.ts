/** Recurrences by one kernel against the same from the ops of every step. */
import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { detectAnomaly, gradgradcheck, gradients, nn, randn, Tensor, zeros } from "../../../lib/index.ts";
import { type RecurrentKind, recurrence } from "../../../lib/ops/recurrence.ts";
import type { Operands, SequenceRun } from "../../../lib/ops/recurrence-slopes.ts";

const gates: Readonly<Record<RecurrentKind, number>> = { tanh: 1, relu: 1, gru: 3, lstm: 4 };
const runs = (Object.keys(gates) as RecurrentKind[]).flatMap((kind) => [
  { kind, reverse: false },
  { kind, reverse: true },
]);

/** Inputs of 3 steps of a batch of 2, and the function of them. */
function example({ kind, reverse }: { kind: RecurrentKind; reverse: boolean }, bias: boolean) {
  const how: SequenceRun = { kind, reverse, batch: 2 };
  const [inputs, size] = [2, 3];
  const rows = gates[kind] * size;
  const shapes: Record<keyof Operands, number[] | null> = {
    x: [6, inputs],
    weightIh: [rows, inputs],
    weightHh: [rows, size],
    start: [2, size],
    startCell: kind === "lstm" ? [2, size] : null,
    biasIh: bias ? [rows] : null,
    biasHh: bias ? [rows] : null,
  };
  const names = Object.entries(shapes).filter(([, shape]) => shape !== null) as [string, number[]][];
  const tensors = names.map(([, shape]) => randn(shape, { dtype: "float64" }).requiresGrad_());
  const run = (...given: readonly Tensor[]): Tensor[] => {
    const of = Object.fromEntries(Object.keys(shapes).map((name) => [name, null as Tensor | null]));
    names.forEach(([name], i) => {
      of[name] = given[i]!;
    });
    const { outputs, cell } = recurrence(of as unknown as Operands, how);
    return cell === null ? [outputs] : [outputs, cell];
  };
  return { tensors, run };
}

describe.each(runs)("$kind, reversed: $reverse", (how) => {
  test("has the same gradients whether backward is recorded or not, and right ones of those", () => {
    for (const bias of [true, false]) {
      const { tensors, run } = example(how, bias);
      const total = () =>
        run(...tensors)
          .map((y, i) =>
            y
              .mul(y)
              .mul(i + 1)
              .sum(),
          )
          .reduce((a, b) => a.add(b));
      const grads = [false, true].map((createGraph) => gradients(total(), tensors, null, { createGraph }));
      grads[0]!.forEach((grad, i) => {
        expect(grad!.shape).toEqual(tensors[i]!.shape);
        expect(grad!.sub(grads[1]![i]!.detach()).abs().max().item()).toBeLessThan(1e-12);
      });
      if (bias) expect(gradgradcheck((...given) => run(...(given as Tensor[]))[0]!, tensors)).toBe(true);
    }
  });
});

const layers: Readonly<Record<string, () => nn.RNN | nn.GRU | nn.LSTM>> = {
  RNN: () => new nn.RNN(5, 6, { nonlinearity: "relu" }),
  GRU: () => new nn.GRU(5, 6, { numLayers: 2, bidirectional: true, bias: false }),
  LSTM: () => new nn.LSTM(5, 6, { numLayers: 2, bidirectional: true }),
};

describe.each(Object.entries(layers))("%s", (_, make) => {
  const run = (layer: nn.RNN | nn.GRU | nn.LSTM, x: Tensor): Tensor[] => {
    const [y, state] = (layer as nn.LSTM)(x) as unknown as [Tensor, Tensor | Tensor[]];
    return [y, ...(state instanceof Tensor ? [state] : state)];
  };

  test("gives those who look at its ops those of every step, and the same results and gradients", () => {
    const layer = make().double();
    const x = randn([4, 3, 5], { dtype: "float64" }).requiresGrad_();
    const inputs = [x, ...layer.parameters()];
    const names: string[] = [];
    const seen = observe(
      (op) => names.push(op),
      () => run(layer, x),
    );
    expect(names).not.toContain("recurrence");
    expect(names).toContain("matmul");
    const fused = run(layer, x);
    const grads = [seen, fused].map((made) =>
      gradients(
        made.map((y) => y.square().sum()).reduce((a, b) => a.add(b)),
        inputs,
      ),
    );
    fused.forEach((y, i) => {
      expect(y.sub(seen[i]!).abs().max().item()).toBeLessThan(1e-12);
    });
    grads[0]!.forEach((grad, i) => {
      expect(grad!.sub(grads[1]![i]!).abs().max().item()).toBeLessThan(1e-11);
    });
  });

  test("goes back a second time if the graph is kept, and from its outputs alone", () => {
    const layer = make();
    const x = randn([4, 3, 5]).requiresGrad_();
    const y = run(layer, x)[0]!.sum();
    const [first] = gradients(y, [x], null, { retainGraph: true });
    expect(
      first!
        .sub(gradients(y, [x])[0]!)
        .abs()
        .max()
        .item(),
    ).toBe(0);
  });
});

test("a NaN is traced to the op of the step that made it", () => {
  const layer = new nn.LSTM(2, 3);
  const x = zeros([2, 1, 2]);
  x.fill_(Infinity);
  expect(() => detectAnomaly(() => layer(x))).toThrow(/made NaN/);
});
