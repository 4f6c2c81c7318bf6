"""Losses of margins, counts, variances and alignments: every reduction; values and the gradients of all floating inputs but targets of ±1."""

import torch
from torch.nn import functional as F

from common import TYPES, camel_keys, dump, probabilities, sample, seed_for, write

SIGNS = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
SIGN_GRID = torch.where(sample(4, 3, seed=9) > 0, 1.0, -1.0).double()
A, B, C = sample(4, 3), sample(4, 3, seed=1), sample(4, 3, seed=2)
CLASSES = torch.tensor([1, 0, 2, 1])
WEIGHT = torch.tensor([0.5, 2.0, 1.5], dtype=torch.float64)
LABELS = torch.tensor([[2, 0, -1], [1, -1, 2], [-1, 0, 1], [0, 1, 2]])
MANY = torch.round(probabilities(4, 3, seed=5)).double()
COUNTS = torch.tensor([[0.0, 1.0, 2.0], [5.0, 0.0, 3.0], [1.0, 1.0, 7.0], [2.0, 0.0, 0.0]], dtype=torch.float64)
VARIANCE = probabilities(4, 3, seed=6)
VARIANCE[0, 0] = 0.0
FRAMES, TARGETS = sample(6, 3, 5), torch.tensor([[1, 2, 2], [4, 3, 0], [1, 1, 0]])
LENGTHS = {"input_lengths": [6, 5, 4], "target_lengths": [3, 2, 2]}


def ctc(x, y, input_lengths, target_lengths, **options):
    # PyTorch's derivative by the log-probabilities holds only behind a log-softmax, so both sides take logits here.
    return F.ctc_loss(F.log_softmax(x, -1), y, torch.tensor(input_lengths), torch.tensor(target_lengths), **options)


# (our name, PyTorch's, inputs, how many of them have gradients, options)
ROWS = [
    ("hingeEmbeddingLoss", F.hinge_embedding_loss, [A.abs(), SIGN_GRID], 1, {}),
    ("hingeEmbeddingLoss", F.hinge_embedding_loss, [A.abs(), SIGN_GRID], 1, {"margin": 0.5}),
    ("marginRankingLoss", F.margin_ranking_loss, [A[:, 0], B[:, 0], SIGNS], 2, {}),
    ("marginRankingLoss", F.margin_ranking_loss, [A, B, SIGN_GRID], 2, {"margin": 0.5}),
    ("cosineEmbeddingLoss", F.cosine_embedding_loss, [A, B, SIGNS], 2, {}),
    ("cosineEmbeddingLoss", F.cosine_embedding_loss, [A, B, SIGNS], 2, {"margin": -0.5}),
    ("tripletMarginLoss", F.triplet_margin_loss, [A, B, C], 3, {}),
    ("tripletMarginLoss", F.triplet_margin_loss, [A, B, C], 3, {"margin": 0.5, "p": 1.0, "swap": True}),
    ("tripletMarginWithDistanceLoss", F.triplet_margin_with_distance_loss, [A, B, C], 3, {}),
    ("tripletMarginWithDistanceLoss", F.triplet_margin_with_distance_loss, [A, B, C], 3, {"margin": 0.25, "swap": True}),
    ("multiMarginLoss", F.multi_margin_loss, [A, CLASSES], 1, {}),
    ("multiMarginLoss", F.multi_margin_loss, [A, CLASSES], 1, {"p": 2, "margin": 0.5, "weight": WEIGHT}),
    ("multilabelMarginLoss", F.multilabel_margin_loss, [A, LABELS], 1, {}),
    ("multilabelMarginLoss", F.multilabel_margin_loss, [A[0], LABELS[0]], 1, {}),
    ("multilabelSoftMarginLoss", F.multilabel_soft_margin_loss, [A, MANY], 1, {}),
    ("multilabelSoftMarginLoss", F.multilabel_soft_margin_loss, [A, MANY], 1, {"weight": WEIGHT}),
    ("softMarginLoss", F.soft_margin_loss, [A * 3, SIGN_GRID], 1, {}),
    ("poissonNLLLoss", F.poisson_nll_loss, [A, COUNTS], 1, {}),
    ("poissonNLLLoss", F.poisson_nll_loss, [A.abs() + 0.5, COUNTS], 1, {"log_input": False, "full": True}),
    ("gaussianNLLLoss", F.gaussian_nll_loss, [A, B, VARIANCE], 3, {}),
    ("gaussianNLLLoss", F.gaussian_nll_loss, [A, B, VARIANCE[:, 1:2]], 3, {"full": True, "eps": 0.25}),
    ("ctcLoss", ctc, [FRAMES, TARGETS], 1, LENGTHS),
    ("ctcLoss", ctc, [FRAMES, torch.tensor([[0, 2], [3, 3], [1, 0]])], 1, {"input_lengths": [6, 3, 2], "target_lengths": [2, 2, 0], "blank": 4}),
]


def run(loss, inputs, count, options, reduction, dtype):
    inputs = [x.to(dtype) if x.is_floating_point() else x for x in inputs]
    leaves = [x.requires_grad_() for x in inputs[:count]]
    options = {k: v.to(dtype) if isinstance(v, torch.Tensor) else v for k, v in options.items()}
    output = loss(*inputs, reduction=reduction, **options)
    grads = torch.autograd.grad(output, leaves, seed_for(output))
    return {"output": dump(output), "grads": [dump(g) for g in grads]}


if __name__ == "__main__":
    write("losses-margin", [{
        "loss": name,
        "options": {**camel_keys({k: dump(v) if isinstance(v, torch.Tensor) else v for k, v in options.items()}), "reduction": reduction},
        "inputs": [dump(x) for x in inputs],
        **{t: run(loss, [x.clone() for x in inputs], count, options, reduction, dtype) for t, dtype in TYPES.items()},
    } for name, loss, inputs, count, options in ROWS for reduction in ["mean", "sum", "none"]])
