"""Losses: every reduction, weights and other options; values and the gradients of inputs and floating targets."""

import torch
from torch.nn import functional as F

from common import TYPES, camel_keys, dump, probabilities, sample, seed_for, write

CLASSES = torch.tensor([1, 0, 3, 2, 3])
WITH_IGNORED = torch.tensor([1, -100, 3, 0, -100])
WITH_TWOS = torch.tensor([1, 2, 3, 0, 2])
GRID = torch.tensor([[0, 2, 1], [2, 2, 0]])
WEIGHT = torch.tensor([0.5, 2.0, 0.0, 1.5], dtype=torch.float64)
EDGES = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.5, 0.25], dtype=torch.float64)
TARGETS = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.75], dtype=torch.float64)
KINKS = torch.tensor([0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0], dtype=torch.float64)
HALF = probabilities(5, 4, seed=3)
DISTRIBUTION = torch.tensor([[0.5, 0.25, 0.25, 0.0], [0.0, 0.0, 1.0, 0.0], [0.125, 0.125, 0.25, 0.5]], dtype=torch.float64)

# (our name, PyTorch's, input, target, options)
ROWS = [
    ("mseLoss", F.mse_loss, sample(3, 4), sample(3, 4, seed=1), {}),
    ("l1Loss", F.l1_loss, sample(3, 4), sample(3, 4, seed=1), {}),
    ("smoothL1Loss", F.smooth_l1_loss, KINKS, KINKS * 0, {}),
    ("smoothL1Loss", F.smooth_l1_loss, sample(3, 4), sample(3, 4, seed=1), {"beta": 0.5}),
    ("smoothL1Loss", F.smooth_l1_loss, sample(3, 4), sample(3, 4, seed=1), {"beta": 0.0}),
    ("huberLoss", F.huber_loss, KINKS, KINKS * 0, {}),
    ("huberLoss", F.huber_loss, sample(3, 4), sample(3, 4, seed=1), {"delta": 0.5}),
    ("binaryCrossEntropy", F.binary_cross_entropy, probabilities(3, 4), probabilities(3, 4, seed=1), {}),
    ("binaryCrossEntropy", F.binary_cross_entropy, EDGES, TARGETS, {}),
    ("binaryCrossEntropy", F.binary_cross_entropy, probabilities(3, 4), probabilities(3, 4, seed=1), {"weight": WEIGHT}),
    ("binaryCrossEntropyWithLogits", F.binary_cross_entropy_with_logits, sample(3, 4, scale=4), probabilities(3, 4, seed=1), {}),
    ("binaryCrossEntropyWithLogits", F.binary_cross_entropy_with_logits, torch.tensor([-800.0, 800.0, 0.0], dtype=torch.float64), torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64), {}),
    ("binaryCrossEntropyWithLogits", F.binary_cross_entropy_with_logits, sample(3, 4), probabilities(3, 4, seed=1), {"weight": WEIGHT, "pos_weight": WEIGHT + 1}),
    ("nllLoss", F.nll_loss, sample(5, 4), CLASSES, {}),
    ("nllLoss", F.nll_loss, sample(5, 4), CLASSES, {"weight": WEIGHT}),
    ("nllLoss", F.nll_loss, sample(5, 4), WITH_IGNORED, {}),
    ("nllLoss", F.nll_loss, sample(5, 4), WITH_TWOS, {"weight": WEIGHT, "ignore_index": 3}),
    ("nllLoss", F.nll_loss, sample(4), torch.tensor(2), {}),
    ("nllLoss", F.nll_loss, sample(2, 4, 3), GRID, {"weight": WEIGHT}),
    ("crossEntropy", F.cross_entropy, sample(5, 4, scale=3), CLASSES, {}),
    ("crossEntropy", F.cross_entropy, sample(5, 4), CLASSES, {"weight": WEIGHT}),
    ("crossEntropy", F.cross_entropy, sample(5, 4), WITH_IGNORED, {}),
    ("crossEntropy", F.cross_entropy, sample(5, 4), CLASSES, {"label_smoothing": 0.1}),
    ("crossEntropy", F.cross_entropy, sample(5, 4), WITH_IGNORED, {"label_smoothing": 0.1}),
    ("crossEntropy", F.cross_entropy, sample(5, 4), WITH_TWOS, {"weight": WEIGHT, "label_smoothing": 0.25, "ignore_index": 3}),
    ("crossEntropy", F.cross_entropy, sample(4), torch.tensor(1), {}),
    ("crossEntropy", F.cross_entropy, sample(2, 4, 3), GRID, {"label_smoothing": 0.2}),
    ("crossEntropy", F.cross_entropy, sample(3, 4), DISTRIBUTION, {}),
    ("crossEntropy", F.cross_entropy, sample(3, 4), DISTRIBUTION, {"weight": WEIGHT, "label_smoothing": 0.1}),
    ("crossEntropy", F.cross_entropy, sample(4), DISTRIBUTION[0], {}),
    ("klDiv", F.kl_div, F.log_softmax(sample(3, 4), 1), DISTRIBUTION, {}),
    ("klDiv", F.kl_div, F.log_softmax(sample(5, 4), 1), F.softmax(HALF, 1), {}),
    ("klDiv", F.kl_div, F.log_softmax(sample(5, 4), 1), F.log_softmax(HALF, 1), {"log_target": True}),
]


def run(loss, x, target, options, reduction, dtype):
    x = x.to(dtype).requires_grad_()
    floating = target.is_floating_point()
    target = target.to(dtype).requires_grad_() if floating else target
    options = {k: v.to(dtype) if isinstance(v, torch.Tensor) else v for k, v in options.items()}
    output = loss(x, target, reduction=reduction, **options)
    # PyTorch's derivative of 0 ln 0 by the target is 0 / 0; ours is a number, and a test of its own.
    undefined = loss is F.kl_div and not options.get("log_target") and bool((target == 0).any())
    leaves = [x, target] if floating and not undefined else [x]
    grads = torch.autograd.grad(output, leaves, seed_for(output), allow_unused=True)
    return {"output": dump(output), "grads": [dump(torch.zeros_like(v) if g is None else g) for v, g in zip(leaves, grads)]}


def main():
    cases = []
    for name, loss, x, target, options in ROWS:
        for reduction in ["mean", "sum", "none"] + (["batchmean"] if name == "klDiv" else []):
            cases.append({
                "loss": name,
                "options": {
                    **camel_keys({k: dump(v) if isinstance(v, torch.Tensor) else v for k, v in options.items()}),
                    "reduction": "batchMean" if reduction == "batchmean" else reduction,
                },
                "input": dump(x),
                "target": dump(target),
                **{t: run(loss, x, target, options, reduction, dtype) for t, dtype in TYPES.items()},
            })
    write("losses", cases)


if __name__ == "__main__":
    main()
