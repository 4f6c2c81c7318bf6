/** Einstein summation: products and sums named by letters. */
import { asTensor } from "../creation.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { matmul } from "./matmul.ts";
import { diagonal } from "./matrix.ts";
import { sum } from "./reduction.ts";
import { expand, permute, reshape } from "./shape.ts";

/** A tensor with a letter for each dimension, none twice. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Sum of products, in Einstein's notation: letters name dimensions, the same letter means the same index, and letters missing after the arrow
 * are summed over. `...` stands for any further dimensions, which broadcast.
 *
 * @param equation For instance `"ij,jk->ik"`, the matrix product. Without an arrow the result has the letters that occur once, in alphabetical order.
 * @throws {RangeError} If letters and dimensions do not fit.
 * @example einsum("ij,ij->i", [[1, 2], [3, 4]], [[1, 1], [2, 2]]).toArray() // [3, 14]
 */
export function einsum(equation: string, ...operands: readonly TensorLike[]): Tensor {
  const tensors = operands.map((x) => asTensor(x));
  const { inputs, output } = parse(equation, tensors);
  const sizes = labelSizes(equation, tensors, inputs);
  const parts = tensors.map((x, i) => takeDiagonals(x, inputs[i]!));
  let product = parts[0]!;
  for (let i = 1; i < parts.length; i++) {
    const needed = new Set([...output, ...parts.slice(i + 1).flatMap((part) => part.labels)]);
    product = contract(product, parts[i]!, needed, sizes);
  }
  product = sumExcept(product, new Set(output));
  const ordered = permute(
    product.x,
    output.map((label) => product.labels.indexOf(label)),
  );
  return expand(
    ordered,
    output.map((label) => sizes.get(label)!),
  );
}

/** Splits the equation into letters a dimension; dimensions under `...` get names of their own. */
function parse(equation: string, tensors: readonly Tensor[]): { inputs: string[][]; output: string[] } {
  const [left = "", right] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const fail = (why: string) => new RangeError(`Cannot einsum "${equation}": ${why}`);
  if (terms.length !== tensors.length) throw fail(`it names ${terms.length} operands, ${tensors.length} are given`);
  if (!/^[a-zA-Z.,]*$/.test(left + (right ?? ""))) throw fail("dimensions must be letters");
  const hidden = (rank: number) => Array.from({ length: rank }, (_, i) => `.${rank - i}`);
  let widest = 0;
  const inputs = terms.map((term, i) => {
    const { ndim, shape } = tensors[i]!;
    const [before, after] = term.split("...") as [string, string?];
    const rest = ndim - before.length - (after?.length ?? 0);
    if (rest < 0 || (after === undefined && rest > 0)) {
      throw fail(
        `"${term}" names ${term.replace("...", "").length} dimensions, operand ${i} of shape ${show(shape)} has ${ndim}`,
      );
    }
    widest = Math.max(widest, after === undefined ? 0 : rest);
    return [...before, ...hidden(after === undefined ? 0 : rest), ...(after ?? "")];
  });
  const all = inputs.flat();
  const once = [...new Set(all)]
    .filter((label) => !label.startsWith(".") && all.filter((l) => l === label).length === 1)
    .sort();
  const output =
    right === undefined
      ? [...hidden(widest), ...once]
      : right.includes("...")
        ? [...right.split("...")[0]!, ...hidden(widest), ...right.split("...")[1]!]
        : [...right];
  for (const label of output) {
    if (!all.includes(label)) throw fail(`the result's ${label} is in no operand`);
    if (output.indexOf(label) !== output.lastIndexOf(label)) throw fail(`the result names ${label} twice`);
  }
  return { inputs, output };
}

function labelSizes(equation: string, tensors: readonly Tensor[], inputs: readonly string[][]): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((labels, i) => {
    labels.forEach((label, d) => {
      const size = tensors[i]!.shape[d]!;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        throw new RangeError(`Cannot einsum "${equation}": dimension ${label} has size ${known} and size ${size}`);
      }
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return sizes;
}

/** Replaces dimensions that share a letter by their diagonal. */
function takeDiagonals(x: Tensor, labels: readonly string[]): Labelled {
  const twice = labels.findIndex((label, d) => labels.indexOf(label) !== d);
  if (twice < 0) return { x, labels };
  const first = labels.indexOf(labels[twice]!);
  const rest = labels.filter((_, d) => d !== first && d !== twice);
  return takeDiagonals(diagonal(x, { dim1: first, dim2: twice }), [...rest, labels[twice]!]);
}

/** Sums over the dimensions that nobody needs. */
function sumExcept({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const dims = labels.flatMap((label, d) => (needed.has(label) ? [] : [d]));
  return dims.length === 0
    ? { x, labels }
    : { x: sum(x, { dim: dims }), labels: labels.filter((label) => needed.has(label)) };
}

/** The product of two, summed over what only they share, as one batched matrix product. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>, sizes: ReadonlyMap<string, number>): Labelled {
  const left = sumExcept(a, new Set([...needed, ...b.labels]));
  const right = sumExcept(b, new Set([...needed, ...a.labels]));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const size = (labels: readonly string[]) => sizeOf(labels.map((label) => sizes.get(label)!));
  const arrange = ({ x, labels }: Labelled, order: readonly string[], shape: readonly number[]) => {
    const ordered = permute(
      x,
      order.map((label) => labels.indexOf(label)),
    );
    return reshape(
      expand(
        ordered,
        order.map((label) => sizes.get(label)!),
      ),
      shape,
    );
  };
  const x = arrange(left, [...batch, ...rows, ...inner], [size(batch), size(rows), size(inner)]);
  const y = arrange(right, [...batch, ...inner, ...columns], [size(batch), size(inner), size(columns)]);
  const labels = [...batch, ...rows, ...columns];
  return {
    x: reshape(
      matmul(x, y),
      labels.map((label) => sizes.get(label)!),
    ),
    labels,
  };
}
