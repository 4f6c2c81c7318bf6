"""The public names of PyTorch that gradbook could have, by module, for tools/parity.ts."""

import json
import re

import torch
from torch import fft, linalg, nn, optim
from torch.nn import functional, init
from torch.optim import lr_scheduler

from common import ROOT

# What gradbook does not aim at: complex and sparse numbers, quantization, compilation, devices, switches of PyTorch's own engine, internal variants.
OUTSIDE = re.compile(
    r".*_copy$|^sparse_|^SparseAdam$|^hspmm|^sspaddmm|^smm|quantize|^fake_|^q_|complex|^conj|^(angle|real|imag|isreal|polar|adjoint|is_conj|resolve_(conj|neg))$"
    r"|^(parse|merge|unify|import)_|^(fork|wait|compiled_with_.*|candidate|boolean_dispatch|obj|Counter|Optimizer|view_as_real)$"
    r"|deterministic|threads|vital|^unsafe_|^native_|inference|dlpack|torch_function|flush_denormal|float32_matmul_precision|warn_always|is_storage|is_tensor"
    r"|^set_default_tensor_type$|^geqrf$|^or(gqr|mqr)$|^lobpcg$|^from_numpy$|^frombuffer$|^asarray$|^init_num|^(to|from)_"
    r"|_with_indices$|^Lazy|^Uninitialized|^DataParallel$|^SyncBatchNorm$|^Container$|^NLLLoss2d$|^RNN(Cell)?Base$|^conv_tbc$|^(eye|dirac|kaiming_\w+|xavier_\w+|normal|uniform|constant|sparse|orthogonal)$|_ex$|^inv_|^ldl_|^lu_factor"
)


def names(module, kind):
    """Documented names: functions have small first letters, classes capital ones."""
    found = []
    for name in dir(module):
        value = getattr(module, name)
        is_class = isinstance(value, type)
        wanted = is_class if kind == "class" else callable(value) and not is_class and name[0].islower()
        if name.startswith("_") or not wanted or not (value.__doc__ or "").strip():
            continue
        if module is not init and (OUTSIDE.search(name) or (name.endswith("_") and kind == "function")):
            continue
        if module is init and not name.endswith("_") and name != "calculate_gain":
            continue
        found.append(name)
    return sorted(found, key=str.lower)


def main():
    made = {
        "torch": names(torch, "function"),
        "torch.linalg": names(linalg, "function"),
        "torch.fft": names(fft, "function"),
        "torch.nn": names(nn, "class"),
        "torch.nn.functional": names(functional, "function"),
        "torch.nn.init": names(init, "function"),
        "torch.optim": names(optim, "class"),
        "torch.optim.lr_scheduler": names(lr_scheduler, "class"),
    }
    lines = ",\n".join(f"{json.dumps(module)}: {json.dumps(list)}" for module, list in made.items())
    (ROOT / "test/reference/names.json").write_text("{\n" + lines + "\n}\n")
    print("names.json:", {module: len(list) for module, list in made.items()})


if __name__ == "__main__":
    main()
