"""Linear algebra: results and gradients. Vectors that are determined but for their sign are compared by what does not depend on it."""

import torch
from torch import linalg as la

from common import TYPES, camel_keys, dump, sample, seed_for, write


def definite(*shape, seed=0):
    """A symmetric positive definite matrix, exact in float32."""
    x = sample(*shape, seed=seed)
    return torch.round((x @ x.mT + torch.eye(shape[-1], dtype=x.dtype)) * 256) / 256


def symmetric(*shape, seed=0):
    x = sample(*shape, seed=seed)
    return (x + x.mT) / 2


def lower_factor(size):
    """A lower triangle with a positive diagonal, exact in float32."""
    return torch.tril(sample(size, size, seed=7), -1) + torch.diag(sample(size, seed=6).abs() + 1)


def eigh(a, **options):
    values, vectors = la.eigh(a, **options)
    return [values, vectors * vectors, vectors @ torch.diag_embed(values.exp()) @ vectors.mT]


def svd(a, **options):
    u, s, vh = la.svd(a, **options)
    k = s.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    return [s, u * u, vh * vh, u @ torch.diag_embed(s * s) @ vh]


def full_svd(a):
    u, s, vh = la.svd(a)
    return [s, (u @ u.mT).detach(), (vh @ vh.mT).detach()]


def slogdet(a):
    sign, logabsdet = la.slogdet(a)
    return [sign.detach(), logabsdet]


def lstsq(a, b, **options):
    found = la.lstsq(a, b, **options)
    return [found.solution]


def least_squares(a, b):
    found = la.lstsq(a, b, driver="gelsd")
    return [found.residuals.detach(), found.rank]


def cond(a, p=None):
    """By its definition where PyTorch 1.13 cannot go backward through its own."""
    return la.cond(a, p) if p in (None, 2, -2) else la.norm(a, p) * la.norm(la.inv(a), p)


deficient = sample(4, 2, seed=1) @ torch.tensor([[1.0, 2, -1], [0, 1, 3]], dtype=torch.float64)
singular = torch.tensor([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]], dtype=torch.float64)
square = sample(3, 3, seed=3)
batch = sample(2, 3, 3, seed=4)
tall, wide = sample(4, 3, seed=5), sample(2, 4, seed=6)
tall_batch = sample(2, 1, 4, 2, seed=7)

ROWS = [
    ("solve", la.solve, [[square, sample(3, 2)], [square, sample(3)], [batch, sample(2, 3, 2)], [square, sample(2, 3, 1)],
                         [batch.unsqueeze(1), sample(4, 3, 2)], [batch, sample(2, 3)]], {}),
    ("inv", la.inv, [[square], [batch], [torch.tensor([[0.0, 1], [1, 0]], dtype=torch.float64)]], {}),
    ("det", la.det, [[square], [batch], [sample(1, 1)]], {}),
    ("slogdet", slogdet, [[square], [batch]], {}),
    ("logdet", torch.logdet, [[definite(3, 3)], [definite(2, 3, 3)]], {}),
    ("cholesky", la.cholesky, [[definite(3, 3)], [definite(2, 4, 4)]], {}),
    ("cholesky", la.cholesky, [[definite(3, 3)]], {"upper": True}),
    ("solveTriangular", la.solve_triangular, [[definite(3, 3), sample(3, 2)], [definite(2, 3, 3), sample(3, 2)]], {"upper": False}),
    ("solveTriangular", la.solve_triangular, [[definite(3, 3), sample(3, 2)]], {"upper": True}),
    ("solveTriangular", la.solve_triangular, [[definite(3, 3), sample(2, 3)]], {"upper": True, "left": False}),
    ("solveTriangular", la.solve_triangular, [[definite(3, 3), sample(2, 3)]], {"upper": False, "left": False}),
    ("qr", lambda a, **o: list(la.qr(a, **o)), [[square], [tall], [wide], [tall_batch], [torch.eye(3, dtype=torch.float64)]], {}),
    ("qr", lambda a, **o: [x.detach() for x in la.qr(a, **o)], [[tall]], {"mode": "complete"}),
    ("qr", lambda a, **o: list(la.qr(a, **o)), [[wide]], {"mode": "complete"}),
    ("eigh", eigh, [[symmetric(3, 3)], [symmetric(2, 4, 4)]], {}),
    ("eigh", eigh, [[square]], {"UPLO": "U"}),
    ("eigvalsh", la.eigvalsh, [[symmetric(3, 3)], [symmetric(2, 4, 4)], [torch.eye(3, dtype=torch.float64)]], {}),
    ("svd", svd, [[square], [tall], [wide], [tall_batch]], {"full_matrices": False}),
    ("fullSvd", full_svd, [[tall], [wide]], {}),
    ("svdvals", la.svdvals, [[square], [tall], [wide], [tall_batch]], {}),
    ("lstsq", lstsq, [[tall, sample(4, 2)], [wide, sample(2, 1)], [tall_batch, sample(2, 1, 4, 3)]], {}),
    ("leastSquares", least_squares, [[tall, sample(4, 2)], [wide, sample(2, 1)], [deficient, sample(4, 1)]], {}),
    ("pinv", la.pinv, [[square], [tall], [wide], [tall_batch], [deficient]], {}),
    ("pinv", la.pinv, [[tall]], {"rtol": 0.5}),
    ("matrixRank", la.matrix_rank, [[square], [deficient], [batch], [singular]], {}),
    ("matrixRank", la.matrix_rank, [[tall]], {"atol": 2.0}),
    ("norm", la.norm, [[tall], [batch], [sample(4)]], {}),
    *[("norm", la.norm, [[sample(5)]], {"ord": p}) for p in (0, 1, 2, 3, 0.5, -1, float("inf"), float("-inf"))],
    *[("norm", la.norm, [[tall], [wide]], {"ord": p}) for p in ("fro", "nuc", 1, -1, 2, -2, float("inf"), float("-inf"))],
    ("norm", la.norm, [[batch]], {"ord": 2, "dim": [0, 2]}),
    ("norm", la.norm, [[batch]], {"ord": "nuc", "dim": [2, 0], "keepdim": True}),
    ("norm", la.norm, [[batch]], {"ord": 1, "dim": 1, "keepdim": True}),
    ("vectorNorm", la.vector_norm, [[batch]], {"ord": 3, "dim": [0, 1]}),
    ("matrixNorm", la.matrix_norm, [[batch]], {}),
    ("cond", cond, [[square], [tall], [batch]], {}),
    *[("cond", cond, [[square]], {"p": p}) for p in (-2, 1, -1, "fro", "nuc", float("inf"))],
    # No matrices of small norm: there PyTorch shortens the series so that ten digits are right (checked with exact fractions).
    ("matrixExp", la.matrix_exp, [[square], [batch], [sample(2, 2, seed=8, scale=6.0)]], {}),
    # PyTorch gives the triangle that is not read a gradient, too; tril takes it away.
    ("choleskySolve", lambda b, l: torch.cholesky_solve(b, l.tril()), [[sample(4, 2, seed=5), lower_factor(4)]], {}),
    ("choleskySolve", lambda b, l, upper: torch.cholesky_solve(b, l.tril().mT, upper), [[sample(4, 2, seed=5), lower_factor(4)]], {"upper": True}),
    ("choleskyInverse", lambda l: torch.cholesky_inverse(l.tril()), [[lower_factor(4)]], {}),
    *[("matrixPower", la.matrix_power, [[square], [batch]], {"n": n}) for n in (-2, -1, 0, 1, 2, 5)],
]
WITHOUT_GRADIENT = {"matrixRank", "fullSvd", "leastSquares"}


def run(name, function, inputs, options, dtype):
    leaves = [x.to(dtype).clone().requires_grad_(name not in WITHOUT_GRADIENT) for x in inputs]
    made = function(*leaves, **options)
    outputs = made if isinstance(made, list) else [made]
    result = {"outputs": [dump(x) for x in outputs]}
    ends = [x for x in outputs if x.requires_grad]
    if ends:
        grads = torch.autograd.grad(ends, leaves, [seed_for(x) for x in ends], allow_unused=True)
        result["grads"] = [dump(torch.zeros_like(x) if g is None else g) for x, g in zip(leaves, grads)]
    return result


def named(options):
    read = {float("inf"): "Infinity", float("-inf"): "-Infinity"}
    return {("keepDim" if k == "keepdim" else k): read.get(v, v) if not isinstance(v, list) else v for k, v in camel_keys(options).items()}


def main():
    cases = []
    for name, function, samples, options in ROWS:
        for inputs in samples:
            values = {t: run(name, function, inputs, options, dtype) for t, dtype in TYPES.items()}
            cases.append({"name": name, "options": named(options), "inputs": [dump(x) for x in inputs], **values})
    write("linalg", cases)


if __name__ == "__main__":
    main()
