/** Recorded computations as graphs. */
import { describe, expect, test } from "@jest/globals";
import { F, nn, noGrad, plot, recordedGraph, tensor } from "../../../lib/index.ts";

describe("recordedGraph", () => {
  test("has every step once, inputs before what takes them, and leaves and constants by kind", () => {
    const x = tensor([[1, 2]]);
    const layer = new nn.Linear(2, 1);
    const y = F.tanh(layer(x));
    const { nodes, edges } = recordedGraph(y.mul(y), { x, "layer.weight": layer.weight, "layer.bias": layer.bias! });
    const tensors = nodes.filter((node) => node.kind !== "op").map(({ kind, label, shape }) => [label, kind, shape]);
    expect(tensors.sort()).toEqual([
      ["layer.bias", "leaf", [1]],
      ["layer.weight", "leaf", [1, 2]],
      ["x", "constant", [1, 2]],
    ]);
    const ops = nodes.filter((node) => node.kind === "op").map((node) => node.label);
    expect([ops.slice(-2), ops.filter((op) => op === "tanh")]).toEqual([["tanh", "mul"], ["tanh"]]);
    for (const [from, to] of edges) expect(from).toBeLessThan(to);
    // The square takes tanh twice.
    expect(edges.filter(([, to]) => to === nodes.length - 1)).toHaveLength(2);
  });

  test("of a tensor that no op made is that tensor", () => {
    expect(recordedGraph(tensor([1, 2]))).toEqual({
      nodes: [{ id: 0, kind: "constant", label: "[2]", shape: [2] }],
      edges: [],
    });
    expect(recordedGraph(noGrad(() => tensor(1, { requiresGrad: true }).mul(2))).nodes[0]!.kind).toBe("constant");
  });

  test("shows what was computed from a value before it was changed in place", () => {
    const w = tensor([1], { requiresGrad: true });
    const y = w.mul(1);
    const z = y.exp();
    y.add_(1);
    expect(recordedGraph(z).nodes.map((node) => node.label)).toEqual(["[1]", "[]", "mul", "exp"]);
    expect(recordedGraph(y).nodes.at(-1)!.label).toBe("add_");
  });

  test("has no circles when a value is changed by what was computed from it", () => {
    const w = tensor([2], { requiresGrad: true });
    const y = w.mul(1);
    const z = y.exp();
    y.mul_(z);
    const { nodes, edges } = recordedGraph(y);
    for (const [from, to] of edges) expect(from).toBeLessThan(to);
    expect(nodes.filter((node) => node.label === "exp")).toHaveLength(1);
    // Walking by operands leads to the value before, too.
    const [before] = z.gradFn!.operands;
    expect(before).not.toBe(y);
    expect(before!.gradFn!.name).toBe("mul");
  });

  test("says when backward has freed the graph, also a part of it, and walks one that it kept", () => {
    const w = tensor([2], { requiresGrad: true });
    const middle = w.mul(3);
    const y = middle.add(1);
    const other = middle.exp();
    y.backward();
    const text =
      "after backward, which let go of what led to it: do it before, or call backward with { retainGraph: true }";
    expect(() => recordedGraph(y)).toThrow(`Cannot walk the graph of add ${text}`);
    expect(() => recordedGraph(other)).toThrow(`Cannot walk the graph of mul ${text}`);
    expect(() => plot.graph(y)).toThrow(`Cannot draw the graph of add ${text}`);
    const kept = w.mul(3).add(1);
    kept.backward(null, { retainGraph: true });
    expect(recordedGraph(kept).nodes.map((node) => node.label)).toEqual(["[1]", "[]", "mul", "[]", "add"]);
    expect(() => plot.graph(kept)).not.toThrow();
  });

  test("goes through ten thousand steps", () => {
    let y = tensor(1, { requiresGrad: true }).mul(1);
    for (let i = 0; i < 10_000; i++) y = y.add(1);
    expect(recordedGraph(y).nodes.filter((node) => node.kind === "op")).toHaveLength(10_001);
  });
});
