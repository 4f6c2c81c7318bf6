"""Random streams: what PyTorch draws on the CPU from a seed, tensors, first weights and the order of samples."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from common import dump, write

SEEDS = [0, 42, -1, 2**40 + 5]

DRAWS = {
    "rand": lambda: torch.rand(7),
    "rand float64": lambda: torch.rand(5, dtype=torch.float64),
    "randn of few": lambda: torch.randn(5),
    "randn of few float64": lambda: torch.randn(4, dtype=torch.float64),
    "randn of many": lambda: torch.randn(37),
    "randn of many float64": lambda: torch.randn(4, 8, dtype=torch.float64),
    "randint": lambda: torch.randint(-3, 12, (2, 6)),
    "randperm": lambda: torch.randperm(20),
    "bernoulli": lambda: torch.bernoulli(torch.full((12,), 0.3)),
    "multinomial": lambda: torch.multinomial(torch.tensor([1.0, 2.0, 3.0, 4.0]), 3),
    "multinomial with replacement": lambda: torch.multinomial(torch.tensor([[1.0, 2.0, 3.0], [5.0, 0.0, 1.0]]), 6, replacement=True),
    "uniform_": lambda: torch.empty(6).uniform_(-0.3, 0.7),
    "normal_": lambda: torch.empty(20).normal_(2, 0.5),
    "dropout": lambda: nn.functional.dropout(torch.ones(16), 0.25),
    "Linear weight": lambda: nn.Linear(5, 4).weight,
    "Linear bias": lambda: nn.Linear(5, 4).bias,
    "Bilinear weight": lambda: nn.Bilinear(2, 3, 4).weight,
    "Embedding weight": lambda: nn.Embedding(5, 4, padding_idx=2).weight,
    "xavierUniform_": lambda: nn.init.xavier_uniform_(torch.empty(3, 4), gain=2.0),
    "xavierNormal_": lambda: nn.init.xavier_normal_(torch.empty(3, 4, 2)),
    "kaimingUniform_": lambda: nn.init.kaiming_uniform_(torch.empty(3, 4), mode="fan_out", nonlinearity="relu"),
    "kaimingNormal_": lambda: nn.init.kaiming_normal_(torch.empty(3, 4), a=0.1),
    "orthogonal_ wide": lambda: nn.init.orthogonal_(torch.empty(3, 5, dtype=torch.float64)),
    "orthogonal_ tall": lambda: nn.init.orthogonal_(torch.empty(5, 3, dtype=torch.float64), gain=2.0),
    "DataLoader": lambda: torch.cat([x for (x,) in [*loader(), *loader()]]),
    "randomSplit": lambda: torch.tensor([i for part in random_split(range(11), [6, 3, 2]) for i in part]),
}

samples = DataLoader(TensorDataset(torch.arange(13.0)), batch_size=5, shuffle=True)


def loader():
    return list(samples)


def main():
    cases = []
    for seed in SEEDS:
        for name, draw in DRAWS.items():
            torch.manual_seed(seed)
            cases.append({"draw": name, "seed": seed, "values": dump(draw())})
    write("random", cases)


if __name__ == "__main__":
    main()
