/** A recorded computation as a graph to draw or to walk. */
import type { Shape } from "../shape.ts";
import type { GradFn, Tensor } from "../tensor.ts";

/** A step, a leaf or a constant. */
export interface GraphNode {
  /** Its number in the list of nodes. */
  readonly id: number;
  /** What it is: a recorded op, a tensor that gets a gradient, a tensor that gets none. */
  readonly kind: "op" | "leaf" | "constant";
  /** The op, or the name that was given for the tensor. */
  readonly label: string;
  /** The shape of the tensor; of the result, for the last op only, since other results are not kept. */
  readonly shape: Shape | null;
}

/** Steps and tensors, and what flows from which to which. */
export interface RecordedGraph {
  readonly nodes: readonly GraphNode[];
  /** From a tensor or an op to the op that took it. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** Throws if backward has freed a step, with which its operands went. */
export function checkKept(step: GradFn, verb: string): void {
  if (!step.isFreed) return;
  throw new Error(
    `Cannot ${verb} ${step.name} after backward, which let go of what led to it: do it before, or call backward with { retainGraph: true }`,
  );
}

/**
 * The computation that led to `x`, as nodes in the order in which they ran and edges between them. Look before going backward, which frees it.
 *
 * @param names Names for tensors, such as those of a module's parameters.
 * @throws {Error} If backward has freed it.
 * @example
 * const w = tensor(2, { requiresGrad: true });
 * const graph = recordedGraph(w.mul(3).add(w), { w });
 * graph.nodes.map((node) => node.label) // ["w", "[]", "mul", "add"]
 * graph.edges // [[0, 2], [1, 2], [2, 3], [0, 3]]
 */
export function recordedGraph(x: Tensor, names: Readonly<Record<string, Tensor>> = {}): RecordedGraph {
  const labels = new Map(Object.entries(names).map(([name, tensor]) => [tensor, name]));
  const nodes: GraphNode[] = [];
  const edges: [number, number][] = [];
  const ids = new Map<GradFn | Tensor, number>();
  const add = (of: GradFn | Tensor, node: Omit<GraphNode, "id">): number => {
    ids.set(of, nodes.length);
    nodes.push({ id: nodes.length, ...node });
    return nodes.length - 1;
  };
  const addTensor = (tensor: Tensor): number => {
    const label = labels.get(tensor) ?? `[${tensor.shape.join(",")}]`;
    return add(tensor, { kind: tensor.requiresGrad ? "leaf" : "constant", label, shape: tensor.shape });
  };
  if (x.gradFn === null) addTensor(x);
  // Inputs before what takes them, without recursion: graphs are as deep as loops are long.
  const stack: GradFn[] = x.gradFn === null ? [] : [x.gradFn];
  for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
    checkKept(step, "walk the graph of");
    const waiting = step.nextFunctions.filter((next) => next !== null && !ids.has(next)) as GradFn[];
    if (waiting.length > 0) {
      stack.push(...waiting.reverse());
      continue;
    }
    stack.pop();
    if (ids.has(step)) continue;
    const sources = step.operands.map((operand, i) => {
      const source = step.nextFunctions[i] ?? operand;
      return ids.get(source) ?? addTensor(operand);
    });
    const shape = step === x.gradFn ? x.shape : null;
    const id = add(step, { kind: "op", label: step.name, shape });
    for (const source of sources) edges.push([source, id]);
  }
  return { nodes, edges };
}
