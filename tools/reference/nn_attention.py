"""Attention and Transformers: outputs, weights, and the gradients of inputs and parameters, with all kinds of masks."""

import torch
from torch import nn
from torch.nn import functional as F

from common import TYPES, camel, camel_keys, dump, sample, seed_for, write

CAUSAL = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
CAUSAL3 = torch.triu(torch.ones(3, 3, dtype=torch.bool), 1)
PADDING = torch.tensor([[False, False, False, True], [False, False, True, True]])
PADDING3 = torch.tensor([[False, False, False], [False, False, True]])
ADDED = sample(4, 4, seed=30)
PER_HEAD = sample(4, 3, 4, seed=31) > 1
SMALL = {"dim_feedforward": 5, "dropout": 0.0}
X, Y, Z = sample(4, 2, 4), sample(3, 2, 4, seed=1), sample(4, 2, 4, seed=2)

# (layer, arguments, options, inputs, masks)
ROWS = [
    ("MultiheadAttention", [4, 2], {}, [Y, X, Z], {}),
    ("MultiheadAttention", [4, 2], {}, [X], {"attn_mask": CAUSAL}),
    ("MultiheadAttention", [4, 2], {"batch_first": True}, [sample(2, 4, 4)], {"key_padding_mask": PADDING, "average_attn_weights": False}),
    ("MultiheadAttention", [4, 2], {"bias": False}, [Y, X, X], {"attn_mask": PER_HEAD, "key_padding_mask": PADDING}),
    ("MultiheadAttention", [4, 4], {"kdim": 3, "vdim": 2}, [Y, sample(4, 2, 3), sample(4, 2, 2)], {}),
    ("MultiheadAttention", [4, 2], {"add_bias_kv": True, "add_zero_attn": True}, [Y, X, Z], {"key_padding_mask": PADDING}),
    ("MultiheadAttention", [4, 2], {"add_zero_attn": True}, [X], {"attn_mask": ADDED}),
    ("MultiheadAttention", [4, 1], {}, [X[:, 0]], {"attn_mask": ADDED}),
    ("TransformerEncoderLayer", [4, 2], SMALL, [X], {}),
    ("TransformerEncoderLayer", [4, 2], {**SMALL, "norm_first": True, "activation": "gelu", "layer_norm_eps": 1e-3}, [X], {"src_mask": CAUSAL, "src_key_padding_mask": PADDING}),
    ("TransformerEncoderLayer", [4, 2], {**SMALL, "batch_first": True}, [sample(2, 4, 4)], {"src_key_padding_mask": PADDING}),
    ("TransformerDecoderLayer", [4, 2], SMALL, [Y, X], {}),
    ("TransformerDecoderLayer", [4, 2], {**SMALL, "norm_first": True}, [Y, X], {"tgt_mask": CAUSAL3, "memory_key_padding_mask": PADDING, "tgt_key_padding_mask": PADDING3}),
    ("TransformerEncoder", [4, 2], SMALL, [X], {"mask": CAUSAL, "src_key_padding_mask": PADDING}),
    ("TransformerDecoder", [4, 2], SMALL, [Y, X], {"tgt_mask": CAUSAL3}),
    ("Transformer", [], {"d_model": 4, "nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 2, **SMALL}, [X, Y], {"tgt_mask": CAUSAL3, "src_key_padding_mask": PADDING, "memory_key_padding_mask": PADDING}),
    ("Transformer", [], {"d_model": 4, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1, "norm_first": True, "batch_first": True, **SMALL}, [sample(2, 4, 4), sample(2, 3, 4)], {}),
]


def build(layer, args, options):
    if layer in ("TransformerEncoder", "TransformerDecoder"):
        return getattr(nn, layer)(getattr(nn, layer + "Layer")(*args, **options), 2, norm=nn.LayerNorm(args[0]))
    return getattr(nn, layer)(*args, **options)


def run(layer, args, options, inputs, masks, state, dtype):
    module = build(layer, args, options).to(dtype)
    module.load_state_dict(state)
    leaves = [x.to(dtype, copy=True).requires_grad_() for x in inputs]
    masks = {k: v.to(dtype) if isinstance(v, torch.Tensor) and v.is_floating_point() else v for k, v in masks.items()}
    given = leaves * 3 if layer == "MultiheadAttention" and len(leaves) == 1 else leaves
    made = module(*given, **masks)
    outputs = list(made) if isinstance(made, tuple) else [made]
    leaves += module.parameters()
    grads = torch.autograd.grad(outputs, leaves, [seed_for(y) for y in outputs])
    names = [camel(name) for name, _ in module.named_parameters()]
    return {
        "outputs": [dump(y) for y in outputs],
        "inputGrads": [dump(g) for g in grads[: len(inputs)]],
        "parameterGrads": dict(zip(names, (dump(g) for g in grads[len(inputs) :]))),
    }


def dump_mask(value):
    if not isinstance(value, torch.Tensor):
        return value
    return dump(value) if value.is_floating_point() else {"shape": list(value.shape), "data": value.int().reshape(-1).tolist(), "dtype": "bool"}


def attention(q, k, v, mask, causal, dtype):
    leaves = [x.to(dtype, copy=True).requires_grad_() for x in (q, k, v)]
    given = None if mask is None else mask.to(dtype) if mask.is_floating_point() else mask
    output, _ = F._scaled_dot_product_attention(*leaves, given, is_causal=causal)
    return {"output": dump(output), "grads": [dump(g) for g in torch.autograd.grad(output, leaves, seed_for(output))]}


if __name__ == "__main__":
    cases = []
    for layer, args, options, inputs, masks in ROWS:
        parameters = build(layer, args, options).named_parameters()
        state = {name: sample(*p.shape, seed=i + 7, scale=0.5) for i, (name, p) in enumerate(parameters)}
        cases.append({
            "layer": layer,
            "args": args,
            "options": camel_keys(options),
            "masks": camel_keys({k: dump_mask(v) for k, v in masks.items()}),
            "state": {name: dump(value) for name, value in state.items()},
            "inputs": [dump(x) for x in inputs],
            **{t: run(layer, args, options, inputs, masks, state, dtype) for t, dtype in TYPES.items()},
        })
    write("nn-attention", cases)
    q, k, v = sample(2, 3, 4), sample(2, 4, 4, seed=1), sample(2, 4, 2, seed=2)
    write("attention", [{
        "inputs": [dump(x) for x in given],
        "mask": None if mask is None else dump_mask(mask),
        "isCausal": causal,
        **{t: attention(*given, mask, causal, dtype) for t, dtype in TYPES.items()},
    } for given, mask, causal in [
        ((q, k, v), None, False),
        ((q, k, v), ~CAUSAL[:3], False),
        ((q, k, v), sample(2, 3, 4, seed=5), False),
        ((k, k, v), None, True),
        ((q[0], k[0], v[0]), None, False),
    ]])
