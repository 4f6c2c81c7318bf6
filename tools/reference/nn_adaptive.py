"""The adaptive softmax: log-probabilities of targets and of all classes, the loss, and the gradients of inputs and parameters."""

import torch
from torch import nn

from common import TYPES, camel, camel_keys, dump, sample, seed_for, write

# (arguments, options, input, target)
ROWS = [
    ([4, 10, [2, 5]], {"div_value": 2.0}, sample(6, 4), torch.tensor([0, 1, 2, 4, 5, 9])),
    ([4, 7, [3]], {"head_bias": True}, sample(3, 4), torch.tensor([2, 0, 1])),
    ([4, 10, [2, 5]], {"div_value": 1.0}, sample(4), torch.tensor(7)),
]


def run(args, options, x, target, state, dtype):
    module = nn.AdaptiveLogSoftmaxWithLoss(*args, **options).to(dtype)
    module.load_state_dict(state)
    x = x.to(dtype, copy=True).requires_grad_()
    output, loss = module(x, target)
    logits = module.log_prob(x if x.dim() == 2 else x[None])
    leaves = [x, *module.parameters()]
    grads = torch.autograd.grad([output, loss, logits], leaves, [seed_for(output), seed_for(loss), seed_for(logits)], allow_unused=True)
    names = ["input", *[camel(name) for name, _ in module.named_parameters()]]
    return {
        "output": dump(output),
        "loss": dump(loss),
        "logProb": dump(logits),
        "predicted": logits.argmax(-1).tolist(),
        "grads": {name: dump(g) for name, g in zip(names, grads)},
    }


if __name__ == "__main__":
    cases = []
    for args, options, x, target in ROWS:
        parameters = nn.AdaptiveLogSoftmaxWithLoss(*args, **options).named_parameters()
        state = {name: sample(*p.shape, seed=i + 7) for i, (name, p) in enumerate(parameters)}
        cases.append({
            "layer": "AdaptiveLogSoftmaxWithLoss",
            "args": args,
            "options": camel_keys(options),
            "state": {name: dump(value) for name, value in state.items()},
            "input": dump(x),
            "target": dump(target),
            **{t: run(args, options, x, target, state, dtype) for t, dtype in TYPES.items()},
        })
    write("nn-adaptive", cases)
