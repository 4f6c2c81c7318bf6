"""Layers over sequences, planes and volumes."""

import torch

from common import sample
from layers import TRAIN, make

LINE, PLANE, VOLUME = sample(2, 4, 9), sample(2, 4, 6, 7), sample(1, 2, 4, 5, 4)
# Few different numbers, so that windows have several greatest elements: the gradient must go to the one that PyTorch picks.
TIES = torch.round(sample(1, 2, 6, 6, seed=3))

ROWS = [
    ("Conv1d", [4, 3, 3], {}, [LINE], TRAIN),
    ("Conv1d", [4, 6, 2], {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False}, [LINE], TRAIN),
    ("Conv1d", [4, 2, 4], {"padding": "same"}, [sample(4, 9)], TRAIN),
    ("Conv1d", [4, 2, 3], {"padding": 2, "padding_mode": "circular"}, [LINE], TRAIN),
    ("Conv2d", [4, 3, 3], {}, [PLANE], TRAIN),
    ("Conv2d", [4, 6, (3, 2)], {"stride": [2, 1], "padding": [1, 2], "groups": 2}, [PLANE], TRAIN),
    ("Conv2d", [4, 8, 3], {"groups": 4, "dilation": 2, "padding": "same"}, [PLANE], TRAIN),
    ("Conv2d", [4, 2, 3], {"padding": 1, "padding_mode": "reflect"}, [PLANE], TRAIN),
    ("Conv2d", [4, 2, (2, 3)], {"padding": "same", "padding_mode": "replicate"}, [sample(4, 5, 5)], TRAIN),
    ("Conv3d", [2, 3, 2], {}, [VOLUME], TRAIN),
    ("Conv3d", [2, 4, (2, 3, 2)], {"stride": 2, "padding": 1, "groups": 2}, [VOLUME], TRAIN),
    ("ConvTranspose1d", [4, 3, 3], {"stride": 2, "padding": 1, "output_padding": 1}, [LINE], TRAIN),
    ("ConvTranspose1d", [4, 6, 2], {"groups": 2, "dilation": 2, "bias": False}, [LINE], TRAIN),
    ("ConvTranspose2d", [4, 3, 3], {"stride": 2, "padding": 1}, [PLANE], TRAIN),
    ("ConvTranspose2d", [4, 2, (2, 3)], {"stride": [1, 3], "output_padding": [0, 2], "groups": 2}, [PLANE], TRAIN),
    ("ConvTranspose3d", [2, 4, 2], {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}, [VOLUME], TRAIN),
    ("MaxUnpool1d", [2], {}, [sample(1, 2, 3), torch.tensor([[[1, 3, 4], [0, 2, 5]]])], TRAIN),
    ("MaxUnpool2d", [2], {"stride": 3}, [sample(1, 1, 2, 2), torch.tensor([[[[1, 3], [15, 18]]]])], TRAIN),
    ("MaxUnpool3d", [2], {}, [sample(1, 1, 1, 1, 2), torch.tensor([[[[[5, 10]]]]])], TRAIN),
    ("AdaptiveAvgPool3d", [2], {}, [VOLUME], TRAIN),
    ("AdaptiveMaxPool3d", [(2, None, 3)], {}, [VOLUME], TRAIN),
    ("MaxPool1d", [3], {"stride": 2, "padding": 1}, [LINE], TRAIN),
    ("MaxPool2d", [2], {}, [PLANE], TRAIN),
    ("MaxPool2d", [3], {"stride": 1, "padding": 1, "ceil_mode": True}, [TIES], TRAIN),
    ("MaxPool3d", [2], {"stride": 1}, [VOLUME], TRAIN),
    ("MaxPool3d", [2], {}, [torch.round(VOLUME)], TRAIN),
    ("AvgPool1d", [3], {"stride": 2, "padding": 1}, [LINE], TRAIN),
    ("AvgPool2d", [(2, 3)], {"padding": 1, "count_include_pad": False, "ceil_mode": True}, [PLANE], TRAIN),
    ("AvgPool3d", [2], {}, [VOLUME], TRAIN),
    ("LPPool1d", [2, 3], {}, [LINE.abs() + 0.5], TRAIN),
    ("LPPool2d", [2, 2], {"stride": 1}, [PLANE.abs() + 0.5], TRAIN),
    ("AdaptiveAvgPool1d", [4], {}, [LINE], TRAIN),
    ("AdaptiveAvgPool2d", [(4, None)], {}, [PLANE], TRAIN),
    ("AdaptiveMaxPool1d", [4], {}, [LINE], TRAIN),
    ("AdaptiveMaxPool2d", [4], {}, [TIES], TRAIN),
    ("GlobalAvgPool", [], {}, [PLANE], TRAIN),
    ("GlobalMaxPool", [], {}, [PLANE], TRAIN),
    ("CircularPad1d", [(2, 1)], {}, [LINE], TRAIN),
    ("CircularPad2d", [1], {}, [PLANE], TRAIN),
    ("ConstantPad1d", [(1, -2), 0.5], {}, [LINE], TRAIN),
    ("ConstantPad2d", [(1, 2, 0, 1), -1.0], {}, [PLANE], TRAIN),
    ("ConstantPad3d", [1, 2.0], {}, [VOLUME], TRAIN),
    ("ZeroPad2d", [(1, 0, 2, 1)], {}, [PLANE], TRAIN),
    ("ReflectionPad1d", [2], {}, [LINE], TRAIN),
    ("ReflectionPad2d", [(1, 2, 0, 3)], {}, [PLANE], TRAIN),
    ("ReflectionPad3d", [1], {}, [VOLUME], TRAIN),
    ("ReplicationPad1d", [2], {}, [LINE], TRAIN),
    ("ReplicationPad2d", [(1, 2, 0, 3)], {}, [PLANE], TRAIN),
    ("ReplicationPad3d", [1], {}, [VOLUME], TRAIN),
    ("Upsample", [], {"scale_factor": 2}, [PLANE], TRAIN),
    ("Upsample", [], {"size": [9, 5], "mode": "bilinear", "align_corners": True}, [PLANE], TRAIN),
    ("PixelShuffle", [2], {}, [PLANE], TRAIN),
    ("PixelUnshuffle", [3], {}, [sample(2, 1, 6, 9)], TRAIN),
    ("ChannelShuffle", [2], {}, [PLANE], TRAIN),
    ("Unfold", [2], {"stride": 2, "padding": 1}, [PLANE], TRAIN),
    ("Fold", [(4, 5), (2, 3)], {}, [sample(2, 12, 9)], TRAIN),
]

if __name__ == "__main__":
    make("nn-spatial", ROWS)
