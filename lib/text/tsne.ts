/** Maps of vectors that keep chances of being neighbours. */
import { fromData } from "../creation.ts";
import { RandomGenerator } from "../random.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type MapMetric, rowsToMap } from "./rows-to-map.ts";

/** Options of tsne. */
export interface TsneOptions {
  /** About how many neighbours of each vector count; above 1 and below the number of vectors less one. Default 30, or a third of them where they are few. */
  perplexity?: number;
  /** What is near: `"cosine"`, by the angle alone, as is usual for words, or `"euclidean"` (default). */
  metric?: MapMetric;
  /** How often the map is improved; default 500. In the first 250 (or the first half, if that is less) neighbours attract each other twelvefold. */
  steps?: number;
  /** Where the first places come from; default a generator of seed 0, so that the map is always the same. */
  generator?: RandomGenerator;
}

const [exaggeration, early] = [12, 250];
/** No chance is less, so that its logarithm is finite. */
const least = Number.EPSILON;

/**
 * t-SNE: places `y` on a plane whose chances `q` of being neighbours are those `p` of the vectors `x` in space, by gradient descent on `Σ p ln(p / q)`, where
 * `p ∝ exp(−‖xᵢ − xⱼ‖² / 2σᵢ²)`, made symmetric, and `q ∝ 1 / (1 + ‖yᵢ − yⱼ‖²)`.
 *
 * Each `σᵢ` is chosen such that the vector has as many neighbours as `perplexity` says (e to the power of the entropy of its chances). The long tails of
 * `q` leave room on the plane for all that is at a middle distance in space. This is the exact form: its time grows with the square of the number of vectors,
 * so that it is for up to some two thousand; `umap` is for more.
 *
 * Shapes: `(count, features)` → `(count, 2)`.
 *
 * @param options `perplexity`, `metric`, `steps`, `generator`.
 * @throws {RangeError} If there are fewer than 4 vectors, one is not finite, or `perplexity` or `steps` is out of its range.
 * @see van der Maaten and Hinton (2008); book §5.2.
 * @example tsne([[0, 0, 1], [0, 0.1, 1], [5, 0, 0], [5, 0.1, 0], [5, 0, 0.1]], { perplexity: 1.5, steps: 50 }).shape // [5, 2]
 */
export function tsne(vectors: TensorLike, options: TsneOptions = {}): Tensor {
  const chances = neighbourChances(vectors, options);
  const [count = 0] = chances.shape;
  const { steps = 500, generator = new RandomGenerator(0) } = options;
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new RangeError(`Cannot improve a map ${steps} times: steps must be a whole number ≥ 1`);
  }
  const p = chances.data as Float64Array;
  const map = Float64Array.from({ length: 2 * count }, () => 1e-4 * generator.normal());
  const descent = new Descent(map, Math.max(count / exaggeration / 4, 50));
  for (let step = 0; step < steps; step++) {
    const isEarly = step < Math.min(early, steps / 2);
    descent.step(slopes(p, map, isEarly ? exaggeration : 1), isEarly ? 0.5 : 0.8);
  }
  return fromData(Float32Array.from(map), [count, 2]);
}

/**
 * The chances `p` that t-SNE keeps: how likely two vectors are to be picked as a pair of neighbours. Symmetric, with 0 on the diagonal; they sum to 1.
 *
 * Shapes: `(count, features)` → `(count, count)`, float64.
 *
 * @param options `perplexity`, `metric`.
 * @throws {RangeError} If there are fewer than 4 vectors, one is not finite, or `perplexity` is out of its range.
 * @see van der Maaten and Hinton (2008).
 * @example neighbourChances([[0], [1], [5], [6]], { perplexity: 1.5 }).sum() // 1
 */
export function neighbourChances(
  vectors: TensorLike,
  options: Pick<TsneOptions, "perplexity" | "metric"> = {},
): Tensor {
  const { metric = "euclidean" } = options;
  const rows = rowsToMap(vectors, metric);
  const count = rows.length;
  const { perplexity = Math.min(30, (count - 1) / 3) } = options;
  if (!(perplexity >= 1 && perplexity < count - 1)) {
    throw new RangeError(
      `Cannot map by a perplexity of ${perplexity}: of ${count} vectors it is from 1 to below ${count - 1}`,
    );
  }
  const squares = distances(rows);
  const one = squares.map((row, i) => chancesOf(row, i, Math.log(perplexity)));
  const p = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++)
      p[i * count + j] = i === j ? 0 : Math.max((one[i]![j]! + one[j]![i]!) / (2 * count), least);
  }
  return fromData(p, [count, count]);
}

/** Squares of the distances of all rows. */
function distances(rows: readonly (readonly number[])[]): Float64Array[] {
  return rows.map((a) => Float64Array.from(rows, (b) => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0)));
}

/** Of one vector, the chances of the others, whose entropy is as asked: the sharpness `1 / 2σ²` is found by halving. */
function chancesOf(squares: Float64Array, self: number, entropy: number): Float64Array {
  const chances = new Float64Array(squares.length);
  const nearest = squares.reduce(
    (best, square, j) => (j === self ? best : Math.min(best, square)),
    Number.POSITIVE_INFINITY,
  );
  let [low, high, sharpness] = [0, Number.POSITIVE_INFINITY, 1];
  for (let trial = 0; trial < 200; trial++) {
    let [sum, spread] = [0, 0];
    for (let j = 0; j < squares.length; j++) {
      // From the nearest one on, so that not all are 0 where all are far.
      chances[j] = j === self ? 0 : Math.exp(-sharpness * (squares[j]! - nearest));
      sum += chances[j]!;
      spread += chances[j]! * (squares[j]! - nearest);
    }
    for (let j = 0; j < squares.length; j++) chances[j]! /= sum;
    const surplus = Math.log(sum) + (sharpness * spread) / sum - entropy;
    if (Math.abs(surplus) < 1e-10) break;
    if (surplus > 0) low = sharpness;
    else high = sharpness;
    sharpness = high === Number.POSITIVE_INFINITY ? 2 * sharpness : (low + high) / 2;
  }
  return chances;
}

/** The gradient of the divergence by the places: `4 Σⱼ (pᵢⱼ − qᵢⱼ)(yᵢ − yⱼ) / (1 + ‖yᵢ − yⱼ‖²)`. */
function slopes(p: Float64Array, map: Float64Array, attraction: number): Float64Array {
  const count = map.length / 2;
  const near = new Float64Array(count * count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const value = 1 / (1 + (map[2 * i]! - map[2 * j]!) ** 2 + (map[2 * i + 1]! - map[2 * j + 1]!) ** 2);
      near[i * count + j] = value;
      sum += 2 * value;
    }
  }
  const out = new Float64Array(map.length);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const value = near[i * count + j]!;
      const force = 4 * (attraction * p[i * count + j]! - value / sum) * value;
      for (const axis of [0, 1]) {
        const push = force * (map[2 * i + axis]! - map[2 * j + axis]!);
        out[2 * i + axis]! += push;
        out[2 * j + axis]! -= push;
      }
    }
  }
  return out;
}

/** Gradient descent with momentum, in which each number has a gain that grows while it keeps its direction and shrinks where it turns (delta-bar-delta). */
class Descent {
  private readonly speed: Float64Array;
  private readonly gains: Float64Array;

  constructor(
    private readonly map: Float64Array,
    private readonly lr: number,
  ) {
    this.speed = new Float64Array(map.length);
    this.gains = new Float64Array(map.length).fill(1);
  }

  /** One step down a gradient. */
  step(gradient: Float64Array, momentum: number): void {
    for (let i = 0; i < this.map.length; i++) {
      const keeps = gradient[i]! * this.speed[i]! < 0;
      this.gains[i] = Math.max(keeps ? this.gains[i]! + 0.2 : this.gains[i]! * 0.8, 0.01);
      this.speed[i] = momentum * this.speed[i]! - this.lr * this.gains[i]! * gradient[i]!;
      this.map[i]! += this.speed[i]!;
    }
  }
}
