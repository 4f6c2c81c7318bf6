"""Files that other programs wrote: safetensors by the safetensors package, npy and npz by NumPy. Needs `pip install safetensors` beside torch."""

import json

import numpy as np
import torch
from safetensors.torch import save_file

from common import ROOT

FOLDER = ROOT / "test/reference/files"

HALVES = [0.0, -0.0, 1.0, -2.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125, float("inf"), float("-inf"), float("nan")]


def written(x):
    """Numbers as JSON has them."""
    values = [float(v) for v in np.asarray(x, dtype=np.float64).reshape(-1)]
    return [v if np.isfinite(v) else str(v).replace("inf", "Infinity").replace("nan", "NaN") for v in values]


def safetensors():
    own = {
        "layer.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "double": torch.tensor([[0.1, -1e300]], dtype=torch.float64),
        "count": torch.tensor([7, -7], dtype=torch.int32),
        "another": torch.tensor([0.5]),
        "byte": torch.tensor([0, 255, 3], dtype=torch.uint8),
        "mask": torch.tensor([True, False]),
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
        "größe": torch.tensor([1.0]),
    }
    save_file(own, FOLDER / "own.safetensors", metadata={"format": "pt"})
    foreign = {
        "half": torch.tensor(HALVES, dtype=torch.float16),
        "brain": torch.tensor(HALVES, dtype=torch.bfloat16),
        "long": torch.tensor([2**31 - 1, -(2**31), 5], dtype=torch.int64),
        "short": torch.tensor([-300, 300], dtype=torch.int16),
        "tiny": torch.tensor([-128, 127], dtype=torch.int8),
    }
    save_file(foreign, FOLDER / "foreign.safetensors")
    save_file({"big": torch.tensor([2**40], dtype=torch.int64)}, FOLDER / "big.safetensors")
    both = {**own, **foreign}
    return {name: {"shape": list(x.shape), "data": written(x.to(torch.float64).numpy())} for name, x in both.items()}


def numpy():
    arrays = {
        "float32": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
        "float64": np.array([0.1, -1e300, np.nan, np.inf]),
        "int32": np.array([[7], [-7]], dtype="<i4"),
        "uint8": np.array([0, 255], dtype="u1"),
        "bool": np.array([True, False]),
        "scalar": np.array(3.5, dtype="<f4"),
        "empty": np.zeros((0, 3), dtype="<f4"),
    }
    foreign = {
        "fortran": np.asfortranarray(np.arange(24, dtype="<f8").reshape(2, 3, 4)),
        "bigEndian": np.array([1.5, -2], dtype=">f4"),
        "half": np.array(HALVES, dtype="<f2"),
        "long": np.array([2**31 - 1, -(2**31)], dtype="<i8"),
        "short": np.array([-300, 300], dtype=">i2"),
        "unsigned": np.array([65535], dtype="<u2"),
    }
    for name, x in {**arrays, **foreign}.items():
        np.save(FOLDER / f"{name}.npy", x)
    np.save(FOLDER / "complex.npy", np.array([1j]))
    np.save(FOLDER / "records.npy", np.zeros(1, dtype=[("a", "<f4")]))
    np.savez(FOLDER / "stored.npz", **arrays)
    np.savez_compressed(FOLDER / "packed.npz", **arrays, fortran=foreign["fortran"])
    return {name: {"shape": list(x.shape), "data": written(x)} for name, x in {**arrays, **foreign}.items()}


def main():
    FOLDER.mkdir(exist_ok=True)
    made = {"safetensors": safetensors(), "numpy": numpy()}
    (FOLDER / "files.json").write_text(json.dumps(made, indent=1) + "\n")
    print(f"files: {sum(f.stat().st_size for f in FOLDER.iterdir())} bytes")


if __name__ == "__main__":
    main()
