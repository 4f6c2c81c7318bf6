"""Where PyTorch's max pooling sends gradients when greatest elements come more than once, for test/lib/ops/max-pool-ties.test.ts."""

import torch
import torch.nn.functional as F

from common import camel_keys, write

SIZES = [1, 3, 7, 17, 31, 33, 63, 65, 255, 257]
WINDOWS = [
    (2, {}),
    (3, {"stride": 2, "padding": 1}),
    ([2, 3], {"stride": [1, 2], "padding": [0, 1], "dilation": [2, 1]}),
]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def element(i):
    """Three different numbers, and a NaN now and then."""
    return float("nan") if i % 53 == 52 else float(i * 37 % 101 % 3)


def main():
    cases = []
    for n in SIZES:
        for shape in ((1, n, 3, 4), (1, 1, n, 4), (1, 1, 3, n)):
            for size, options in WINDOWS:
                count = torch.Size(shape).numel()
                x = torch.tensor([element(i) for i in range(count)], dtype=torch.float64).reshape(shape).requires_grad_()
                try:
                    y = F.max_pool2d(x, size, **options)
                except RuntimeError:
                    continue  # The window does not fit.
                dy = torch.tensor([1.0 + i % 3 for i in range(y.numel())], dtype=torch.float64).reshape(y.shape)
                (grad,) = torch.autograd.grad(y, x, dy)
                # Whole numbers below 36, a digit each.
                digits = "".join(DIGITS[int(g)] for g in grad.flatten())
                cases.append({"shape": shape, "kernelSize": size, "options": camel_keys(options), "grad": digits})
    write("pool-ties", cases)


if __name__ == "__main__":
    main()
