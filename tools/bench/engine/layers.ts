/** Layers of vision and of sequences, one at a time, forward and back to inputs and parameters; `pytorch_layers.py` has the same. */
import { nn, randn, type Tensor } from "../../../lib/index.ts";
import type { Workload } from "./workloads.ts";

/** A layer on an input of that shape, as a step of training has it: all gradients are made, and those of the step before are gone. */
const passOf = (make: () => (x: Tensor) => Tensor, shape: readonly number[]): Workload => {
  return () => {
    const layer = make() as ((x: Tensor) => Tensor) & { parameters(): Iterable<Tensor> };
    const x = randn([...shape], { requiresGrad: true });
    const leaves = [x, ...layer.parameters()];
    const slope = randn([...layer(x).shape]);
    return () => {
      for (const leaf of leaves) leaf.grad = null;
      layer(x).backward(slope);
    };
  };
};

type Conv2dOptions = ConstructorParameters<typeof nn.Conv2d>[3];

const conv = (channels: readonly [inputs: number, outputs: number], size: number, options: Conv2dOptions) => () =>
  new nn.Conv2d(channels[0], channels[1], size, { bias: false, ...options });

const depthwise = (channels: number, size: number, options: Conv2dOptions = {}) =>
  conv([channels, channels], size, { padding: Math.floor(size / 2), groups: channels, ...options });

const line = (options: ConstructorParameters<typeof nn.Conv1d>[3]) => () =>
  new nn.Conv1d(64, 64, 5, { bias: false, ...options });

export const layers: Readonly<Record<string, Workload>> = {
  "depthwise 3 × 3, 64 × 56², batch 8": passOf(depthwise(64, 3), [8, 64, 56, 56]),
  "depthwise 3 × 3 stride 2, 64 × 56², batch 8": passOf(depthwise(64, 3, { stride: 2 }), [8, 64, 56, 56]),
  "depthwise 5 × 5, 240 × 14², batch 8": passOf(depthwise(240, 5), [8, 240, 14, 14]),
  "depthwise 3 × 3 stride 2, 576 × 14², batch 8": passOf(depthwise(576, 3, { stride: 2 }), [8, 576, 14, 14]),
  "3 × 3 in 32 groups of 4, 56², batch 4": passOf(conv([128, 128], 3, { padding: 1, groups: 32 }), [4, 128, 56, 56]),
  "3 × 3 in 32 groups of 8 stride 2, 56², batch 4": passOf(
    conv([256, 256], 3, { padding: 1, groups: 32, stride: 2 }),
    [4, 256, 56, 56],
  ),
  "3 × 3 in 32 groups of 16, 14², batch 8": passOf(conv([512, 512], 3, { padding: 1, groups: 32 }), [8, 512, 14, 14]),
  "3 × 3 dilated by 2, 128 × 28², batch 4": passOf(conv([128, 128], 3, { padding: 2, dilation: 2 }), [4, 128, 28, 28]),
  "1 × 1, 64 → 256 × 28², batch 8": passOf(conv([64, 256], 1, {}), [8, 64, 28, 28]),
  "3 × 3 stride 2, 64 → 128 × 56², batch 4": passOf(conv([64, 128], 3, { padding: 1, stride: 2 }), [4, 64, 56, 56]),
  "4 × 4 stride 2, 64 → 128 × 32², batch 16": passOf(conv([64, 128], 4, { padding: 1, stride: 2 }), [16, 64, 32, 32]),
  "5 × 5, 64 → 192 × 27², batch 4": passOf(conv([64, 192], 5, { padding: 2 }), [4, 64, 27, 27]),
  "16 × 16 stride 16, 3 → 384 × 224², batch 2": passOf(conv([3, 384], 16, { stride: 16 }), [2, 3, 224, 224]),
  "3-D 3 × 3 × 3, 16 → 32 × 16³, batch 2": passOf(
    () => new nn.Conv3d(16, 32, 3, { padding: 1, bias: false }),
    [2, 16, 16, 16, 16],
  ),
  "7 × 7 stride 2, 3 → 64 × 224², batch 2": passOf(conv([3, 64], 7, { padding: 3, stride: 2 }), [2, 3, 224, 224]),
  "transposed 4 × 4 stride 2, 128 → 64 × 16², batch 16": passOf(
    () => new nn.ConvTranspose2d(128, 64, 4, { stride: 2, padding: 1, bias: false }),
    [16, 128, 16, 16],
  ),
  "1-D 5, 64 × 1000, batch 8": passOf(line({ padding: 2 }), [8, 64, 1000]),
  "1-D 5 dilated by 4, 64 × 1000, batch 8": passOf(line({ padding: 8, dilation: 4 }), [8, 64, 1000]),
  "1-D depthwise 5, 64 × 1000, batch 8": passOf(line({ padding: 2, groups: 64 }), [8, 64, 1000]),
  "batch norm, 64 × 56², batch 8": passOf(() => new nn.BatchNorm2d(64), [8, 64, 56, 56]),
  "batch norm, 512 × 7², batch 16": passOf(() => new nn.BatchNorm2d(512), [16, 512, 7, 7]),
  "batch norm evaluated, 64 × 32², batch 16": passOf(() => new nn.BatchNorm2d(64).eval(), [16, 64, 32, 32]),
  "layer norm, 1024 × 768": passOf(() => new nn.LayerNorm(768), [1024, 768]),
  "group norm of 32, 128 × 28², batch 8": passOf(() => new nn.GroupNorm(32, 128), [8, 128, 28, 28]),
  "max pool 3 × 3 stride 2, 64 × 56², batch 8": passOf(
    () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    [8, 64, 56, 56],
  ),
  "max pool 2 × 2, 64 × 56², batch 8": passOf(() => new nn.MaxPool2d(2), [8, 64, 56, 56]),
  "average pool 2 × 2, 64 × 56², batch 8": passOf(() => new nn.AvgPool2d(2), [8, 64, 56, 56]),
  "average pool to 1 × 1, 512 × 7², batch 16": passOf(() => new nn.AdaptiveAvgPool2d(1), [16, 512, 7, 7]),
};
