/** The computation that autograd recorded, as a graph with values and gradients. */
import { createRequire } from "node:module";
import { gradients } from "../autograd/engine.ts";
import { checkKept } from "../autograd/graph.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import { Drawing, type Place } from "./drawing.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { textWidth } from "./render/font.ts";
import { palette } from "./theme.ts";

/** Options of computation graphs. */
export interface GraphOptions extends FrameOptions {
  /** Names of tensors: `{ w, b }`. Those without a name show their op. */
  names?: Readonly<Record<string, Tensor>>;
  /** Whether to compute and show `∂result/∂node` at each node; default true where the result is a single number. */
  gradients?: boolean;
  /** From left to right or from top to bottom; default `"right"`. */
  direction?: "right" | "down";
}

/** The most nodes that can still be read. */
const mostNodes = 120;

interface Node {
  readonly tensor: Tensor;
  readonly id: string;
  readonly label: string;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly kind: "input" | "parameter" | "result" | "op";
}

/**
 * The graph of a recorded computation: leaves, ops, and the result, each with its value (or shape) and the gradient of the result.
 *
 * @param result The tensor at the end.
 * @throws {TypeError} If nothing was recorded.
 * @throws {Error} If backward has freed it: draw before, or keep it by `backward(null, { retainGraph: true })`.
 * @throws {RangeError} If there are more than 120 nodes.
 * @see book §1.8.
 * @example
 * const w = tensor(2, { requiresGrad: true });
 * plot.graph(w.mul(3).add(1), { names: { w } })
 */
export function graph(result: Tensor, options: GraphOptions = {}): Chart {
  if (result.gradFn === null) {
    throw new TypeError(
      "Cannot draw the graph of a tensor that was not recorded: compute it from tensors that require a gradient",
    );
  }
  const tensors = collect(result);
  const slopes = slopesOf(result, tensors, options.gradients ?? result.size === 1);
  const names = new Map(Object.entries(options.names ?? {}).map(([name, tensor]) => [tensor, name]));
  const nodes = new Map(
    tensors.map((tensor, i) => [
      tensor,
      nodeOf(tensor, {
        id: String(i),
        name: names.get(tensor),
        slope: slopes.get(tensor),
        isResult: tensor === result,
      }),
    ]),
  );
  const { places, routes, width, height } = arrange([...nodes.values()], nodes, options.direction ?? "right");
  const drawing = new Drawing(Math.ceil(width), Math.ceil(height));
  for (const route of routes) drawing.arrow(route, { thickness: 1.2 });
  for (const node of nodes.values()) draw(drawing, node, places.get(node.id)!);
  return drawing.chart(
    describe("Computation graph", options.title, `${count(nodes.size, "node")}, result ${valueText(result)}`),
    options,
  );
}

/** All tensors that the result was computed from, it first. */
function collect(result: Tensor): Tensor[] {
  const found = new Set([result]);
  // A set hands out also what is added while it is walked.
  for (const tensor of found) {
    if (tensor.gradFn) checkKept(tensor.gradFn, "draw the graph of");
    for (const operand of tensor.gradFn?.operands ?? []) found.add(operand);
    if (found.size > mostNodes)
      throw new RangeError(`Cannot draw a graph of more than ${mostNodes} nodes: draw a part of the computation`);
  }
  return [...found];
}

function slopesOf(result: Tensor, tensors: readonly Tensor[], wanted: boolean): Map<Tensor, Tensor> {
  if (!wanted) return new Map();
  if (result.size !== 1)
    throw new RangeError(
      `Cannot show gradients of a result of shape ${show(result.shape)}: it must be a single number`,
    );
  const sources = tensors.filter((tensor) => tensor.requiresGrad);
  const slopes = gradients(result, sources, null, { retainGraph: true });
  return new Map(sources.flatMap((tensor, i) => (slopes[i] ? [[tensor, slopes[i]] as const] : [])));
}

function nodeOf(tensor: Tensor, at: { id: string; name?: string; slope?: Tensor; isResult: boolean }): Node {
  const op = tensor.gradFn?.name;
  const label = at.name ?? op ?? (tensor.size === 1 ? "constant" : "input");
  const lines = [
    ...(at.name !== undefined && op !== undefined ? [op] : []),
    valueText(tensor),
    ...(at.slope ? [`∇ ${valueText(at.slope)}`] : []),
  ];
  const width = 16 + Math.max(textWidth(label, 12, { bold: true }), ...lines.map((line) => textWidth(line, 11)));
  const kind = at.isResult ? "result" : op !== undefined ? "op" : tensor.requiresGrad ? "parameter" : "input";
  return { tensor, id: at.id, label, lines, width, height: 22 + 15 * lines.length, kind };
}

/** A number, up to four numbers, or the shape. */
function valueText(x: Tensor): string {
  const { data } = x;
  const short = (v: number) => String(Number(v.toPrecision(4))).replace("-", "−");
  if (x.ndim === 0 || x.size === 1) return short(data[0]!);
  return x.ndim === 1 && x.size <= 4 ? `[${Array.from(data, short).join(", ")}]` : show(x.shape).replaceAll(",", " × ");
}

interface Arrangement {
  readonly places: ReadonlyMap<string, Place>;
  readonly routes: readonly (readonly Place[])[];
  readonly width: number;
  readonly height: number;
}

/** The part of dagre that is used; its own types drag in those of its graph library. */
interface Dagre {
  readonly layout: (graph: DagreGraph) => void;
  readonly graphlib: { readonly Graph: new (options?: { multigraph?: boolean }) => DagreGraph };
}
interface DagreGraph {
  setGraph(options: object): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(id: string, size: { width: number; height: number }): void;
  setEdge(from: string, to: string, label?: object, name?: string): void;
  graph(): { width: number; height: number };
  node(id: string): { x: number; y: number };
  edges(): { v: string; w: string; name?: string }[];
  edge(edge: object): { points: { x: number; y: number }[] };
}

/** Layers of nodes with few crossings, by dagre, loaded when first needed. */
function arrange(list: readonly Node[], nodes: ReadonlyMap<Tensor, Node>, direction: "right" | "down"): Arrangement {
  const dagre = createRequire(import.meta.url)("@dagrejs/dagre") as Dagre;
  const layout = new dagre.graphlib.Graph({ multigraph: true });
  layout.setGraph({ rankdir: direction === "right" ? "LR" : "TB", nodesep: 14, ranksep: 32, marginx: 4, marginy: 4 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of list) layout.setNode(id, { width, height });
  for (const node of list) {
    for (const [i, operand] of (node.tensor.gradFn?.operands ?? []).entries()) {
      layout.setEdge(nodes.get(operand)!.id, node.id, {}, String(i));
    }
  }
  dagre.layout(layout);
  const places = new Map(list.map(({ id }) => [id, [layout.node(id).x, layout.node(id).y] as const]));
  const routes = layout.edges().map((edge) => layout.edge(edge).points.map(({ x, y }) => [x, y] as const));
  return { places, routes, ...layout.graph() };
}

const fills = {
  input: "#8C8C8C33",
  parameter: `${palette[2]}44`,
  op: `${palette[0]}33`,
  result: `${palette[1]}55`,
} as const;
const strokes = { input: "#8C8C8C", parameter: palette[2]!, op: palette[0]!, result: palette[1]! } as const;

function draw(drawing: Drawing, node: Node, [x, y]: Place): void {
  const hint = `${node.label} ${show(node.tensor.shape)} ${node.tensor.dtype}`;
  drawing.box([x, y], [node.width, node.height], { fill: fills[node.kind], stroke: strokes[node.kind], hint });
  const top = y - node.height / 2;
  drawing.text([x, top + 12], node.label, { bold: true, size: 12 });
  for (const [i, line] of node.lines.entries())
    drawing.text([x, top + 27 + 15 * i], line, line.startsWith("∇") ? { color: palette[1]! } : {});
}
