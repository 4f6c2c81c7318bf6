"""Layers: forward, and the gradients of inputs and parameters, in training and evaluation."""

import torch

from common import sample
from layers import TRAIN, index, make, wide


# (layer, arguments, options, inputs, modes); a mode is a list of calls, each in training or evaluation.
ROWS = [
    ("Identity", [], {}, [sample(2, 3)], TRAIN),
    ("Linear", [3, 4], {}, [sample(5, 3)], TRAIN),
    ("Linear", [3, 4], {}, [sample(3)], TRAIN),
    ("Linear", [3, 2], {"bias": False}, [sample(2, 4, 3)], TRAIN),
    ("Bilinear", [3, 2, 4], {}, [sample(5, 3), sample(5, 2, seed=1)], TRAIN),
    ("Bilinear", [3, 2, 4], {"bias": False}, [sample(2, 5, 3), sample(2, 5, 2, seed=1)], TRAIN),
    ("Flatten", [], {}, [sample(2, 3, 4)], TRAIN),
    ("Flatten", [0, 1], {}, [sample(2, 3, 4)], TRAIN),
    ("Unflatten", [1, (2, 3)], {}, [sample(4, 6)], TRAIN),
    ("ReLU", [], {}, [wide(4, 5)], TRAIN),
    ("ReLU6", [], {}, [wide(4, 5, seed=1)], TRAIN),
    ("LeakyReLU", [], {}, [wide(4, 5)], TRAIN),
    ("LeakyReLU", [0.2], {}, [wide(4, 5)], TRAIN),
    ("PReLU", [], {}, [wide(4, 5)], TRAIN),
    ("PReLU", [3], {"init": 0.5}, [wide(2, 3, 4)], TRAIN),
    ("ELU", [], {}, [wide(4, 5)], TRAIN),
    ("ELU", [0.5], {}, [wide(4, 5)], TRAIN),
    ("SELU", [], {}, [wide(4, 5)], TRAIN),
    ("GELU", [], {}, [wide(4, 5)], TRAIN),
    ("GELU", [], {"approximate": "tanh"}, [wide(4, 5)], TRAIN),
    ("SiLU", [], {}, [wide(4, 5)], TRAIN),
    ("Mish", [], {}, [wide(4, 5)], TRAIN),
    ("Sigmoid", [], {}, [wide(4, 5)], TRAIN),
    ("LogSigmoid", [], {}, [wide(4, 5)], TRAIN),
    ("Tanh", [], {}, [wide(4, 5)], TRAIN),
    ("Hardtanh", [], {}, [wide(4, 5)], TRAIN),
    ("Hardtanh", [-2, 0.5], {}, [wide(4, 5)], TRAIN),
    ("Softplus", [], {}, [wide(4, 5)], TRAIN),
    ("Softplus", [2], {}, [wide(4, 5)], TRAIN),
    ("Softsign", [], {}, [wide(4, 5)], TRAIN),
    ("Softmax", [], {"dim": 1}, [wide(4, 5)], TRAIN),
    ("Softmax", [], {"dim": 0}, [wide(4, 3, 2)], TRAIN),
    ("LogSoftmax", [], {"dim": -1}, [wide(4, 5)], TRAIN),
    ("Embedding", [6, 3], {}, [index(6, 2, 4)], TRAIN),
    ("Embedding", [6, 3], {"padding_idx": 1}, [torch.tensor([1, 0, 1, 5, 5])], TRAIN),
    ("Embedding", [6, 3], {"scale_grad_by_freq": True}, [torch.tensor([[1, 0, 1], [5, 5, 5]])], TRAIN),
    ("Embedding", [6, 3], {"max_norm": 1.0}, [torch.tensor([[1, 0], [5, 5]])], TRAIN),
    ("Embedding", [6, 3], {"max_norm": 1.0, "norm_type": 1.0}, [torch.tensor([4, 2])], TRAIN),
    ("Embedding", [6, 3], {"padding_idx": -1}, [torch.tensor([[1, 0], [5, 5]])], TRAIN),
    ("LayerNorm", [5], {}, [sample(4, 5)], TRAIN),
    ("LayerNorm", [[3, 4]], {"eps": 1e-3}, [sample(2, 3, 4)], TRAIN),
    ("LayerNorm", [5], {"elementwise_affine": False}, [sample(2, 3, 5)], TRAIN),
    ("BatchNorm1d", [3], {}, [sample(6, 3)], ["train", "train", "eval"]),
    ("BatchNorm1d", [3], {}, [sample(4, 3, 5)], ["train"]),
    ("BatchNorm1d", [3], {"momentum": 0.3, "eps": 1e-3}, [sample(6, 3)], ["train", "eval"]),
    ("BatchNorm1d", [3], {"momentum": None}, [sample(6, 3)], ["train", "train"]),
    ("BatchNorm1d", [3], {"affine": False}, [sample(6, 3)], ["train", "eval"]),
    ("BatchNorm1d", [3], {"track_running_stats": False}, [sample(6, 3)], ["eval"]),
    ("Dropout", [0.3], {}, [sample(4, 5)], ["eval"]),
    ("Dropout", [0.0], {}, [sample(4, 5)], TRAIN),
    ("Dropout", [1.0], {}, [sample(4, 5)], TRAIN),
]

if __name__ == "__main__":
    make("nn", ROWS)
