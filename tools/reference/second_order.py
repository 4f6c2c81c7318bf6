"""LBFGS, step by step."""

import torch
from torch import optim

from common import TYPES, camel, dump, sample, write

START = [torch.tensor([-1.5], dtype=torch.float64), torch.tensor([2.0], dtype=torch.float64)]
MATRIX = sample(6, 5, seed=11)


def rosenbrock(p):
    x, y = p
    return ((1 - x) ** 2 + 100 * (y - x * x) ** 2).sum()


def waves(p):
    w = torch.cat([p[0], p[1].reshape(-1)])
    r = MATRIX.to(w.dtype) @ w
    return (r * r).sum() + torch.cos(3 * w).sum()


FUNCTIONS = {"rosenbrock": (rosenbrock, START), "waves": (waves, [sample(3, seed=1), sample(2, 1, seed=2)])}
ROWS = [
    ("rosenbrock", {"line_search_fn": "strong_wolfe"}),
    ("rosenbrock", {"line_search_fn": "strong_wolfe", "max_iter": 1}),
    ("rosenbrock", {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 2, "lr": 0.5}),
    ("rosenbrock", {"lr": 0.1, "max_iter": 5}),
    ("waves", {}),
    ("waves", {"max_iter": 4, "max_eval": 3, "lr": 0.2}),
    ("waves", {"line_search_fn": "strong_wolfe", "max_iter": 2}),
    ("waves", {"line_search_fn": "strong_wolfe", "tolerance_grad": 1e-2, "tolerance_change": 1e-3}),
]


def trajectory(name, options, dtype):
    function, start = FUNCTIONS[name]
    params = [p.to(dtype).clone().requires_grad_() for p in start]
    optimizer = optim.LBFGS(params, **options)
    evaluations = 0
    path = []

    def closure():
        nonlocal evaluations
        evaluations += 1
        optimizer.zero_grad()
        loss = function(params)
        loss.backward()
        return loss

    for _ in range(5):
        loss = optimizer.step(closure)
        path.append({"loss": loss.item(), "evaluations": evaluations, "params": [dump(p) for p in params]})
    return path


def main():
    cases = []
    for name, options in ROWS:
        ours = {camel(k): "strongWolfe" if v == "strong_wolfe" else v for k, v in options.items()}
        values = {t: trajectory(name, options, dtype) for t, dtype in TYPES.items()}
        cases.append({"function": name, "start": [dump(p) for p in FUNCTIONS[name][1]], "matrix": dump(MATRIX), "options": ours, **values})
    write("optim-lbfgs", cases)


if __name__ == "__main__":
    main()
