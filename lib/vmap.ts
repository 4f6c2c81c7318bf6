/** Functions of one sample as functions of many. */
import { asTensor } from "./creation.ts";
import { select } from "./ops/indexing.ts";
import { stack } from "./ops/join.ts";
import { show, wrapDim } from "./shape.ts";
import { Tensor, type TensorLike } from "./tensor.ts";

/** Options of vmap. */
export interface VmapOptions {
  /** The dimension of the samples in each argument, null for arguments that all samples share; one number for all, default 0. */
  inDims?: number | readonly (number | null)[];
  /** The dimension of the samples in the result; default 0. */
  outDim?: number;
}

/**
 * Makes a function of one sample one of many: it is called with each, and what it gives is stacked. Gradients flow through.
 *
 * It is a loop: it saves writing one, not time. Gradients sample by sample are `vmap(grad(f))`.
 *
 * @param f From tensors to a tensor, of one shape for all samples.
 * @param options `inDims`, `outDim`.
 * @throws {RangeError} If the numbers of samples differ or there are none.
 * @example vmap((x) => x.dot(x))([[1, 2], [3, 4]]).toArray() // [5, 25]
 * @example vmap(grad((w, x) => w.mul(x).square()), { inDims: [null, 0] })(3, [1, 2]).toArray() // [6, 24]
 */
export function vmap(
  f: (...samples: Tensor[]) => Tensor,
  options: VmapOptions = {},
): (...batches: TensorLike[]) => Tensor {
  const { inDims = 0, outDim = 0 } = options;
  return (...batches) => {
    const tensors = batches.map((batch) => asTensor(batch));
    if (typeof inDims !== "number" && inDims.length !== tensors.length)
      throw new RangeError(
        `Cannot map over ${tensors.length} arguments with ${inDims.length} dimensions: give one each`,
      );
    const dims = tensors.map((t, i) => {
      const dim = typeof inDims === "number" ? inDims : inDims[i]!;
      if (dim !== null && t.ndim === 0)
        throw new RangeError(
          `Cannot map over argument ${i} of shape []: it has no samples; give null for it in inDims`,
        );
      return dim === null ? null : wrapDim(dim, t.ndim, "map");
    });
    const counts = dims.flatMap((dim, i) => (dim === null ? [] : [tensors[i]!.shape[dim]!]));
    const [count = 0] = counts;
    if (count === 0 || counts.some((other) => other !== count))
      throw new RangeError(
        `Cannot map over ${show(counts)} samples: there must be as many in each argument, at least one`,
      );
    const results = Array.from({ length: count }, (_, n) => {
      const result: unknown = f(...tensors.map((t, i) => (dims[i] === null ? t : select(t, dims[i]!, n))));
      if (!(result instanceof Tensor))
        throw new TypeError(`Cannot stack a ${typeof result}: the function must give a tensor`);
      return result;
    });
    return stack(results, outDim);
  };
}
