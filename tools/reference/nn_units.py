"""Activations made of pieces, units of other kinds, and normalizations."""

import torch

from common import sample
from layers import TRAIN, index, make, wide

LINE, PLANE, VOLUME = sample(2, 4, 5), sample(3, 4, 3, 3), sample(2, 4, 2, 3, 2)

ROWS = [
    ("CELU", [], {}, [wide(4, 5)], TRAIN),
    ("CELU", [0.5], {}, [wide(4, 5)], TRAIN),
    ("Hardsigmoid", [], {}, [wide(4, 5)], TRAIN),
    ("Hardswish", [], {}, [wide(4, 5)], TRAIN),
    ("Threshold", [0.5, -2.0], {}, [wide(4, 5)], TRAIN),
    ("Threshold", [1.0, 1.0], {}, [wide(4, 5)], TRAIN),
    ("Hardshrink", [], {}, [wide(4, 5)], TRAIN),
    ("Hardshrink", [1.0], {}, [wide(4, 5)], TRAIN),
    ("Softshrink", [], {}, [wide(4, 5)], TRAIN),
    ("Softshrink", [1.0], {}, [wide(4, 5)], TRAIN),
    ("Tanhshrink", [], {}, [wide(4, 5)], TRAIN),
    ("GLU", [], {}, [sample(3, 6)], TRAIN),
    ("GLU", [0], {}, [sample(4, 3)], TRAIN),
    ("RReLU", [], {}, [wide(4, 5)], ["eval"]),
    ("RReLU", [0.25, 0.25], {}, [wide(4, 5)], TRAIN),
    ("Softmin", [], {"dim": 1}, [wide(4, 5)], TRAIN),
    ("Softmax2d", [], {}, [PLANE], TRAIN),
    ("RBF", [3, 4], {}, [sample(5, 3)], TRAIN),
    ("RBF", [3, 2], {}, [sample(3)], TRAIN),
    ("Maxout", [3, 4], {}, [sample(5, 3)], TRAIN),
    ("Maxout", [3, 2], {"pieces": 3, "bias": False}, [sample(2, 2, 3)], TRAIN),
    ("CosineSimilarity", [], {}, [sample(4, 3), sample(4, 3, seed=1)], TRAIN),
    ("CosineSimilarity", [], {"dim": -1, "eps": 0.5}, [sample(2, 4, 3, scale=0.25), sample(2, 4, 3, seed=1)], TRAIN),
    ("PairwiseDistance", [], {}, [sample(4, 3), sample(4, 3, seed=1)], TRAIN),
    ("PairwiseDistance", [], {"p": 1.0, "keepdim": True}, [sample(4, 3), sample(4, 3, seed=1)], TRAIN),
    ("EmbeddingBag", [6, 3], {}, [index(6, 2, 4)], TRAIN),
    ("EmbeddingBag", [6, 3], {"mode": "sum"}, [index(6, 7), torch.tensor([0, 3, 3])], TRAIN),
    ("EmbeddingBag", [6, 3], {"mode": "max"}, [index(6, 7), torch.tensor([0, 3, 3])], TRAIN),
    ("EmbeddingBag", [6, 3], {"padding_idx": 2}, [torch.tensor([[2, 1, 0], [2, 2, 2]])], TRAIN),
    ("GroupNorm", [2, 4], {}, [PLANE], TRAIN),
    ("GroupNorm", [1, 4], {"eps": 1e-3}, [sample(5, 4)], TRAIN),
    ("GroupNorm", [4, 4], {"affine": False}, [LINE], TRAIN),
    ("InstanceNorm1d", [4], {}, [LINE], TRAIN),
    ("InstanceNorm1d", [4], {"affine": True}, [sample(4, 5)], ["eval"]),
    ("InstanceNorm2d", [4], {"affine": True, "track_running_stats": True}, [PLANE], ["train", "train"]),
    ("InstanceNorm2d", [4], {"track_running_stats": True, "momentum": 0.5}, [PLANE], ["train", "eval"]),
    ("InstanceNorm3d", [4], {"eps": 1e-2}, [VOLUME], TRAIN),
    ("RMSNorm", [5], {}, [sample(4, 5)], TRAIN),
    ("RMSNorm", [[3, 4]], {"eps": 1e-3, "elementwise_affine": False}, [sample(2, 3, 4)], TRAIN),
    ("LocalResponseNorm", [3], {}, [PLANE], TRAIN),
    ("LocalResponseNorm", [2], {"alpha": 0.5, "beta": 0.5, "k": 2.0}, [LINE], TRAIN),
    ("BatchNorm2d", [4], {}, [PLANE], ["train", "train", "eval"]),
    ("BatchNorm2d", [4], {"affine": False, "momentum": None}, [PLANE], ["train", "train"]),
    ("BatchNorm3d", [4], {}, [VOLUME], ["train", "eval"]),
    ("Dropout1d", [0.3], {}, [LINE], ["eval"]),
    ("Dropout2d", [0.3], {}, [PLANE], ["eval"]),
    ("Dropout3d", [0.0], {}, [VOLUME], TRAIN),
    ("AlphaDropout", [0.3], {}, [LINE], ["eval"]),
    ("FeatureAlphaDropout", [0.3], {}, [LINE], ["eval"]),
    ("GaussianNoise", [0.3], {}, [LINE], ["eval"]),
]

if __name__ == "__main__":
    make("nn-units", ROWS)
