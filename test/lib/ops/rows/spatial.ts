/** Rows of ops over sequences, planes and volumes. */
import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { sizeOf } from "../../../../lib/shape.ts";
import { type Input, ints, type Sample, spread } from "../samples.ts";
import { type OpRow, one, throws } from "./makers.ts";

type Sizes = readonly number[];

/** Numbers of which no two are equal, as long as there are fewer than 257: a greatest one is greatest by far more than a finite difference. */
function distinct(shape: Sizes): Input {
  return { shape, data: Array.from({ length: sizeOf(shape) }, (_, i) => (((i * 101 + 29) % 257) - 128) / 64) };
}

/** A call on an input and a filter. */
const filtered = (x: Sizes, weight: Sizes, options?: object): Sample => ({
  inputs: [spread(x), spread(weight, -1, 1, 2)],
  ...(options ? { args: [options] } : {}),
});

/** Planes in which greatest elements come more than once, infinities and NaN. */
const ties = one(
  { shape: [1, 1, 3, 4], data: [1, 1, -Infinity, -Infinity, 1, 1, -Infinity, -Infinity, NaN, 2, NaN, 2] },
  2,
  { stride: 1 },
);

export const convolutions: OpRow[] = [
  {
    name: "conv1d",
    samples: [
      filtered([2, 3, 7], [4, 3, 3]),
      filtered([3, 7], [2, 3, 3], { bias: [0.5, -1] }),
      filtered([2, 4, 9], [6, 2, 2], { stride: 2, padding: 1, dilation: 3, groups: 2 }),
      filtered([1, 2, 6], [2, 2, 4], { padding: "same" }),
      filtered([1, 2, 6], [2, 2, 3], { padding: "same", dilation: 2 }),
      filtered([0, 2, 6], [2, 2, 3]),
    ],
    errors: [
      throws(
        () => ops.conv1d(zeros([1, 2, 5]), zeros([1, 3, 3])),
        "Cannot conv1d [1,2,5] by a weight of [1,3,3]: the channels do not fit",
      ),
      throws(() => ops.conv1d(zeros([5]), zeros([1, 1, 3])), "it must have 3 dimensions, or 2 without batch"),
      throws(
        () => ops.conv1d(zeros([1, 1, 2]), zeros([1, 1, 3])),
        "Cannot conv1d a tensor of shape [1,1,2]: the window covers [3], more than the [2] there are with padding",
      ),
    ],
  },
  {
    name: "conv2d",
    samples: [
      filtered([2, 3, 5, 6], [4, 3, 3, 2]),
      filtered([3, 5, 6], [2, 3, 3, 3], { bias: [0.5, -1], padding: 1 }),
      filtered([2, 4, 6, 5], [4, 2, 2, 3], { stride: [2, 1], padding: [1, 2], dilation: [2, 1], groups: 2 }),
      filtered([1, 4, 4, 4], [4, 1, 3, 3], { groups: 4, stride: 2 }),
      filtered([1, 2, 4, 5], [1, 2, 2, 4], { padding: "same" }),
      filtered([1, 2, 4, 5], [1, 2, 3, 3], { padding: "valid", stride: 3 }),
      filtered([1, 1, 1, 1], [3, 1, 1, 1]),
    ],
    errors: [
      throws(
        () => ops.conv2d(zeros([1, 4, 5, 5]), zeros([3, 2, 3, 3]), { groups: 2 }),
        "Cannot conv2d [1,4,5,5] by a weight of [3,2,3,3] in 2 groups: the channels do not fit",
      ),
      throws(
        () => ops.conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { padding: "same", stride: 2 }),
        `Cannot pad to the same size with stride [2,2]: padding "same" needs stride 1`,
      ),
      throws(
        () => ops.conv2d(zeros([1, 1, 5, 5]), zeros([1, 1, 3, 3]), { stride: 0 }),
        "Cannot use stride 0: give one whole number ≥ 1, or a list of 2",
      ),
      throws(
        () => ops.conv2d(zeros([1, 1, 5, 5]), zeros([2, 1, 3, 3]), { bias: [1] }),
        "Cannot add a bias of shape [1] to 2 channels: give one number each",
      ),
      throws(() => ops.conv2d(zeros([1, 1, 5, 5]), zeros([2, 1, 3, 3]), { groups: 0.5 }), "in 0.5 groups"),
    ],
  },
  {
    name: "conv3d",
    samples: [
      filtered([1, 2, 3, 4, 3], [2, 2, 2, 2, 2]),
      filtered([1, 2, 4, 4, 3], [2, 1, 2, 3, 2], {
        stride: [2, 1, 1],
        padding: [1, 0, 1],
        dilation: [1, 1, 2],
        groups: 2,
        bias: [1, -0.5],
      }),
      filtered([1, 3, 3, 3], [1, 1, 2, 1, 2], { padding: "same" }),
    ],
    errors: [throws(() => ops.conv3d(zeros([1, 1, 2, 2, 2]), zeros([1, 1, 3, 1, 1])), /the window covers \[3,1,1\]/)],
  },
  {
    name: "convTranspose1d",
    samples: [
      filtered([2, 3, 4], [3, 2, 3]),
      filtered([4, 4], [4, 1, 3], { stride: 3, padding: 1, outputPadding: 2, dilation: 2, groups: 2, bias: [0.5, 1] }),
    ],
    errors: [
      throws(
        () => ops.convTranspose1d(zeros([1, 1, 3]), zeros([1, 1, 2]), { outputPadding: 1 }),
        "Cannot convTranspose1d with outputPadding [1]: it must be less than stride [1] or dilation [1]",
      ),
      throws(() => ops.convTranspose1d(zeros([1, 1, 1]), zeros([1, 1, 2]), { padding: 1 }), /nothing would be left/),
    ],
  },
  {
    name: "convTranspose2d",
    samples: [
      filtered([2, 3, 3, 4], [3, 2, 3, 2]),
      filtered([1, 2, 3, 3], [2, 1, 3, 3], { stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2 }),
      filtered([2, 3, 3], [2, 3, 2, 2], { dilation: 2, bias: [0.5, 1, -1] }),
    ],
    errors: [
      throws(
        () => ops.convTranspose2d(zeros([1, 2, 3, 3]), zeros([1, 1, 2, 2])),
        "Cannot convTranspose2d [1,2,3,3] by a weight of [1,1,2,2]: the channels do not fit",
      ),
    ],
  },
  {
    name: "convTranspose3d",
    samples: [
      filtered([1, 2, 2, 3, 2], [2, 2, 2, 2, 2]),
      filtered([1, 2, 3, 2, 2], [2, 1, 2, 3, 2], {
        stride: [2, 1, 3],
        padding: [1, 0, 1],
        outputPadding: [1, 0, 2],
        dilation: [2, 1, 1],
        groups: 2,
        bias: [1, -0.5],
      }),
    ],
    errors: [
      throws(() => ops.convTranspose3d(zeros([1, 1, 2, 2, 2]), zeros([2, 1, 1, 1, 1])), "the channels do not fit"),
    ],
  },
  ...(["convolve", "crossCorrelate"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        ...(["full", "same", "valid"] as const).flatMap((mode) => [
          filtered([7], [3], { mode }),
          filtered([6], [4], { mode }),
          filtered([4, 5], [3, 2], { mode }),
        ]),
        filtered([2], [4]),
      ],
      errors: [
        throws(() => ops[name]([1, 2], [[1]]), /\[2\] with \[1,1\]: both must be lists, or both matrices/),
        throws(() => ops[name]([1, 2], zeros([0])), /neither may be empty/),
      ],
    }),
  ),
];

const sequence: Sizes = [2, 3, 9];
const planes: Sizes = [2, 2, 6, 5];
const volume: Sizes = [1, 2, 4, 5, 4];

export const poolings: OpRow[] = [
  {
    name: "maxPool1d",
    samples: [
      one(distinct(sequence), 2),
      one(distinct([3, 9]), [3], { stride: 2, padding: 1 }),
      one(distinct(sequence), 3, { dilation: 2, stride: 2, ceilMode: true }),
    ],
    errors: [
      throws(
        () => ops.maxPool1d(zeros([1, 1, 5]), 2, { padding: 2 }),
        "Cannot maxPool1d with padding [2]: it must be at most half the window of [2]",
      ),
      throws(() => ops.maxPool1d(zeros([1, 1, 2]), 3), /\[1,1,2\]: the window \[3\] does not fit/),
    ],
  },
  {
    name: "maxPool2d",
    samples: [
      one(distinct(planes), 2),
      one(distinct([2, 6, 5]), [3, 2], { stride: [2, 1], padding: [1, 0] }),
      one(distinct(planes), 2, { stride: 2, ceilMode: true }),
      one(distinct(planes), 3, { dilation: [2, 1], stride: 1, padding: 1 }),
      { ...ties, edge: true },
    ],
    errors: [throws(() => ops.maxPool2d(zeros([5]), 2), "it must have 4 dimensions, or 3 without batch")],
  },
  {
    name: "maxPool3d",
    samples: [
      one(distinct(volume), 2),
      one(distinct(volume), [2, 3, 2], { stride: [1, 2, 2], padding: [1, 1, 0], dilation: [2, 1, 1] }),
      one(distinct([2, 4, 5, 4]), 2, { ceilMode: true }),
    ],
  },
  {
    name: "maxPoolWithIndices",
    samples: [
      one(distinct(sequence), 2),
      one(distinct(planes), 3, { stride: 2, padding: 1 }),
      one(distinct(volume), 2, { stride: 1 }),
      one(distinct([2, 6, 5]), 2, { rank: 2 }),
      { ...ties, edge: true },
    ],
    errors: [throws(() => ops.maxPoolWithIndices(zeros([2, 2]), 2), /it must have 1 to 3 spatial dimensions/)],
  },
  {
    name: "maxUnpool1d",
    samples: [
      { inputs: [distinct([1, 2, 2]), ints([1, 2, 2], [1, 3, 0, 2])], args: [{ kernelSize: 2 }] },
      { inputs: [distinct([2, 2]), ints([2, 2], [1, 4, 0, 2])], args: [{ kernelSize: 2, outputSize: [5] }] },
      { inputs: [distinct([1, 1, 3]), ints([1, 1, 3], [1, 2, 4])], args: [{ kernelSize: 3, stride: 2, padding: 1 }] },
    ],
    errors: [
      throws(() => ops.maxUnpool1d([[[1]]], [[[0]]], {}), "Cannot maxUnpool1d: give kernelSize or outputSize"),
      throws(
        () => ops.maxUnpool1d([[[1]]], [[[0, 1]]], { kernelSize: 2 }),
        "Cannot maxUnpool1d [1,1,1] to places of [1,1,2]: the shapes must be equal",
      ),
    ],
  },
  {
    name: "maxUnpool2d",
    samples: [
      {
        inputs: [distinct([1, 2, 2, 2]), ints([1, 2, 2, 2], [0, 3, 9, 14, 5, 6, 13, 10])],
        args: [{ kernelSize: 2 }],
      },
    ],
  },
  {
    name: "maxUnpool3d",
    samples: [{ inputs: [distinct([1, 1, 1, 1, 2]), ints([1, 1, 1, 1, 2], [5, 10])], args: [{ kernelSize: 2 }] }],
  },
  ...(["avgPool1d", "avgPool2d", "avgPool3d"] as const).map((name, i): OpRow => {
    const x = spread([sequence, planes, volume][i]!);
    return {
      name,
      samples: [
        one(x, 2),
        one(x, 3, { stride: 2, padding: 1 }),
        one(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
        one(x, 2, { stride: 3, ceilMode: true }),
        ...(i > 0 ? [one(x, 2, { divisorOverride: 3 })] : []),
      ],
      errors: [
        throws(() => ops[name](x.data as number[], 2), /dimensions/),
        throws(() => ops[name](zeros(x.shape), 2, { divisorOverride: 0 }), /divisorOverride 0/),
      ],
    };
  }),
  ...(["lpPool1d", "lpPool2d"] as const).map((name, i): OpRow => {
    const x = spread([sequence, planes][i]!, 0.25, 2);
    return {
      name,
      samples: [one(x, 2), one(x, 3, { p: 3, stride: 2 }), one(x, 2, { p: 1, ceilMode: true })],
      errors: [throws(() => ops[name](zeros(x.shape), 2, { p: 0 }), /with p 0: it must be > 0/)],
    };
  }),
  ...(["adaptiveAvgPool1d", "adaptiveMaxPool1d"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        one(distinct(sequence), 1),
        one(distinct(sequence), 4),
        one(distinct([3, 9]), 9),
        one(distinct(sequence), 12),
      ],
      errors: [throws(() => ops[name](zeros(sequence), 0), /Cannot use outputSize \[0\]/)],
    }),
  ),
  ...(["adaptiveAvgPool3d", "adaptiveMaxPool3d"] as const).map(
    (name): OpRow => ({ name, samples: [one(distinct(volume), 2), one(distinct([2, 4, 5, 4]), [3, null, 2])] }),
  ),
  ...(["adaptiveAvgPool2d", "adaptiveMaxPool2d"] as const).map(
    (name): OpRow => ({
      name,
      samples: [one(distinct(planes), [4, 3]), one(distinct(planes), 1), one(distinct([2, 6, 5]), [null, 2])],
      errors: [throws(() => ops[name](zeros(planes), [1, 2, 3]), /or a list of 2/)],
    }),
  ),
  {
    name: "adaptiveMaxPoolWithIndices",
    samples: [one(distinct(sequence), [4]), one(distinct(planes), [4, 3])],
  },
];

export const resizings: OpRow[] = [
  ...(["reflectionPad", "replicationPad", "circularPad"] as const).map(
    (name): OpRow => ({
      name,
      samples: [one(spread([5]), [2, 1]), one(spread([3, 4]), [1, 2, 2, 0]), one(spread([5]), [0, 0])],
      errors: [
        throws(() => ops[name]([1, 2], [1]), /give two widths a dimension, the last dimension first/),
        ...(name === "replicationPad"
          ? []
          : [throws(() => ops[name]([1, 2], [3, 0]), /Cannot \w+ dimension 0 of \[2\] by 3 and 0/)]),
      ],
    }),
  ),
  {
    name: "interpolate",
    samples: [
      one(spread([1, 2, 4]), { scaleFactor: 2 }),
      one(spread([1, 2, 5]), { size: 8 }),
      one(spread([1, 2, 4]), { size: 7, mode: "linear" }),
      one(spread([1, 2, 4]), { size: 7, mode: "linear", alignCorners: true }),
      one(spread([1, 2, 3, 4]), { size: [5, 2] }),
      one(spread([1, 2, 3, 4]), { scaleFactor: 1.7 }),
      one(spread([1, 2, 3, 4]), { size: [5, 7], mode: "bilinear" }),
      one(spread([1, 2, 3, 4]), { scaleFactor: [2.5, 1.5], mode: "bilinear" }),
      one(spread([1, 2, 3, 4]), { size: [5, 7], mode: "bilinear", alignCorners: true }),
      one(spread([1, 2, 3, 4]), { size: [1, 2], mode: "bilinear", alignCorners: true }),
      one(spread([1, 2, 4, 4]), { size: [7, 3], mode: "bicubic" }),
      one(spread([1, 2, 4, 4]), { scaleFactor: 2, mode: "bicubic", alignCorners: true }),
      one(spread([1, 2, 4, 4]), { size: [3, 5], mode: "area" }),
      one(spread([1, 1, 2, 3, 2]), { size: [3, 4, 3], mode: "trilinear" }),
      one(spread([1, 1, 2, 3, 2]), { scaleFactor: 2 }),
    ],
    errors: [
      throws(
        () => ops.interpolate(zeros([1, 1, 4]), { size: 2, mode: "bilinear" }),
        "Cannot interpolate [1,1,4] by mode bilinear: its spatial dimensions are 1",
      ),
      throws(() => ops.interpolate(zeros([1, 1, 4]), {}), "give one of size and scaleFactor"),
      throws(() => ops.interpolate(zeros([1, 1, 4]), { scaleFactor: [1, 2] }), /by factors \[1,2\]: give 1, all > 0/),
    ],
  },
  {
    name: "gridSample",
    samples: [
      ...[{}, { alignCorners: true }, { paddingMode: "border" }, { mode: "nearest", alignCorners: true }].map(
        (options): Sample => ({
          inputs: [spread([2, 2, 3, 4]), spread([2, 3, 2, 2], -1.25, 1.25, 3)],
          args: [options],
        }),
      ),
      // Pictures that are infinite in places; where a place to read at is none, PyTorch's loops differ among themselves.
      {
        inputs: [
          { shape: [1, 1, 2, 3], data: [1, Infinity, 2, NaN, -Infinity, 3] },
          { shape: [1, 1, 4, 2], data: [-1, -1, 0, -0.5, 1.25, -1.25, 0.75, 0.5] },
        ],
        args: [{}],
        edge: true,
      },
    ],
    errors: [
      throws(
        () => ops.gridSample(zeros([1, 1, 2, 2]), zeros([1, 2, 2])),
        "Cannot sample [1,1,2,2] at [1,2,2]: expected (batch, channels, rows, columns) and (batch, rows, columns, 2)",
      ),
    ],
  },
  {
    name: "affineGrid",
    samples: [
      one(spread([2, 2, 3]), [2, 1, 3, 4]),
      one(spread([1, 2, 3]), [1, 3, 2, 3], { alignCorners: true }),
      one(spread([1, 2, 3]), [1, 1, 1, 2]),
    ],
    errors: [
      throws(() => ops.affineGrid(zeros([2, 3]), [1, 1, 2, 2]), "Cannot map [1,1,2,2] by [2,3]: expected [1,2,3]"),
    ],
  },
  {
    name: "unfold",
    samples: [
      one(spread([2, 2, 4, 5]), { kernelSize: [2, 3] }),
      one(spread([1, 2, 5, 5]), { kernelSize: 2, stride: 2, padding: 1, dilation: 2 }),
      one(spread([2, 4, 4]), { kernelSize: 3 }),
    ],
    errors: [throws(() => ops.unfold(zeros([1, 1, 2, 2]), { kernelSize: 3 }), /the window covers \[3,3\]/)],
  },
  {
    name: "fold",
    samples: [
      one(spread([2, 12, 9]), [4, 5], { kernelSize: [2, 3] }),
      one(spread([1, 8, 9]), 5, { kernelSize: 2, stride: 2, padding: 1, dilation: 2 }),
      one(spread([9, 4]), 4, { kernelSize: 3 }),
    ],
    errors: [
      throws(
        () => ops.fold(zeros([1, 4, 3]), 3, { kernelSize: 2 }),
        "Cannot fold [1,4,3] to [3,3]: expected a multiple of 4 rows and 4 columns",
      ),
    ],
  },
  {
    name: "pixelShuffle",
    samples: [one(spread([2, 8, 2, 3]), 2), one(spread([9, 1, 2]), 3)],
    errors: [throws(() => ops.pixelShuffle(zeros([3, 1, 1]), 2), "they must be a multiple of 4")],
  },
  {
    name: "pixelUnshuffle",
    samples: [one(spread([2, 2, 4, 6]), 2), one(spread([1, 3, 6]), 3)],
    errors: [throws(() => ops.pixelUnshuffle(zeros([1, 3, 2]), 2), /planes of 3 × 2 by 2/)],
  },
  {
    name: "channelShuffle",
    samples: [one(spread([1, 6, 2, 2]), 3)],
    errors: [throws(() => ops.channelShuffle(zeros([1, 5, 1, 1]), 2), "they must be a multiple")],
  },
];
