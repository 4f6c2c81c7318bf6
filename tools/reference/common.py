"""What the makers of layer, loss, optimizer and random references share: values, names and files."""

import json
import math
import re
from pathlib import Path

import torch

ROOT = Path(__file__).parent.parent.parent
TYPES = {"float64": torch.float64, "float32": torch.float32}


def camel(name):
    """A PyTorch name as ours: `running_mean` is `runningMean`."""
    if name == "keepdim":
        return "keepDim"
    return re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)


def camel_keys(options):
    return {camel(k): v for k, v in options.items()}


def sample(*shape, seed=0, scale=1.0):
    """Normal numbers in 1/256ths, which float32 and float64 both hold exactly."""
    made = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.round(made * scale * 256) / 256


def probabilities(*shape, seed=0):
    """Numbers in (0, 1) in 1/256ths."""
    made = torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (torch.round(made * 254) + 1) / 256


def number(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def dump(x):
    """A tensor as JSON; float32 with the nine digits that identify it."""
    values = x.detach().reshape(-1).tolist()
    if x.dtype == torch.float32:
        values = [float(f"{v:.9g}") for v in values]
    made = {"shape": list(x.shape), "data": [number(v) for v in values]}
    return made if x.is_floating_point() else {**made, "dtype": "int32"}


def seed_for(x):
    """The gradient that each output gets: uneven, so that errors which cancel in a plain sum show."""
    weights = [1 + math.sin(3 * i + 1) / 2 for i in range(x.numel())]
    return torch.tensor(weights, dtype=torch.float64).to(x.dtype).reshape(x.shape)


def write(name, cases):
    """One case a line, so that a change shows as one."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (ROOT / f"test/reference/{name}.json").write_text(f"[\n{lines}\n]\n")
    print(f"{name}.json: {len(cases)} cases")
