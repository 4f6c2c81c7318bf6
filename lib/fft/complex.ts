/** Complex numbers as pairs of real ones, and the transform of them along a dimension. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast, contiguous } from "../autograd/primitives.ts";
import { asTensor, zeros } from "../creation.ts";
import { floatingDtype } from "../dtype.ts";
import { mul } from "../ops/arithmetic.ts";
import { narrow } from "../ops/indexing.ts";
import { cat, stack } from "../ops/join.ts";
import { broadcastTensors } from "../ops/stacking.ts";
import { show, wrapDim } from "../shape.ts";
import { empty, type Tensor, type TensorLike } from "../tensor.ts";
import { transform } from "./transform.ts";

/** What sums are divided by: `"backward"` (default) divides the inverse by n, `"forward"` the transform, `"ortho"` both by √n. */
export type Norm = "backward" | "ortho" | "forward";

/** Options of transforms along one dimension. */
export interface FftOptions {
  /** The length of the signal: longer ones are cut off, shorter ones filled up with zeros; default the length there is. */
  n?: number;
  /** The dimension, default the last; the one of the pairs does not count. */
  dim?: number;
  norm?: Norm;
}

/** Along dimension `dim` of `(…, n, …, 2)`, without any factor. The gradient of a sum of turns is the sum of the opposite turns. */
const dftOp: OpSpec<[dim: number, inverse: boolean]> = {
  name: "fft",
  forward: ([z], dim, inverse) => {
    const x = contiguous(z!).data;
    const out = empty(z!.shape, z!.dtype);
    const length = z!.shape[dim]!;
    const step = z!.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
    const [real, imaginary] = [new Float64Array(length), new Float64Array(length)];
    for (let line = 0; line < z!.size / length / 2; line++) {
      // Lines lie `step / 2` pairs apart in blocks of `length · step` numbers.
      const start = Math.floor(line / (step / 2)) * length * step + (line % (step / 2)) * 2;
      for (let i = 0, at = start; i < length; i++, at += step) {
        real[i] = x[at]!;
        imaginary[i] = x[at + 1]!;
      }
      transform(real, imaginary, inverse);
      for (let i = 0, at = start; i < length; i++, at += step) {
        out.data[at] = real[i]!;
        out.data[at + 1] = imaginary[i]!;
      }
    }
    return out;
  },
  backward: (dy, _, dim, inverse) => [() => apply(dftOp, [dy], [dim, !inverse])],
};

/**
 * Complex numbers of their real and imaginary parts: pairs in a last dimension of 2, which the transforms take and give.
 *
 * Shapes: both of any shapes that broadcast, together s → `(…s, 2)`.
 *
 * @param imaginary Default 0.
 * @example complex([1, 2], [0, 3]).toArray() // [[1, 0], [2, 3]]
 */
export function complex(real: TensorLike, imaginary: TensorLike = 0): Tensor {
  const x = asTensor(real);
  const dtype = floatingDtype(x.dtype);
  return stack(broadcastTensors(cast(x, dtype), asTensor(imaginary, { dtype })), -1);
}

/** The complex conjugate of pairs: the imaginary part with the other sign. @example conj([[1, 2]]).toArray() // [[1, -2]] */
export function conj(z: TensorLike): Tensor {
  const t = asTensor(z);
  return mul(t, asTensor([1, -1], { dtype: t.dtype }));
}

/** Pairs as a tensor of a floating type. @throws {RangeError} If they are none. */
export function pairsOf(z: TensorLike, name: string): Tensor {
  const t = asTensor(z);
  if (t.ndim < 2 || t.shape.at(-1) !== 2) {
    throw new RangeError(
      `Cannot ${name} ${show(t.shape)}: complex numbers are pairs in a last dimension of 2; make them with fft.complex, or use fft.rfft`,
    );
  }
  return cast(t, floatingDtype(t.dtype));
}

/** The dimension that an option names, of a signal of `rank` dimensions. */
export function signalDim(dim: number, rank: number, name: string): number {
  if (rank === 0) throw new RangeError(`Cannot ${name} []: it needs a dimension`);
  return wrapDim(dim, rank, name);
}

/** A dimension cut off, or filled up with zeros, to a length. */
export function resized(x: Tensor, dim: number, n: number, name: string): Tensor {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`Cannot ${name} over ${n} numbers: it must be a whole number ≥ 1`);
  const size = x.shape[dim]!;
  if (n <= size) return n === size ? x : narrow(x, dim, { start: 0, length: n });
  const rest = x.shape.map((s, d) => (d === dim ? n - size : s));
  return cat([x, zeros(rest, { dtype: x.dtype })], dim);
}

/** The transform of pairs along a dimension, with the factor of the norm; the length is that of the result. */
export function transformed(z: Tensor, dim: number, inverse: boolean, norm: Norm = "backward"): Tensor {
  const n = z.shape[dim]!;
  const power = { backward: inverse ? 1 : 0, ortho: 0.5, forward: inverse ? 0 : 1 }[norm];
  if (power === undefined)
    throw new RangeError(`Cannot scale by norm ${String(norm)}: it must be backward, ortho or forward`);
  const sums = apply(dftOp, [z], [dim, inverse]);
  return power === 0 ? sums : mul(sums, n ** -power);
}
