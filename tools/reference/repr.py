"""Tensors as PyTorch prints them, with its words written our way."""

import math
import re

import torch

from common import dump, sample, write

NAN, INF = math.nan, math.inf

VALUES = [
    [1.0, 2.0, 3.0],
    [1.5, -2.25, 0.0],
    [0.0, -0.0],
    [1e-5, 1.0],
    [0.00012, 0.5],
    [1e8, 1.0],
    [123456789.0, 1.5],
    [1e10, 2e10],
    [1e-10, 1e-11],
    [1e-10],
    [NAN, INF, -INF, 1.0],
    [NAN, 1.5],
    [INF, INF],
    [NAN, NAN],
    [0.1, 1000.5],
    [0.1, 100.5],
    [1e5, 1e-2],
    [99999999.0, 1.0],
    [-1.0, 10.0, 100.0],
    [0.03125, 0.09375, 0.15625],
    [0.00005, 0.00015],
    [1 / 3, 2 / 3, 1e3 / 3],
    [123.456, 0.001],
    [5.0],
    [-5.0],
    [1e20],
    [1.5e-7, 3.0],
    [2.5, 1e4],
    [16777216.0, 0.5],
]
SHAPES = [(), (1,), (0,), (0, 3), (2, 0), (2, 3), (1, 1, 1), (2, 2, 2), (2, 3, 1, 2), (12,), (40,), (3, 30), (1000,), (1001,), (40, 40), (7, 200), (200, 7), (11, 10, 10)]


def ours(text):
    for theirs, our in [("torch.", ""), ("True", "true"), ("False", "false"), ("requires_grad", "requiresGrad")]:
        text = text.replace(theirs, our)
    text = re.sub(r"size=\((.*?),?\)", r"size=[\1]", text)
    # Without "torch." a suffix may fit into the 80 columns of its line.
    joined = re.sub(r",\n {7}(dtype=\w+)\)$", r", \1)", text)
    return joined if len(joined.split("\n")[-1]) <= 81 else text


def row(x, dtype):
    # PyTorch's default for whole numbers is int64, which it does not name; ours is int32, which we do.
    return {**dump(x.double()), "dtype": dtype, "requiresGrad": x.requires_grad, "text": ours(str(x))}


def main():
    cases = []
    for values in VALUES:
        for name in ["float32", "float64"]:
            cases.append(row(torch.tensor(values, dtype=getattr(torch, name)), name))
    for shape in SHAPES:
        x = sample(*shape, seed=3)
        for name in ["float32", "int32"] if x.numel() > 999 else ["float32", "float64", "int32", "uint8", "bool"]:
            scaled = x.abs() * 100 if name == "uint8" else x if name != "int32" else x * 1000
            cases.append(row((scaled > 50 if name == "bool" else scaled).to(getattr(torch, name)), name))
    cases.append(row(torch.tensor([1.0, 2.0], requires_grad=True), "float32"))
    cases.append(row(sample(5, seed=3).requires_grad_(), "float64"))
    write("repr", cases)


if __name__ == "__main__":
    main()
