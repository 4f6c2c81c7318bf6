"""Layers: forward, and the gradients of inputs and parameters, in training and evaluation."""

import torch
from torch import nn

from common import TYPES, camel, camel_keys, dump, sample, seed_for, write


def index(rows, *shape, seed=0):
    return torch.randint(rows, shape, generator=torch.Generator().manual_seed(seed))


def wide(*shape, seed=0):
    """Inputs that reach every piece of an activation, the kinks at 0, ±1 and 6 themselves among them."""
    x = sample(*shape, seed=seed, scale=3)
    x.view(-1)[:5] = torch.tensor([0.0, -1.0, 1.0, 6.0, -0.0])
    return x


# (layer, arguments, options, inputs, modes); a mode is a list of calls, each in training or evaluation.
TRAIN = ["train"]
ROWS = [
    ("Identity", [], {}, [sample(2, 3)], TRAIN),
    ("Linear", [3, 4], {}, [sample(5, 3)], TRAIN),
    ("Linear", [3, 4], {}, [sample(3)], TRAIN),
    ("Linear", [3, 2], {"bias": False}, [sample(2, 4, 3)], TRAIN),
    ("Bilinear", [3, 2, 4], {}, [sample(5, 3), sample(5, 2, seed=1)], TRAIN),
    ("Bilinear", [3, 2, 4], {"bias": False}, [sample(2, 5, 3), sample(2, 5, 2, seed=1)], TRAIN),
    ("Flatten", [], {}, [sample(2, 3, 4)], TRAIN),
    ("Flatten", [0, 1], {}, [sample(2, 3, 4)], TRAIN),
    ("Unflatten", [1, (2, 3)], {}, [sample(4, 6)], TRAIN),
    ("ReLU", [], {}, [wide(4, 5)], TRAIN),
    ("ReLU6", [], {}, [wide(4, 5, seed=1)], TRAIN),
    ("LeakyReLU", [], {}, [wide(4, 5)], TRAIN),
    ("LeakyReLU", [0.2], {}, [wide(4, 5)], TRAIN),
    ("PReLU", [], {}, [wide(4, 5)], TRAIN),
    ("PReLU", [3], {"init": 0.5}, [wide(2, 3, 4)], TRAIN),
    ("ELU", [], {}, [wide(4, 5)], TRAIN),
    ("ELU", [0.5], {}, [wide(4, 5)], TRAIN),
    ("SELU", [], {}, [wide(4, 5)], TRAIN),
    ("GELU", [], {}, [wide(4, 5)], TRAIN),
    ("GELU", [], {"approximate": "tanh"}, [wide(4, 5)], TRAIN),
    ("SiLU", [], {}, [wide(4, 5)], TRAIN),
    ("Mish", [], {}, [wide(4, 5)], TRAIN),
    ("Sigmoid", [], {}, [wide(4, 5)], TRAIN),
    ("LogSigmoid", [], {}, [wide(4, 5)], TRAIN),
    ("Tanh", [], {}, [wide(4, 5)], TRAIN),
    ("Hardtanh", [], {}, [wide(4, 5)], TRAIN),
    ("Hardtanh", [-2, 0.5], {}, [wide(4, 5)], TRAIN),
    ("Softplus", [], {}, [wide(4, 5)], TRAIN),
    ("Softplus", [2], {}, [wide(4, 5)], TRAIN),
    ("Softsign", [], {}, [wide(4, 5)], TRAIN),
    ("Softmax", [], {"dim": 1}, [wide(4, 5)], TRAIN),
    ("Softmax", [], {"dim": 0}, [wide(4, 3, 2)], TRAIN),
    ("LogSoftmax", [], {"dim": -1}, [wide(4, 5)], TRAIN),
    ("Embedding", [6, 3], {}, [index(6, 2, 4)], TRAIN),
    ("Embedding", [6, 3], {"padding_idx": 1}, [torch.tensor([1, 0, 1, 5, 5])], TRAIN),
    ("Embedding", [6, 3], {"padding_idx": -1}, [torch.tensor([[1, 0], [5, 5]])], TRAIN),
    ("LayerNorm", [5], {}, [sample(4, 5)], TRAIN),
    ("LayerNorm", [[3, 4]], {"eps": 1e-3}, [sample(2, 3, 4)], TRAIN),
    ("LayerNorm", [5], {"elementwise_affine": False}, [sample(2, 3, 5)], TRAIN),
    ("BatchNorm1d", [3], {}, [sample(6, 3)], ["train", "train", "eval"]),
    ("BatchNorm1d", [3], {}, [sample(4, 3, 5)], ["train"]),
    ("BatchNorm1d", [3], {"momentum": 0.3, "eps": 1e-3}, [sample(6, 3)], ["train", "eval"]),
    ("BatchNorm1d", [3], {"momentum": None}, [sample(6, 3)], ["train", "train"]),
    ("BatchNorm1d", [3], {"affine": False}, [sample(6, 3)], ["train", "eval"]),
    ("BatchNorm1d", [3], {"track_running_stats": False}, [sample(6, 3)], ["eval"]),
    ("Dropout", [0.3], {}, [sample(4, 5)], ["eval"]),
    ("Dropout", [0.0], {}, [sample(4, 5)], TRAIN),
    ("Dropout", [1.0], {}, [sample(4, 5)], TRAIN),
]


def state_of(module):
    """Values for parameters that are not those they start with, running statistics aside."""
    state = {name: sample(*p.shape, seed=i + 7) for i, (name, p) in enumerate(module.named_parameters())}
    for name, p in module.named_parameters():
        if isinstance(module, nn.PReLU):
            state[name] = p.detach().double()
    return state


def run(module, inputs, calls, dtype):
    module = module.to(dtype)
    inputs = [x.to(dtype).requires_grad_() if x.is_floating_point() else x for x in inputs]
    for i, call in enumerate(calls):
        module.train(call == "train")
        # Later calls see other inputs, so that running statistics move.
        output = module(*[x * 2 for x in inputs]) if i > 0 else module(*inputs)
    leaves = [x for x in inputs if x.requires_grad] + list(module.parameters())
    grads = torch.autograd.grad(output, leaves, seed_for(output), allow_unused=True) if leaves else []
    grads = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, grads)]
    count = sum(x.requires_grad for x in inputs)
    names = [camel(name) for name, _ in module.named_parameters()]
    return {
        "output": dump(output),
        "inputGrads": [dump(g) for g in grads[:count]],
        "parameterGrads": dict(zip(names, (dump(g) for g in grads[count:]))),
        "buffers": {camel(name): dump(b) for name, b in module.named_buffers()},
    }


def main():
    cases = []
    for layer, args, options, inputs, calls in ROWS:
        made = {}
        for name, dtype in TYPES.items():
            module = getattr(nn, layer)(*args, **options)
            state = state_of(module)
            module.load_state_dict(state, strict=False)
            made[name] = run(module, inputs, calls, dtype)
        cases.append({
            "layer": layer,
            "args": args,
            "options": camel_keys(options),
            "calls": calls,
            "state": {camel(name): dump(value) for name, value in state.items()},
            "inputs": [dump(x) for x in inputs],
            **made,
        })
    write("nn", cases)


if __name__ == "__main__":
    main()
