"""A tiny GPT-2 of Hugging Face's transformers: its weights and what it says.

Usage: python3 tools/reference/gpt2.py   (Python with torch, transformers and safetensors)
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

ROOT = Path(__file__).parent.parent.parent
torch.manual_seed(0)
config = GPT2Config(vocab_size=30, n_positions=12, n_embd=16, n_layer=2, n_head=2)
model = GPT2LMHeadModel(config).eval()
with torch.no_grad():
    for parameter in model.parameters():
        # Larger than at the start of training, so that every part shows in the logits.
        parameter.copy_(torch.randn_like(parameter) * 0.3)
tokens = torch.randint(30, (2, 9))
logits = model(tokens).logits
generated = model.generate(tokens[:1, :3], max_new_tokens=8, do_sample=False, pad_token_id=0)[0, 3:]
state = {name: value.contiguous() for name, value in model.transformer.state_dict().items()}
save_file(state, ROOT / "test/reference/states/gpt2.safetensors")
answer = {"tokens": tokens.tolist(), "logits": [float(f"{v:.9g}") for v in logits.reshape(-1).tolist()], "generated": generated.tolist()}
(ROOT / "test/reference/gpt2.json").write_text(json.dumps(answer) + "\n")
