"""What the makers of layer references share: runs a layer in training and evaluation, and keeps outputs, gradients and buffers."""

import torch
from torch import nn

from common import TYPES, camel, camel_keys, dump, sample, seed_for, write

TRAIN = ["train"]

class Function(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.forward = function


def circular(rank):
    return lambda padding: Function(lambda x: nn.functional.pad(x, [padding] * 2 * rank if isinstance(padding, int) else padding, mode="circular"))


class RBF(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.centers = nn.Parameter(torch.zeros(outputs, inputs))
        self.widths = nn.Parameter(torch.ones(outputs))

    def forward(self, x):
        return torch.exp(-((x[..., None, :] - self.centers) ** 2).sum(-1) / self.widths**2)


class Maxout(nn.Module):
    def __init__(self, inputs, outputs, pieces=2, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs * pieces, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs * pieces)) if bias else None
        self.pieces = pieces

    def forward(self, x):
        return nn.functional.linear(x, self.weight, self.bias).unflatten(-1, (-1, self.pieces)).amax(-1)


class RMSNorm(nn.Module):
    def __init__(self, shape, eps=None, elementwise_affine=True):
        super().__init__()
        shape = [shape] if isinstance(shape, int) else shape
        self.dims = list(range(-len(shape), 0))
        self.weight = nn.Parameter(torch.ones(shape)) if elementwise_affine else None
        self.eps = eps

    def forward(self, x):
        eps = torch.finfo(x.dtype).eps if self.eps is None else self.eps
        y = x * torch.rsqrt((x**2).mean(self.dims, keepdim=True) + eps)
        return y if self.weight is None else y * self.weight


# Layers that PyTorch 1.13 has under another name, only as a function, or without a derivative.
OWN = {
    "GlobalAvgPool": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    "GlobalMaxPool": lambda: nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()),
    # PyTorch takes the 1/6 of this derivative in single precision, for float64 too; its formula has the right one.
    "Hardsigmoid": lambda: Function(lambda x: nn.functional.relu6(x + 3) / 6),
    "RBF": RBF,
    "Maxout": Maxout,
    "RMSNorm": RMSNorm,
    "GaussianNoise": lambda std=0.1: nn.Identity(),
    "CircularPad1d": circular(1),
    "CircularPad2d": circular(2),
    "ChannelShuffle": lambda groups: Function(lambda x: x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)),
}


def index(rows, *shape, seed=0):
    return torch.randint(rows, shape, generator=torch.Generator().manual_seed(seed))


def wide(*shape, seed=0):
    """Inputs that reach every piece of an activation, the kinks at 0, ±1 and 6 themselves among them."""
    x = sample(*shape, seed=seed, scale=3)
    x.view(-1)[:5] = torch.tensor([0.0, -1.0, 1.0, 6.0, -0.0])
    return x


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


def make(file, rows):
    """Rows are (layer, arguments, options, inputs, calls); each call is in training or evaluation."""
    cases = []
    for layer, args, options, inputs, calls in rows:
        made = {}
        for name, dtype in TYPES.items():
            module = (OWN.get(layer) or getattr(nn, layer))(*args, **options)
            state = state_of(module)
            module.load_state_dict(state, strict=False)
            made[name] = run(module, inputs, calls, dtype)
        cases.append({
            "layer": layer,
            "args": args,
            "options": camel_keys(options),
            "calls": calls,
            "state": {name: dump(value) for name, value in state.items()},
            "inputs": [dump(x) for x in inputs],
            **made,
        })
    write(file, cases)
