/** Integrals and slopes of sampled functions. */
import { asTensor } from "../creation.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { narrow } from "./indexing.ts";
import { cat } from "./join.ts";
import { sum } from "./reduction.ts";
import { diff } from "./running.ts";
import { cumSum } from "./scan.ts";
import { reshape } from "./shape.ts";

/** How samples lie. */
export interface SamplingOptions {
  /** Where samples were taken: a list, or a tensor of y's shape; instead of `dx`. */
  x?: TensorLike;
  /** The distance of samples; default 1. */
  dx?: number;
  /** The dimension of the samples; default the last. */
  dim?: number;
}

/** The areas of the strips between samples. */
function strips(y: TensorLike, { x, dx = 1, dim = -1 }: SamplingOptions): { areas: Tensor; dim: number } {
  const t = asTensor(y);
  if (t.ndim === 0) throw new RangeError("Cannot integrate []: it needs a dimension of samples");
  const d = wrapDim(dim, t.ndim, "integrate");
  const length = Math.max(0, t.shape[d]! - 1);
  const start = Math.min(1, t.shape[d]!);
  const sums = add(narrow(t, d, { start: 0, length }), narrow(t, d, { start, length }));
  return { areas: div(mul(sums, widths(x, dx, t, d)), 2), dim: d };
}

function widths(x: TensorLike | undefined, dx: number, y: Tensor, dim: number): Tensor | number {
  if (x === undefined) return dx;
  const at = asTensor(x);
  if (at.ndim > 1) return diff(at, { dim });
  if (at.shape[0] !== y.shape[dim])
    throw new RangeError(`Cannot integrate ${show(y.shape)} over ${show(at.shape)}: the numbers of samples differ`);
  const steps = diff(at);
  return reshape(
    steps,
    y.shape.map((_, d) => (d === dim ? -1 : 1)),
  );
}

/**
 * Integral by the trapezoidal rule: `Σ (yᵢ + yᵢ₊₁) / 2 · Δxᵢ`.
 *
 * @param options `x` or `dx`; `dim`.
 * @throws {RangeError} If there is no dimension, or x has another number of samples.
 * @example trapezoid([0, 1, 2]).item() // 2
 */
export function trapezoid(y: TensorLike, options: SamplingOptions = {}): Tensor {
  const { areas, dim } = strips(y, options);
  return sum(areas, { dim });
}

/** Running integral by the trapezoidal rule. @param options `x` or `dx`; `dim`. @example cumulativeTrapezoid([0, 1, 2]).toArray() // [0.5, 2] */
export function cumulativeTrapezoid(y: TensorLike, options: SamplingOptions = {}): Tensor {
  const { areas, dim } = strips(y, options);
  return cumSum(areas, dim);
}

/**
 * Slopes of a function on a grid: central differences inside, one-sided ones at the ends.
 *
 * @param options `spacing` of the grid, default 1; `dim`: one or several, default all; `edgeOrder`: of the one-sided differences, 1 (default) or 2.
 * @returns A tensor for each dimension.
 * @throws {RangeError} If there are fewer than edgeOrder + 1 points.
 * @example gradient([0, 1, 4, 9])[0].toArray() // [1, 2, 4, 5]
 */
export function gradient(
  x: TensorLike,
  options: { spacing?: number; dim?: number | readonly number[]; edgeOrder?: 1 | 2 } = {},
): Tensor[] {
  const t = asTensor(x);
  const { spacing = 1, dim = t.shape.map((_, d) => d), edgeOrder = 1 } = options;
  const dims = (typeof dim === "number" ? [dim] : dim).map((d) => wrapDim(d, t.ndim, "take slopes"));
  return dims.map((d) => {
    const size = t.shape[d] ?? 1;
    if (size < edgeOrder + 1) {
      throw new RangeError(
        `Cannot take slopes of ${show(t.shape)} along dimension ${d}: ${edgeOrder + 1} points are needed`,
      );
    }
    const at = (start: number, length: number) => narrow(t, d, { start, length });
    const inside = div(sub(at(2, Math.max(0, size - 2)), at(0, Math.max(0, size - 2))), 2);
    const edge = (near: number, step: 1 | -1) => {
      const [a, b] = [at(near, 1), at(near + step, 1)];
      if (edgeOrder === 1) return mul(sub(b, a), step);
      // A parabola through three points.
      return mul(sub(sub(mul(b, 2), mul(a, 1.5)), mul(at(near + 2 * step, 1), 0.5)), step);
    };
    return div(cat([edge(0, 1), inside, edge(size - 1, -1)], d), spacing);
  });
}
