/** What a backend supplies: kernels over views. Ops allocate the output and never loop over elements themselves. */
import type { Storage, View } from "../storage.ts";
import type { Decompositions } from "./decompositions.ts";
import type { Move, Moved } from "./moves.ts";
import type { BinaryOp, ReduceOp, UnaryOp } from "./op-names.ts";
import type { Recurrence, RecurrenceGradients } from "./recurrence.ts";

export type { Move, Moved, MoveRule } from "./moves.ts";
export type { BinaryOp, ReduceOp, UnaryOp } from "./op-names.ts";
export type { Recurrence, RecurrenceGradients, RecurrentKind } from "./recurrence.ts";

/**
 * How x is judged against a target y: `square` (x − y)², `absolute` |x − y|, `logits` max(x, 0) − x y + ln(1 + e^{−|x|}), which is the binary cross-entropy
 * of σ(x), `probabilities` −y ln x − (1 − y) ln(1 − x), with logarithms cut off at −100 and x (1 − x) in its slope at 1e-12,
 * `huber` ½ d² where |d| = |x − y| < δ, else δ (|d| − ½ δ). The slope of |x − y| is 0 where the difference is 0 or no number.
 */
export type ElementLoss = "square" | "absolute" | "logits" | "probabilities" | "huber";

/**
 * How a window moves over a plane, rows first. Element (u, v) of the window that makes output (i, j) lies at row `i·stride[0] − padding[0] + u·dilation[0]`
 * and at the column that follows likewise; outside of the plane counts as 0 in sums and not at all in maxima.
 */
export interface PlaneWindow {
  readonly stride: readonly [rows: number, columns: number];
  readonly padding: readonly [rows: number, columns: number];
  readonly dilation: readonly [rows: number, columns: number];
}

/** Which elements a normalization takes together. All lie row-major as (samples, groups, channels, size). */
export interface Normalization {
  readonly sizes: readonly [samples: number, groups: number, channels: number, size: number];
  /** `group`: those of a group of a sample have one mean and variance; `channel`: those of a channel of all samples, with one group. */
  readonly over: "group" | "channel";
  /** Whether the mean is taken off; if not, the mean square stands for the variance. */
  readonly centered: boolean;
  /** Added to the variance. */
  readonly eps: number;
}

/** What scales and shifts each channel of each group, `groups · channels` numbers that lie row-major; null for 1 and 0. */
export interface Affine {
  readonly weight: View | null;
  readonly bias: View | null;
}

/** Where the gradients of a normalization go, of the shapes of what they are by. */
export interface NormalizeGradients extends Affine {
  readonly x: View;
}

/** Where the gradients of an affine map go, row-major; null for those that nobody wants. */
export interface LinearGradients {
  readonly x: View | null;
  readonly weight: View | null;
  readonly bias: View | null;
}

/** What attends to what. Queries, keys and values have the same leading dimensions; all are of one floating type, at any strides. */
export interface Attention {
  /** (…, queries, size) */
  readonly query: View;
  /** (…, keys, size) */
  readonly key: View;
  /** (…, keys, valueSize) */
  readonly value: View;
  /** Added to the scores, broadcasts to (…, queries, keys); null for nothing. */
  readonly mask: View | null;
  /** Whether query i sees only the keys up to i. */
  readonly isCausal: boolean;
  /** What the products of queries and keys are multiplied by. */
  readonly scale: number;
}

/** Where the gradients of attention go; all are contiguous. */
export interface AttentionGradients {
  readonly query: View;
  readonly key: View;
  readonly value: View;
}

/**
 * What random numbers become: `uniform` ones in [0, 1), multiplied by `scale` and added to `shift`; `normal` ones likewise; `exponential` ones of mean 1;
 * `bernoulli`, 1 with the probability `scale`, else 0.
 */
export type DrawKind = "uniform" | "normal" | "exponential" | "bernoulli";

/**
 * A stretch of examples of word2vec, to be learned one after another: each sees what those before it have moved. All lies row-major. The entries of
 * example e in a list are from the end of those of e − 1, or from 0, to before its own end.
 */
export interface WordExamples {
  /** How many there are; the lists may have places for more. */
  readonly count: number;
  /** The vectors of inputs, (words, size), and of outputs, (outputs, size), of one floating type. */
  readonly input: View;
  readonly output: View;
  /** Rows of `input`, one or more an example, and where those of each example end; int32. */
  readonly inputs: View;
  readonly inputEnds: View;
  /** Rows of `output` that are asked about, and where those of each example end; int32. */
  readonly rows: View;
  readonly rowEnds: View;
  /** The right answer to each of these questions, 0 or 1, a uint8; null if one row an example is the target, to be told from all. */
  readonly labels: View | null;
  /** The learning rate of each example; float64. */
  readonly rates: View;
}

/** A window over planes with channels. */
export interface ConvWindow extends PlaneWindow {
  /** Channels are cut into this many groups that do not see each other; inputs and outputs both are multiples of it. */
  readonly groups: number;
}

/** A step of a chain of elementwise ops. Operands are numbered: the chain's inputs from 0 on, then the results of the steps before. */
export interface ChainStep {
  readonly op: UnaryOp | BinaryOp;
  readonly a: number;
  /** −1 for ops of one operand. */
  readonly b: number;
  /** Where the result goes, if anybody wants it besides later steps. */
  readonly out: Storage | null;
}

/** An input of a chain: as many float32 as the chain has, from an offset on, or one number for all. */
export type ChainInput = number | { readonly storage: Storage; readonly offset: number };

/**
 * Kernels of one engine. Inputs may have any strides; `out` is where the result goes, of the result's shape and type, and may not overlap an
 * input except for being the very same view. Inputs of elementwise kernels broadcast to the shape of `out`.
 */
export interface Backend extends Decompositions {
  readonly name: string;
  /** `out = op(x)`, elementwise; `copy` also converts the type. */
  unary(op: UnaryOp, x: View, out: View): void;
  /** `out = op(a, b)`, elementwise. */
  binary(op: BinaryOp, a: View, b: View, out: View): void;
  /** `out = condition ? a : b`, elementwise. */
  where(condition: View, a: View, b: View, out: View): void;
  /** Runs elementwise ops on `count` float32 each in one pass, up to 20 inputs and 16 steps; missing where no kernel does so. */
  chain?(count: number, inputs: readonly ChainInput[], steps: readonly ChainStep[]): void;
  /** Whether `chain` knows an op. */
  chains?(op: UnaryOp | BinaryOp): boolean;
  /** Views side by side along `dim`, in which alone they differ, converted to the type of `out`, which is contiguous. */
  cat(parts: readonly View[], dim: number, out: View): void;
  /** Folds the dimensions `dims` of `x`; `out` is contiguous and has the remaining dimensions, kept or not. */
  reduce(op: ReduceOp, x: View, dims: readonly number[], out: View): void;
  /** Index of the greatest or least element along `dim`, the first one if tied, NaN before all; `out` is a contiguous int32. */
  argReduce(op: "max" | "min", x: View, dim: number, out: View): void;
  /** Running sum or product along `dim`; `out` is contiguous. */
  scan(op: "sum" | "prod", x: View, dim: number, out: View): void;
  /** Softmax or its logarithm along `dim`, without overflow; `out` is contiguous. */
  softmax(x: View, dim: number, log: boolean, out: View): void;
  /** The gradient of `softmax` from that of its output and the output y: `dx = y (dy − Σ dy y)`, or `dy − eʸ Σ dy`; `dx` is contiguous. */
  softmaxBackward(dy: View, y: View, dim: number, log: boolean, dx: View): void;
  /**
   * Of each row of x, (rows, classes), `losses = ln Σ eˣ − (1 − ε) x[target] − ε mean x`, 0 where the target is negative, and `logSums = ln Σ eˣ`; ε is
   * the smoothing. All are row-major, of one floating type, the targets an int32 (rows).
   */
  crossEntropy(x: View, target: View, smoothing: number, losses: View, logSums: View): void;
  /** The gradient of `crossEntropy` from that of the losses, which is `scale · dy`; dy is (rows) or a single number, everything row-major. */
  crossEntropyBackward(
    dy: View,
    scale: number,
    x: View,
    target: View,
    smoothing: number,
    logSums: View,
    dx: View,
  ): void;
  /** `out = scale · Σ loss(x, y)`, a single number; x and y are of one shape and floating type, all row-major. `bend` is Huber's δ, 1 if not said. */
  elementLoss(loss: ElementLoss, x: View, y: View, scale: number, out: View, bend?: number): void;
  /** The gradient of `elementLoss` by x, from that of its result: `dx = dy · scale · ∂loss/∂x`, row-major; dy is a single number. */
  elementLossBackward(loss: ElementLoss, dy: View, scale: number, x: View, y: View, dx: View, bend?: number): void;
  /**
   * `out[…, i, j] = Σₖ a[…, i, k] · b[…, k, j] + bias[j]`; all have the same rank ≥ 2, leading dimensions broadcast, `out` and the bias, which may be
   * missing, are contiguous and of one type.
   */
  matmul(a: View, b: View, out: View, bias?: View | null): void;
  /** The gradients of `x Wᵀ + b`, of matrices of one floating type at any strides: `dx = dy W`, `dW = dyᵀ x`, `db` the sum of the rows of dy. */
  linearBackward(dy: View, x: View, weight: View, to: LinearGradients): void;
  /** `out[…, i, …] = x[…, index[…, i, …], …]` along `dim`; `out` is contiguous and has the shape of `index`. */
  gather(x: View, dim: number, index: View, out: View): void;
  /** `out[…, index[…, i, …], …] += x[…, i, …]` along `dim`; `out` is contiguous, `index` no greater than `x`. */
  scatterAdd(x: View, dim: number, index: View, out: View): void;
  /** The least and the greatest of whole numbers, an int32 that is not empty; `out` is a contiguous int32 of two. */
  bounds(x: View, out: View): void;
  /** The order that sorts `x` along `dim`, stable, NaN last when rising, as much of it as `out` is long; that is a contiguous int32. */
  argsort(x: View, dim: number, descending: boolean, out: View): void;
  /** The row-major positions of the elements other than 0. */
  nonzero(x: View): Int32Array;
  /**
   * `out[n, o, i, j] = Σ x[n, c, …] · weight[o, c, u, v]` over the channels c of o's group and the window. x is (batch, channels, rows, columns),
   * weight (outputs, channels / groups, rows, columns), out contiguous (batch, outputs, rows, columns); its size says how often the window moves.
   */
  conv2d(x: View, weight: View, window: ConvWindow, out: View): void;
  /** The gradient of `conv2d` by its input, from that of its output: `dx[n, c, …] = Σ dy[n, o, i, j] · weight[o, c, u, v]`; dx is contiguous. */
  conv2dInput(dy: View, weight: View, window: ConvWindow, dx: View): void;
  /** The gradient of `conv2d` by its weight: `dw[o, c, u, v] = Σ dy[n, o, i, j] · x[n, c, …]`; dw is contiguous. */
  conv2dWeight(x: View, dy: View, window: ConvWindow, dw: View): void;
  /**
   * The greatest element under a window of `size` of each plane of x, which is (planes, rows, columns), and its row-major position in the plane; the
   * first one if tied; a NaN is greater than all, the last one if several. `out` and `index`, an int32, are contiguous (planes, rows, columns); every
   * window touches the plane.
   */
  maxPool2d(x: View, size: readonly [rows: number, columns: number], window: PlaneWindow, out: View, index: View): void;
  /**
   * `out = (x − mean) / √(variance + ε) · weight + bias`. `statistics` gets all means (0 if not centered), then all variances. Everything is row-major
   * and of one floating type.
   */
  normalize(x: View, affine: Affine, how: Normalization, out: View, statistics: View): void;
  /** The gradients of `normalize` from that of its output: by x, by the weight and by the bias; the latter two where they are wanted. */
  normalizeBackward(
    dy: View,
    x: View,
    weight: View | null,
    how: Normalization,
    statistics: View,
    to: NormalizeGradients,
  ): void;
  /**
   * `out = softmax(scale · q kᵀ + mask) v`, without a place for all scores at once. `logSums` gets the logarithm of each query's sum of exponentials. Both
   * are contiguous, (…, queries, valueSize) and (…, queries).
   */
  attention(how: Attention, out: View, logSums: View): void;
  /** The gradients of `attention`, from that of its output, at any strides. */
  attentionBackward(how: Attention, out: View, logSums: View, dOut: View, to: AttentionGradients): void;
  /** Runs a recurrence; the biases, (gates · size), are those of the weighted inputs and of the weighted states. */
  recur(run: Recurrence, inputBias: View | null, stateBias: View | null): void;
  /** The gradients of `recur`, from those of its outputs and, of an LSTM, of its last cell (batch, size). */
  recurBackward(run: Recurrence, dOutput: View, dCell: View | null, to: RecurrenceGradients): void;
  /**
   * Fills `out`, contiguous and floating, with numbers of a Mersenne Twister, whose key and position are the 625 words of `twister`: to the last bit those
   * that `RandomGenerator` makes by itself. False if the backend has no kernel for that, and nothing was drawn.
   */
  draw?(kind: DrawKind, twister: View, out: View, scale: number, shift: number): boolean;
  /**
   * Learns examples by stochastic gradient descent on both tables. With h the mean of the inputs' vectors and s the scores `h · o`, the loss of an example is
   * `−Σ ln σ(±s)` over the questions, + where the answer is 1, or `ln Σ eˢ − s[target]` over all outputs. `losses`, float64, gets it as it is before the step.
   */
  learnWords(examples: WordExamples, losses: View): void;
  /** Moves parameters by their gradients, if the backend has a kernel for that; they may be any number, and no two of them share memory. */
  move?(moved: readonly Moved[], step: Move): void;
}
