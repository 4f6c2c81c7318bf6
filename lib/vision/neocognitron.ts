import { noGrad } from "../autograd/mode.ts";
import { asTensor, fromData, zeros } from "../creation.ts";
import { ModuleList } from "../nn/layers/container.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { avgPool2d } from "../ops/average-pooling.ts";
import { conv2d } from "../ops/convolution.ts";
import { amax } from "../ops/extremes.ts";
import { narrow } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { sqrt, square } from "../ops/math.ts";
import { reshape } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** One stage: S-cells, which answer to a pattern at their place, then C-cells, which answer to it anywhere near. */
export interface NeocognitronStage {
  /** Rows and columns that an S-cell sees; odd. */
  size: number;
  /** How exact a pattern must be: with selectivity r the cosine must be above r / (1 + r). Default 4. */
  selectivity?: number;
  /** Planes of S-cells at most, a pattern each; default 24. */
  maxPlanes?: number;
  /** Rows and columns of S-cells that a C-cell sees, and how far C-cells are apart: `[size, stride]`; default [3, 2]. */
  pool?: readonly [size: number, stride: number];
}

/**
 * S-cells: simple cells, a plane for each pattern, all cells of a plane with the same weights.
 *
 * `u_S = r · max(0, (1 + Σ a u) / (1 + r/(1+r) · b v) − 1)` with `v = √(Σ c u²)`, the activity around the cell: excitation that is divided by inhibition, so that a
 * cell answers to the shape of a pattern and not to its strength.
 *
 * Learning is by reinforcement of the cells that answer most: `a ← a + q c u`, `b ← b + q v`. Where no cell answers to what is there, a plane with that pattern is added.
 *
 * Shapes: `(batch, planes before, rows, columns)` → `(batch, planes, rows, columns)`.
 *
 * @param inputs Planes that come in.
 * @param stage `size`, `selectivity`, `maxPlanes`.
 * @throws {RangeError} If the size is not odd, or the selectivity not positive.
 * @see Fukushima (1980), equations 1 to 7; book §3.1.4.
 * @example
 * const cells = new SCells(1, { size: 3 });
 * cells.learn(eye(5).reshape([1, 1, 5, 5]));
 * cells(eye(5).reshape([1, 1, 5, 5])).amax().item() > 0 // true
 */
export class SCells extends Module {
  readonly size: number;
  readonly selectivity: number;
  readonly maxPlanes: number;
  /** Excitatory weights, `(planes, inputs, size, size)`. */
  a: Tensor;
  /** Inhibitory weights, one a plane. */
  b: Tensor;

  constructor(
    readonly inputs: number,
    stage: NeocognitronStage,
  ) {
    super();
    const { size, selectivity = 4, maxPlanes = 24 } = stage;
    if (!Number.isInteger(size) || size < 1 || size % 2 === 0)
      throw new RangeError(`Cannot let S-cells see ${size} × ${size}: it must be a whole odd number`);
    if (!(selectivity > 0)) throw new RangeError(`Cannot make S-cells of selectivity ${selectivity}: it must be > 0`);
    this.size = size;
    this.selectivity = selectivity;
    this.maxPlanes = maxPlanes;
    this.a = zeros([0, inputs, size, size]);
    this.b = zeros([0]);
  }

  /** How many patterns they know. */
  get planes(): number {
    return this.b.shape[0]!;
  }

  /** `c`: how much each place around the cell counts for its inhibition; all places and planes together 1. */
  private get share(): number {
    return 1 / (this.inputs * this.size * this.size);
  }

  /** `v = √(Σ c u²)`: `(batch, inputs, rows, columns)` → `(batch, 1, rows, columns)`. */
  private activity(u: Tensor): Tensor {
    const { size, inputs } = this;
    const c = mul(zeros([1, inputs, size, size]).add(1), this.share);
    return sqrt(relu(conv2d(square(u), c, { padding: (size - 1) / 2 })));
  }

  forward(x: TensorLike): Tensor {
    const u = asTensor(x);
    if (this.planes === 0) throw new RangeError("Cannot ask S-cells that have learned nothing: call learn first");
    const { a, b, selectivity: r, size } = this;
    const excitation = conv2d(u, a, { padding: (size - 1) / 2 });
    const inhibition = mul(this.activity(u), reshape(b, [1, -1, 1, 1]));
    return mul(relu(sub(div(add(excitation, 1), add(mul(inhibition, r / (1 + r)), 1)), 1)), r);
  }

  /**
   * Looks at patterns one by one: reinforces the plane that answers most at the busiest place, or adds one where none answers, until every busy place has an answer.
   *
   * @param options `strength`: q, how much one look counts; default 10,000. `busy`: the activity from which on a place counts, as a share of the greatest; default ½.
   */
  learn(patterns: TensorLike, options: { strength?: number; busy?: number } = {}): this {
    const { strength = 1e4, busy = 0.5 } = options;
    const all = asTensor(patterns);
    return noGrad(() => {
      for (let i = 0; i < all.shape[0]!; i++) this.learnOne(narrow(all, 0, { start: i, length: 1 }), strength, busy);
      return this;
    });
  }

  private learnOne(u: Tensor, strength: number, busy: number): void {
    const { size, inputs, share } = this;
    const activity = this.activity(u);
    const columns = u.shape[3]!;
    const reach = (size - 1) / 2;
    const most = amax(activity).item();
    if (most === 0) return;
    const open = Array.from(activity.data, (v, at) => [v, at] as const)
      .filter(([v]) => v >= busy * most)
      .sort(([v, i], [w, j]) => w - v || i - j);
    while (open.length > 0 && this.planes < this.maxPlanes) {
      // Places that some plane answers to need no other.
      const answers = this.planes === 0 ? null : amax(this.forward(u), { dim: 1 }).data;
      const seed = open.find(([, at]) => answers === null || answers[at]! <= 0);
      if (seed === undefined) return;
      const [v, at] = seed;
      const seen = new Float32Array(inputs * size * size);
      for (let k = 0; k < seen.length; k++) {
        const [plane, row, column] = [Math.floor(k / size / size), Math.floor(k / size) % size, k % size];
        const [i, j] = [Math.floor(at / columns) + row - reach, (at % columns) + column - reach];
        if (i < 0 || j < 0 || i >= u.shape[2]! || j >= columns) continue;
        seen[k] = u.data[(plane * u.shape[2]! + i) * columns + j]! * strength * share;
      }
      this.a = cat([this.a, fromData(seen, [1, inputs, size, size])]);
      this.b = cat([this.b, fromData(Float32Array.of(v * strength))]);
      open.splice(open.indexOf(seed), 1);
    }
  }

  override extraRepr(): string {
    return `inputs=${this.inputs}, planes=${this.planes}, size=${this.size}, selectivity=${this.selectivity}`;
  }
}

/**
 * C-cells: complex cells, which answer if any S-cell of their plane near them does: `u_C = x / (1 + x)` of the sum x of those.
 *
 * It does not matter which: a pattern may move under a C-cell without its answer changing.
 *
 * Shapes: `(batch, planes, rows, columns)` → `(batch, planes, fewer rows, fewer columns)`.
 *
 * @param size Rows and columns that a C-cell sees.
 * @param stride How far C-cells are apart.
 * @see Fukushima (1988), whose C-cells do not inhibit each other; book §3.1.4.
 * @example new CCells(2, 2)([[[[1, 0], [0, 0]]]]).toArray() // [[[[0.5]]]]
 */
export class CCells extends Module {
  constructor(
    readonly size: number,
    readonly stride: number,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    const { size, stride } = this;
    const sums = avgPool2d(x, size, { stride, divisorOverride: 1 });
    return div(sums, add(sums, 1));
  }

  override extraRepr(): string {
    return `size=${this.size}, stride=${this.stride}`;
  }
}

/**
 * The neocognitron: stages of S-cells and C-cells in turn. From stage to stage a cell sees more of the picture, answers to more complex patterns, and cares less
 * where they are. It is the convolutional net before backpropagation: each stage learns by itself, without labels, before the next one does.
 *
 * Shapes: `(batch, 1, rows, columns)` → `(batch, planes, fewer rows, fewer columns)`.
 *
 * @param stages What each stage is like.
 * @throws {RangeError} If there is no stage.
 * @see Fukushima (1980); book §3.1.4.
 * @example
 * const net = new Neocognitron([{ size: 3 }, { size: 3 }]);
 * net.learn(eye(8).reshape([1, 1, 8, 8]));
 * net(eye(8).reshape([1, 1, 8, 8])).ndim // 4
 */
export class Neocognitron extends Module {
  readonly simple = new ModuleList<SCells>();
  readonly complex = new ModuleList<CCells>();

  constructor(private readonly plans: readonly NeocognitronStage[]) {
    super();
    if (plans.length === 0) throw new RangeError("Cannot make a neocognitron of no stages: give at least one");
    for (const { pool: [size, stride] = [3, 2] } of plans) this.complex.append(new CCells(size, stride));
  }

  /** Lets stage after stage learn patterns, `(count, 1, rows, columns)`, and returns the net. Options as for `SCells.learn`. */
  learn(patterns: TensorLike, options: { strength?: number; busy?: number } = {}): this {
    let u = asTensor(patterns);
    if (u.ndim !== 4)
      throw new RangeError(`Cannot learn ${show(u.shape)}: patterns are (count, planes, rows, columns)`);
    return noGrad(() => {
      this.plans.forEach((plan, i) => {
        const cells = new SCells(u.shape[1]!, plan).learn(u, options);
        if (cells.planes === 0) throw new RangeError(`Cannot learn from empty patterns: stage ${i} saw nothing`);
        if (this.simple.length > i) Object.assign(this.simple, { [i]: cells });
        else this.simple.append(cells);
        u = this.complex.at(i)!(cells(u));
      });
      return this;
    });
  }

  /** What each stage's S-cells and C-cells answer. */
  stages(x: TensorLike): { simple: Tensor; complex: Tensor }[] {
    if (this.simple.length === 0) throw new RangeError("Cannot ask a neocognitron that has learned nothing");
    let u = asTensor(x);
    return [...this.simple].map((cells, i) => {
      const simple = cells(u);
      u = this.complex.at(i)!(simple);
      return { simple, complex: u };
    });
  }

  forward(x: TensorLike): Tensor {
    return this.stages(x).at(-1)!.complex;
  }
}
