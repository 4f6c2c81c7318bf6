"""Recurrent layers and cells: outputs and last states, and the gradients of inputs, first states and parameters."""

import torch
from torch import nn
from torch.nn.utils import rnn

from common import TYPES, camel, camel_keys, dump, sample, seed_for, write

# (layer, arguments, options, shape of the input, whether first states are given, lengths of packed sequences)
ROWS = [
    ("RNN", [3, 4], {}, (5, 2, 3), False, None),
    ("RNN", [3, 4], {"nonlinearity": "relu", "batch_first": True}, (2, 5, 3), True, None),
    ("RNN", [3, 2], {"num_layers": 2, "bidirectional": True, "bias": False}, (4, 2, 3), True, None),
    ("RNN", [3, 4], {}, (5, 3), True, None),
    ("RNN", [3, 2], {"bidirectional": True}, (5, 3, 3), True, [5, 3, 1]),
    ("GRU", [3, 4], {}, (5, 2, 3), False, None),
    ("GRU", [3, 2], {"num_layers": 2, "bidirectional": True, "batch_first": True}, (2, 4, 3), True, None),
    ("GRU", [3, 4], {"bias": False}, (1, 2, 3), True, None),
    ("GRU", [3, 2], {"num_layers": 2, "batch_first": True}, (3, 4, 3), True, [2, 4, 2]),
    ("GRU", [3, 4], {"bidirectional": True}, (4, 3), False, None),
    ("LSTM", [3, 4], {}, (5, 2, 3), False, None),
    ("LSTM", [3, 2], {"num_layers": 3, "batch_first": True}, (2, 4, 3), True, None),
    ("LSTM", [3, 2], {"num_layers": 2, "bidirectional": True}, (4, 2, 3), True, None),
    ("LSTM", [3, 4], {"proj_size": 2, "bidirectional": True, "num_layers": 2}, (3, 2, 3), True, None),
    ("LSTM", [3, 2], {"bidirectional": True, "num_layers": 2}, (4, 3, 3), True, [1, 4, 3]),
    ("LSTM", [3, 2], {"batch_first": True}, (3, 4, 3), False, [4, 4, 2]),
    ("LSTM", [3, 4], {"bias": False}, (4, 3), True, None),
    ("RNNCell", [3, 4], {}, (2, 3), False, None),
    ("RNNCell", [3, 4], {"nonlinearity": "relu"}, (3,), True, None),
    ("GRUCell", [3, 4], {}, (2, 3), True, None),
    ("GRUCell", [3, 4], {"bias": False}, (3,), False, None),
    ("LSTMCell", [3, 4], {}, (2, 3), True, None),
    ("LSTMCell", [3, 4], {"bias": False}, (3,), False, None),
]


def first_states(layer, module, x, options, lengths):
    count = 2 if layer.startswith("LSTM") else 1
    if layer.endswith("Cell"):
        return [sample(*x.shape[:-1], module.hidden_size, seed=20 + i) for i in range(count)]
    directions = 2 if options.get("bidirectional") else 1
    batch = [x.shape[0 if options.get("batch_first") else 1]] if x.dim() == 3 else []
    sizes = [options.get("proj_size") or module.hidden_size, module.hidden_size]
    return [sample(module.num_layers * directions, *batch, sizes[i], seed=20 + i) for i in range(count)]


def run(layer, args, options, x, states, lengths, state, dtype):
    module = getattr(nn, layer)(*args, **options).to(dtype)
    module.load_state_dict(state)
    x = x.to(dtype).requires_grad_()
    states = [s.to(dtype).requires_grad_() for s in states]
    batch_first = options.get("batch_first", False)
    given = x if lengths is None else rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted=False)
    start = [] if not states else [tuple(states) if layer.startswith("LSTM") else states[0]]
    made = module(given, *start)
    if lengths is not None:
        padded, found = rnn.pad_packed_sequence(made[0], batch_first)
        assert found.tolist() == lengths
        made = (padded, made[1])
    outputs = []
    for item in made if isinstance(made, tuple) else [made]:
        outputs += list(item) if isinstance(item, tuple) else [item]
    leaves = [x, *states, *module.parameters()]
    grads = torch.autograd.grad(outputs, leaves, [seed_for(y) for y in outputs])
    names = [camel(name) for name, _ in module.named_parameters()]
    return {
        "outputs": [dump(y) for y in outputs],
        "inputGrads": [dump(g) for g in grads[: 1 + len(states)]],
        "parameterGrads": dict(zip(names, (dump(g) for g in grads[1 + len(states) :]))),
    }


if __name__ == "__main__":
    cases = []
    for layer, args, options, shape, given, lengths in ROWS:
        module = getattr(nn, layer)(*args, **options)
        x = sample(*shape)
        states = first_states(layer, module, x, options, lengths) if given else []
        state = {name: sample(*p.shape, seed=i + 7, scale=0.5) for i, (name, p) in enumerate(module.named_parameters())}
        cases.append({
            "layer": layer,
            "args": args,
            "options": camel_keys(options),
            "lengths": lengths,
            "state": {name: dump(value) for name, value in state.items()},
            "inputs": [dump(x), *[dump(s) for s in states]],
            **{t: run(layer, args, options, x, states, lengths, state, dtype) for t, dtype in TYPES.items()},
        })
    write("nn-recurrent", cases)
