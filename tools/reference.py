"""Makes the reference values of test/reference with PyTorch: every sample of the op table in float64 and float32, results and gradients.

Usage: python3 tools/reference.py [FAMILY ...]   (Python with torch; Node and the npm packages for the samples)
"""

import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent / "reference"))
from ops import OPS  # noqa: E402

ROOT = Path(__file__).parent.parent
TYPES = {"float64": torch.float64, "float32": torch.float32, "int32": torch.int32, "uint8": torch.uint8, "bool": torch.bool}


def number(value):
    """A number as JSON has it, with infinities and NaN as the strings JavaScript reads."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return int(value) if value == int(value) and abs(value) < 2**53 and math.copysign(1, value) == math.copysign(1, int(value)) else value
    return value


def shortest(value):
    """A float32 with the nine digits that identify it."""
    return number(float(f"{value:.9g}")) if isinstance(value, float) else number(value)


# Our whole numbers are int32 where PyTorch's are int64.
OURS = {torch.float64: "float64", torch.float32: "float32", torch.int64: "int32", torch.int32: "int32", torch.uint8: "uint8", torch.bool: "bool"}


def dump(x, floating=None):
    """A tensor as JSON, with its type where that is not the one that the sample runs in."""
    write = shortest if x.dtype == torch.float32 else number
    made = {"shape": list(x.shape), "data": [write(v) for v in x.detach().reshape(-1).tolist()]}
    return made if floating in (None, x.dtype) else {**made, "dtype": OURS[x.dtype]}


def load(spec, dtype):
    own = spec.get("dtype", dtype)
    values = [float(v) for v in spec["data"]]
    return torch.tensor(values, dtype=torch.float64).to(TYPES[own]).reshape(spec["shape"])


def read(value):
    """An argument with its infinities, which JSON has as strings."""
    if isinstance(value, dict):
        return {k: read(v) for k, v in value.items()}
    return float(value) if isinstance(value, str) and value in ("Infinity", "-Infinity", "NaN") else value


def seed_for(x):
    """The gradient that each output gets: uneven, so that errors which cancel in a plain sum show."""
    weights = [1 + math.sin(3 * i + 1) / 2 for i in range(x.numel())]
    return torch.tensor(weights, dtype=torch.float64).to(x.dtype).reshape(x.shape)


def run(op, sample, dtype, differentiable):
    inputs = [[load(x, dtype) for x in i] if isinstance(i, list) else load(i, dtype) for i in sample["inputs"]]
    flat = [x for i in inputs for x in (i if isinstance(i, list) else [i])]
    wanted = differentiable and not sample.get("edge")
    leaves = [x for x in flat if x.is_floating_point()]
    for x in leaves:
        x.requires_grad_(wanted)
    args = [read(a) for a in sample.get("args", [])]
    result = op(*inputs, *args)
    outputs = result if isinstance(result, list) else [result]
    made = {"outputs": [dump(x, TYPES[dtype]) for x in outputs]}
    ends = [x for x in outputs if x.requires_grad]
    if wanted and ends:
        grads = torch.autograd.grad(ends, leaves, [seed_for(x) for x in ends], allow_unused=True)
        made["grads"] = [dump(torch.zeros_like(x) if g is None else g) for x, g in zip(leaves, grads)]
    return made


def main():
    warnings.simplefilter("ignore")
    tsx = [str(ROOT / "node_modules/.bin/tsx"), str(ROOT / "tools/reference/samples.ts")]
    families = json.loads(subprocess.run(tsx, check=True, capture_output=True, text=True).stdout)
    for family, rows in families.items():
        if len(sys.argv) > 1 and family not in sys.argv[1:]:
            continue
        made = {}
        for row in rows:
            op = OPS[row["name"]]
            made[row["name"]] = []
            for i, sample in enumerate(row["samples"]):
                try:
                    values = {t: run(op, sample, t, row["differentiable"]) for t in ("float64", "float32")}
                except Exception as error:
                    if sample.get("derived"):
                        made[row["name"]].append({"sample": sample, "refused": True})
                        continue
                    raise SystemExit(f"{row['name']}, sample {i}: {error}") from error
                made[row["name"]].append({"sample": sample, **values})
        lines = ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(s, separators=(",", ":")) for s in cases) + "\n]" for name, cases in made.items())
        (ROOT / f"test/reference/ops-{family}.json").write_text("{\n" + lines + "\n}\n")
        print(f"ops-{family}.json: {sum(map(len, made.values()))} samples of {len(made)} ops")


if __name__ == "__main__":
    main()
