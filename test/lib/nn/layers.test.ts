/** Every layer: against PyTorch, and the laws that all of them keep. */
import { describe, expect, test } from "@jest/globals";
import { gradients, nn, noGrad, rand, type Tensor, tensor } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, type Precision, precisions, reference, seedFor } from "../reference.ts";
import { checkDerivatives } from "./derivatives.ts";

type Made = {
  output: Dumped;
  inputGrads: Dumped[];
  parameterGrads: Record<string, Dumped>;
  buffers: Record<string, Dumped>;
};

interface Case {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly calls: readonly ("train" | "eval")[];
  readonly state: Readonly<Record<string, Dumped>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type AnyModule = nn.Module & ((...inputs: Tensor[]) => Tensor);
type Constructor = new (...args: unknown[]) => AnyModule;

const cases = ["nn", "nn-spatial", "nn-units"].flatMap((name) => reference<Case[]>(name));

const title = ({ layer, args, options, inputs }: Case) =>
  `${layer}(${[...args, ...(Object.keys(options).length > 0 ? [options] : [])].map((v) => JSON.stringify(v)).join(", ")}) of ${inputs.map((x) => `[${x.shape}]`).join(" and ")}`;

function build({ layer, args, options }: Case, dtype: Precision = "float32"): AnyModule {
  const make = (nn as unknown as Record<string, Constructor>)[layer]!;
  return new make(...args, ...(Object.keys(options).length > 0 ? [options] : [])).to(dtype);
}

const rows = cases.map((c) => [title(c), c] as const);

/** Rows whose gradient, as PyTorch's, is on purpose none of the function: of a row that is not learned, is scaled or is shortened first, of a length that is held above ε. */
const isOwn = ({ layer, options }: Case): boolean =>
  (layer === "Embedding" && Object.keys(options).length > 0) || (layer === "CosineSimilarity" && options.eps === 0.5);

describe.each(rows)("%s", (_, row) => {
  test.each(precisions)("gives PyTorch's output and gradients in %s", (dtype, tolerance) => {
    const layer = build(row, dtype);
    layer.loadStateDict(Object.fromEntries(Object.entries(row.state).map(([k, v]) => [k, load(v, dtype)])), {
      strict: false,
    });
    const inputs = row.inputs.map((x) => load(x, dtype));
    for (const x of inputs) if (x.dtype === dtype) x.requiresGrad_();
    let output: Tensor | undefined;
    row.calls.forEach((call, i) => {
      layer.train(call === "train");
      output = layer(...inputs.map((x) => (i === 0 ? x : x.mul(2))));
    });
    const made = row[dtype];
    expectClose("the output", output!, made.output, tolerance);
    const leaves = [...inputs.filter((x) => x.requiresGrad), ...layer.parameters()];
    if (leaves.length === 0) return;
    const grads = gradients(output!.mul(seedFor(output!)).sum(), leaves);
    const expected = [
      ...made.inputGrads.map((grad, i) => [`the gradient of input ${i}`, grad] as const),
      ...layer.namedParameters().map(([name]) => [`the gradient of ${name}`, made.parameterGrads[name]!] as const),
    ];
    expect(expected.length).toBe(leaves.length);
    expected.forEach(([what, grad], i) => {
      expectClose(what, grads[i] ?? leaves[i]!.mul(0), grad, tolerance);
    });
    for (const [name, buffer] of layer.namedBuffers()) expectClose(name, buffer, made.buffers[name]!, tolerance);
    expect(Object.keys(made.buffers)).toEqual(layer.namedBuffers().map(([name]) => name));
  });

  const floating = row.inputs.some((x) => x.dtype === undefined) || Object.keys(row.state).length > 0;
  if (floating && !isOwn(row)) {
    test("has the first and second derivatives that finite differences give", () => {
      const layer = build(row, "float64").train(row.calls.at(-1) === "train");
      layer.loadStateDict(Object.fromEntries(Object.entries(row.state).map(([k, v]) => [k, load(v, "float64")])), {
        strict: false,
      });
      checkDerivatives(
        layer,
        row.inputs.map((x) => load(x, "float64")),
      );
    });
  }

  test("comes back from its saved state", () => {
    const [a, b] = [build(row), build(row)];
    noGrad(() => {
      for (const p of a.parameters()) p.add_(rand(p.shape));
    });
    expect(b.loadStateDict(a.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(Object.values(b.stateDict()).map((t) => t.toArray())).toEqual(
      Object.values(a.stateDict()).map((t) => t.toArray()),
    );
  });

  test("has parameters that require gradients and whose names lead to them", () => {
    const layer = build(row);
    for (const [name, p] of layer.namedParameters()) {
      expect(p).toBeInstanceOf(nn.Parameter);
      expect(p.requiresGrad).toBe(true);
      expect((layer as unknown as Record<string, unknown>)[name]).toBe(p);
    }
    expect(layer.numParameters()).toBe(layer.parameters().reduce((sum, p) => sum + p.size, 0));
  });

  test("clears its gradients, to null or to zeros", () => {
    const layer = build(row);
    for (const p of layer.parameters()) p.grad = tensor(1).expand(p.shape);
    layer.zeroGrad({ setToNone: false });
    for (const p of layer.parameters()) expect(p.grad!.sum().item()).toBe(0);
    layer.zeroGrad();
    for (const p of layer.parameters()) expect(p.grad).toBeNull();
  });

  test("freezes and thaws", () => {
    const layer = build(row).requiresGrad_(false);
    expect(layer.numParameters({ trainable: true })).toBe(0);
    expect(layer.requiresGrad_().numParameters({ trainable: true })).toBe(layer.numParameters());
  });

  test("gives the same each time in evaluation", () => {
    const layer = build(row).eval();
    const inputs = row.inputs.map((x) => load(x, "float32"));
    expect(layer(...inputs).toArray()).toEqual(layer(...inputs).toArray());
    expect(layer.training).toBe(false);
    expect(layer.train().training).toBe(true);
  });

  test("takes nested arrays where it takes a tensor", () => {
    const layer = build(row).eval();
    const inputs = row.inputs.map((x) => load(x, "float32"));
    const plain = inputs.map((x) => x.toArray()) as unknown as Tensor[];
    expect(layer(...plain).toArray()).toEqual(layer(...inputs).toArray());
  });

  test("shows its class and its settings", () => {
    expect(build(row).toString()).toMatch(new RegExp(`^${row.layer}\\(.*\\)$`));
  });
});

/** What `nn` exports that is no layer with a row here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  Module: "the base of all, module.test.ts",
  Sequential: "containers.test.ts",
  ModuleList: "containers.test.ts",
  ModuleDict: "containers.test.ts",
  Perceptron: "PyTorch has none, perceptron.test.ts",
  Loss: "the base of losses",
  ParameterList: "containers.test.ts",
  ParameterDict: "containers.test.ts",
  DotAttention: "PyTorch has none, attention.test.ts",
  GeneralAttention: "PyTorch has none, attention.test.ts",
  AdditiveAttention: "PyTorch has none, attention.test.ts",
  FractionalMaxPool2d: "draws its windows, fractional-pooling.test.ts",
  FractionalMaxPool3d: "draws its windows, fractional-pooling.test.ts",
  PositionalEncoding: "PyTorch has none, attention.test.ts",
  LearnedPositionalEncoding: "PyTorch has none, attention.test.ts",
};

test("every exported layer is compared with PyTorch", () => {
  // Those of several outputs and of masks have tests of their own, over every case of these files.
  const others = ["nn-recurrent", "nn-attention", "nn-adaptive"].flatMap((name) =>
    reference<{ layer: string }[]>(name),
  );
  const compared = new Set([...cases, ...others].map((c) => c.layer));
  const layers = Object.entries(nn).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof nn.Module,
  );
  const missing = layers
    .map(([name]) => name)
    .filter((name) => !compared.has(name) && !name.endsWith("Loss") && !(name in elsewhere));
  expect(missing).toEqual([]);
  expect(layers.length).toBeGreaterThan(140);
});
