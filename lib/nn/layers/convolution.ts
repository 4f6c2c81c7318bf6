/** Layers that move a window of weights over sequences, planes and volumes. */
import { type DType, defaultDtype } from "../../dtype.ts";
import { type PerDim, perDim } from "../../ops/spatial.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { calculateFan, kaimingUniform_, uniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** What stands around a plane: zeros, its mirror image, its edges repeated, or itself as on a ring. */
export type ConvPaddingMode = "zeros" | "reflect" | "replicate" | "circular";

/** Options of convolution layers. What is one number for all spatial dimensions may be a list of one for each. */
export interface ConvModuleOptions {
  /** How far the window moves each time; default 1. */
  stride?: PerDim;
  /** How much is put around the plane; `"same"` keeps its size, `"valid"` is 0, the default. */
  padding?: PerDim | "same" | "valid";
  /** How far apart the elements of the window are; default 1. */
  dilation?: PerDim;
  /** How many parts the channels fall into that do not see each other; default 1. */
  groups?: number;
  /** Whether each output channel has a bias; default true. */
  bias?: boolean;
  /** What is put around the plane; default zeros. */
  paddingMode?: ConvPaddingMode;
  /** The type of the parameters; default float32. */
  dtype?: DType;
}

const paddingModes: readonly string[] = ["zeros", "reflect", "replicate", "circular"];

/** What convolutions have in common with transposed ones. */
abstract class Windowed extends Module {
  declare readonly weight: Parameter;
  declare readonly bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(
    protected readonly rank: number,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: PerDim,
    options: ConvModuleOptions,
  ) {
    super();
    const { groups = 1 } = options;
    if (!(groups >= 1) || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new RangeError(
        `Cannot convolve ${inChannels} to ${outChannels} channels in ${groups} groups: both must be multiples of it`,
      );
    }
    this.kernelSize = perDim(kernelSize, rank, "kernelSize", 1);
    this.stride = perDim(options.stride ?? 1, rank, "stride", 1);
    this.dilation = perDim(options.dilation ?? 1, rank, "dilation", 1);
    this.groups = groups;
  }

  /** Makes the parameters and draws their first values. */
  protected create(lead: readonly [number, number], { bias = true, dtype = defaultDtype }: ConvModuleOptions): void {
    const own = this as { weight: Parameter; bias: Parameter | null };
    own.weight = new Parameter(empty([...lead, ...this.kernelSize], dtype));
    own.bias = bias ? new Parameter(empty([this.outChannels], dtype)) : null;
    this.resetParameters();
  }

  /** Draws new weights and biases, uniform on ±1/√(inputs of a unit). */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const { fanIn } = calculateFan(this.weight);
    const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, dilation, groups, bias } = this;
    const list = (values: readonly number[]) => `[${values.join(", ")}]`;
    const more = [
      ...(dilation.some((v) => v !== 1) ? [`dilation=${list(dilation)}`] : []),
      ...(groups !== 1 ? [`groups=${groups}`] : []),
      ...(bias === null ? ["bias=false"] : []),
    ];
    return [`${inChannels}, ${outChannels}`, `kernelSize=${list(kernelSize)}`, `stride=${list(stride)}`, ...more].join(
      ", ",
    );
  }
}

type Run = (x: TensorLike, weight: TensorLike, options: F.ConvOptions) => Tensor;

/** Convolution of any number of dimensions; the subclasses say which. */
abstract class Conv extends Windowed {
  /** (outChannels, inChannels / groups, …kernelSize) */
  declare readonly weight: Parameter;
  /** (outChannels) */
  declare readonly bias: Parameter | null;
  readonly padding: readonly number[] | "same" | "valid";
  readonly paddingMode: ConvPaddingMode;

  constructor(
    rank: number,
    private readonly run: Run,
    [inChannels, outChannels, kernelSize]: readonly [number, number, PerDim],
    options: ConvModuleOptions,
  ) {
    super(rank, inChannels, outChannels, kernelSize, options);
    const { padding = 0, paddingMode = "zeros" } = options;
    if (!paddingModes.includes(paddingMode)) {
      throw new RangeError(`Cannot pad by mode ${String(paddingMode)}: it must be one of ${paddingModes.join(", ")}`);
    }
    this.padding = padding === "same" || padding === "valid" ? padding : perDim(padding, rank, "padding", 0);
    this.paddingMode = paddingMode;
    this.create([outChannels, inChannels / this.groups], options);
  }

  forward(x: TensorLike): Tensor {
    const { weight, bias, stride, dilation, groups, padding, paddingMode } = this;
    const options = { bias, stride, dilation, groups };
    if (paddingMode === "zeros") return this.run(x, weight, { ...options, padding });
    return this.run(F.pad(x, this.widths(), { mode: paddingMode }), weight, options);
  }

  /** The padding as `pad` takes it: before and after, the last dimension first. */
  private widths(): number[] {
    const { padding, kernelSize, dilation } = this;
    return kernelSize
      .map((size, d) => {
        if (padding === "valid") return [0, 0];
        if (padding !== "same") return [padding[d]!, padding[d]!];
        const total = dilation[d]! * (size - 1);
        return [Math.floor(total / 2), Math.ceil(total / 2)];
      })
      .reverse()
      .flat();
  }

  override extraRepr(): string {
    const { padding, paddingMode } = this;
    const width = typeof padding === "string" ? padding : `[${padding.join(", ")}]`;
    const mode = paddingMode === "zeros" ? "" : `, paddingMode=${paddingMode}`;
    return `${super.extraRepr()}, padding=${width}${mode}`;
  }
}

/**
 * Convolution of sequences: each output channel moves one small filter over all input channels.
 *
 * Shapes: `(batch, inChannels, length)` or without batch → `(batch, outChannels, length′)`.
 *
 * @param inChannels Channels that come in.
 * @param outChannels Filters, channels that go out.
 * @param kernelSize The size of the filters.
 * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`.
 * @throws {RangeError} If channels are no multiple of the groups.
 * @see F.conv1d; book §4.2.
 * @example new Conv1d(3, 8, 5, { padding: "same" })(rand([2, 3, 20])).shape // [2, 8, 20]
 */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    super(1, F.conv1d, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Convolution of planes: each output channel moves one small filter over all input channels, so that what is learned in one place holds everywhere.
 *
 * Shapes: `(batch, inChannels, rows, columns)` or without batch → `(batch, outChannels, rows′, columns′)`.
 *
 * @param inChannels Channels that come in, 3 for colours.
 * @param outChannels Filters, channels that go out.
 * @param kernelSize The size of the filters: one number, or rows and columns.
 * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`.
 * @throws {RangeError} If channels are no multiple of the groups.
 * @see F.conv2d; LeCun et al. (1998); book §3.4.
 * @example new Conv2d(1, 6, 5)(rand([2, 1, 28, 28])).shape // [2, 6, 24, 24]
 */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    super(2, F.conv2d, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Convolution of volumes, such as films.
 *
 * Shapes: `(batch, inChannels, depth, rows, columns)` or without batch.
 *
 * @param inChannels Channels that come in.
 * @param outChannels Filters, channels that go out.
 * @param kernelSize The size of the filters: one number, or depth, rows and columns.
 * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`.
 * @see F.conv3d.
 * @example new Conv3d(1, 2, 3)(rand([1, 1, 4, 5, 6])).shape // [1, 2, 2, 3, 4]
 */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    super(3, F.conv3d, [inChannels, outChannels, kernelSize], options);
  }
}

/** Options of transposed convolution layers. */
export interface ConvTransposeModuleOptions extends Omit<ConvModuleOptions, "padding" | "paddingMode"> {
  /** How much is cut off around the result; default 0. */
  padding?: PerDim;
  /** How much is added at the end of each dimension; default 0. */
  outputPadding?: PerDim;
}

/** Transposed convolution of any number of dimensions; the subclasses say which. */
abstract class ConvTranspose extends Windowed {
  /** (inChannels, outChannels / groups, …kernelSize) */
  declare readonly weight: Parameter;
  /** (outChannels) */
  declare readonly bias: Parameter | null;
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    rank: number,
    private readonly run: (x: TensorLike, weight: TensorLike, options: F.ConvTransposeOptions) => Tensor,
    [inChannels, outChannels, kernelSize]: readonly [number, number, PerDim],
    options: ConvTransposeModuleOptions,
  ) {
    super(rank, inChannels, outChannels, kernelSize, options);
    this.padding = perDim(options.padding ?? 0, rank, "padding", 0);
    this.outputPadding = perDim(options.outputPadding ?? 0, rank, "outputPadding", 0);
    this.create([inChannels, outChannels / this.groups], options);
  }

  forward(x: TensorLike): Tensor {
    const { weight, bias, stride, padding, outputPadding, dilation, groups } = this;
    return this.run(x, weight, { bias, stride, padding, outputPadding, dilation, groups });
  }

  override extraRepr(): string {
    const { padding, outputPadding } = this;
    return `${super.extraRepr()}, padding=[${padding.join(", ")}], outputPadding=[${outputPadding.join(", ")}]`;
  }
}

/**
 * Transposed convolution of sequences, which makes them longer: each input paints a filter into the output.
 *
 * @param inChannels Channels that come in.
 * @param outChannels Channels that go out.
 * @param kernelSize The size of the filters.
 * @param options `stride`, `padding`, `outputPadding`, `dilation`, `groups`, `bias`, `dtype`.
 * @see F.convTranspose1d.
 * @example new ConvTranspose1d(4, 2, 3, { stride: 2 })(rand([1, 4, 5])).shape // [1, 2, 11]
 */
export class ConvTranspose1d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    super(1, F.convTranspose1d, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Transposed convolution of planes, which makes them larger: each input paints a filter into the output.
 *
 * @param inChannels Channels that come in.
 * @param outChannels Channels that go out.
 * @param kernelSize The size of the filters: one number, or rows and columns.
 * @param options `stride`, `padding`, `outputPadding`, `dilation`, `groups`, `bias`, `dtype`.
 * @see F.convTranspose2d; Zeiler and Fergus (2014).
 * @example new ConvTranspose2d(4, 2, 2, { stride: 2 })(rand([1, 4, 5, 5])).shape // [1, 2, 10, 10]
 */
export class ConvTranspose2d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    super(2, F.convTranspose2d, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Transposed convolution of volumes, which makes them larger.
 *
 * @param inChannels Channels that come in.
 * @param outChannels Channels that go out.
 * @param kernelSize The size of the filters: one number, or depth, rows and columns.
 * @param options `stride`, `padding`, `outputPadding`, `dilation`, `groups`, `bias`, `dtype`.
 * @see F.convTranspose3d.
 * @example new ConvTranspose3d(4, 2, 2, { stride: 2 })(rand([1, 4, 2, 3, 3])).shape // [1, 2, 4, 6, 6]
 */
export class ConvTranspose3d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    super(3, F.convTranspose3d, [inChannels, outChannels, kernelSize], options);
  }
}
