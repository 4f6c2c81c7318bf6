"""The workloads of the engine's benchmark in PyTorch: prints {name: microseconds} for those named as arguments."""

import json
import math
import os
import sys
import time
from functools import partial

import torch
from pytorch_layers import LAYERS
from pytorch_sweep import SWEEP
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(os.environ.get("GRADBOOK_THREADS") or os.cpu_count()))
MILLION = 1_000_000


def step(loss, optimizer):
    def run():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return run


def product(m, k, n):
    def make():
        a, b = torch.randn(m, k), torch.randn(k, n)
        return lambda: a @ b

    return make


def small_add():
    a, b = torch.randn(10), torch.randn(10, requires_grad=True)
    return lambda: a + b


def small_ops():
    a, b = torch.randn(10), torch.randn(10, requires_grad=True)

    def run():
        b.grad = None
        ((a * b + a).tanh() * b).sum().backward()

    return run


def xor():
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    return step(lambda: F.binary_cross_entropy_with_logits(model(x), y), torch.optim.Adam(model.parameters(), lr=0.02))


def mlp(rule):
    def make():
        x, y = torch.randn(64, 784), torch.randint(0, 10, (64,))
        model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
        return step(lambda: F.cross_entropy(model(x), y), rule(model.parameters(), lr=1e-3))

    return make


def lenet():
    x, y = torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 10),
    )  # fmt: skip
    return step(lambda: F.cross_entropy(model(x), y), torch.optim.Adam(model.parameters(), lr=1e-3))


def resnet():
    from torchvision.models import resnet18

    x, y = torch.randn(16, 3, 32, 32), torch.randint(0, 10, (16,))
    net = resnet18(num_classes=10)
    net.conv1, net.maxpool = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.Identity()

    def run():
        net.zero_grad(set_to_none=True)
        F.cross_entropy(net(x), y).backward()

    return run


def recurrent(kind):
    def make():
        x, y = torch.randn(32, 32, 128), torch.randint(0, 10, (1024,))
        layer, head = kind(128, 128), nn.Linear(128, 10)
        optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=1e-3)
        return step(lambda: F.cross_entropy(head(layer(x)[0].reshape(-1, 128)), y), optimizer)

    return make


def written_lstm():
    x, y = torch.randn(32, 32, 128), torch.randint(0, 10, (1024,))
    of_input, of_state = (nn.Parameter(torch.randn(128, 512) * 0.05) for _ in range(2))
    bias, head = nn.Parameter(torch.zeros(512)), nn.Linear(128, 10)
    optimizer = torch.optim.Adam([of_input, of_state, bias, *head.parameters()], lr=1e-3)

    def loss():
        h, c = torch.zeros(32, 128), torch.zeros(32, 128)
        outputs = []
        for t in range(32):
            i, f, g, o = (x[t] @ of_input + h @ of_state + bias).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            outputs.append(h)
        return F.cross_entropy(head(torch.stack(outputs).reshape(-1, 128)), y)

    return step(loss, optimizer)


def gpt():
    tokens, targets = torch.randint(0, 65, (16, 64)), torch.randint(0, 65, (1024,))
    embedding, head = nn.Embedding(65, 128), nn.Linear(128, 65)
    options = {"dropout": 0.0, "batch_first": True, "norm_first": True, "activation": "gelu"}
    blocks = [nn.TransformerEncoderLayer(128, 4, 512, **options) for _ in range(2)]
    mask = torch.full((64, 64), float("-inf")).triu(1)
    parameters = [p for module in (embedding, *blocks, head) for p in module.parameters()]

    def loss():
        hidden = embedding(tokens)
        for block in blocks:
            hidden = block(hidden, mask)
        return F.cross_entropy(head(hidden).reshape(-1, 65), targets)

    return step(loss, torch.optim.Adam(parameters, lr=1e-3))


class Translator(nn.Module):
    """The paper's Transformer from tokens to tokens, as PyTorch's tutorial has it."""

    def __init__(self, words):
        super().__init__()
        self.source, self.target = nn.Embedding(words, 512), nn.Embedding(words, 512)
        self.transformer = nn.Transformer(batch_first=True)
        self.head, self.dropout = nn.Linear(512, words), nn.Dropout(0.1)
        rates = torch.exp(torch.arange(0, 512, 2) * (-math.log(10000) / 512))
        angles = torch.arange(32).unsqueeze(1) * rates
        self.register_buffer("positions", torch.stack((angles.sin(), angles.cos()), 2).reshape(32, 512))

    def forward(self, source, target):
        place = lambda x: self.dropout(x * math.sqrt(512) + self.positions)
        mask = torch.full((32, 32), float("-inf")).triu(1)
        hidden = self.transformer(place(self.source(source)), place(self.target(target)), tgt_mask=mask)
        return self.head(hidden)


def transformer():
    model = Translator(1000)
    source, target = torch.randint(0, 1000, (8, 32)), torch.randint(0, 1000, (8, 32))
    labels = torch.randint(0, 1000, (256,))
    loss = lambda: F.cross_entropy(model(source, target).reshape(-1, 1000), labels)
    return step(loss, torch.optim.Adam(model.parameters(), lr=1e-4))


def word2vec():
    """Skip-gram in batches of 256 pairs, kinder to PyTorch than an example at a time, by gradients of the rows in use alone."""
    words = [int(1000 ** ((i * 0.6180339887498949) % 1)) - 1 for i in range(5000)]
    counts = torch.bincount(torch.tensor(words), minlength=1000) + 1.0
    inputs, outputs = (nn.Embedding(1000, 100, sparse=True) for _ in range(2))
    nn.init.zeros_(outputs.weight)
    optimizer = torch.optim.SGD([*inputs.parameters(), *outputs.parameters()], lr=0.025)
    chances = counts**0.75

    def run():
        reach = torch.randint(1, 6, (len(words),)).tolist()
        pairs = torch.tensor([
            (words[j], words[i])
            for i, span in enumerate(reach)
            for j in range(max(0, i - span), min(len(words), i + span + 1))
            if j != i
        ])  # fmt: skip
        for batch in pairs.split(256):
            wrong = torch.multinomial(chances, len(batch) * 5, replacement=True).reshape(-1, 5)
            rows = torch.cat((batch[:, 1:], wrong), 1)
            scores = (outputs(rows) @ inputs(batch[:, 0]).unsqueeze(2)).squeeze(2)
            right = torch.zeros_like(scores)
            right[:, 0] = 1
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(scores, right, reduction="sum").backward()
            optimizer.step()

    return run


def on(shapes, run):
    return lambda: partial(run, *(torch.randn(*shape) for shape in shapes))


def definite(rows):
    x = torch.randn(rows, rows)
    return x @ x.T + torch.eye(rows) * rows


def cross_entropy():
    scores, labels = torch.randn(512, 1000, requires_grad=True), torch.randint(0, 1000, (512,))

    def run():
        scores.grad = None
        F.cross_entropy(scores, labels).backward()

    return run


WORKLOADS = {
    "add of 10 elements, recorded": small_add,
    "5 ops forward and backward, n = 10": small_ops,
    "XOR MLP step (2-8-1, batch 4, Adam)": xor,
    "MLP 784-128-10, batch 64, SGD": mlp(torch.optim.SGD),
    "MLP 784-128-10, batch 64, Adam": mlp(torch.optim.Adam),
    "LeNet-like CNN, batch 64": lenet,
    "ResNet-18, 32², batch 16, forward and backward": resnet,
    "nn.LSTM 128, 32 steps, batch 32": recurrent(nn.LSTM),
    "LSTM from ops, 128, 32 steps, batch 32": written_lstm,
    "nn.GRU 128, 32 steps, batch 32": recurrent(nn.GRU),
    "GPT, 2 layers × 128, 64 tokens, batch 16": gpt,
    "the book's Transformer (d 512, 6 + 6 layers, batch 8, 32 tokens)": transformer,
    "word2vec with negative sampling, 5,000 words": word2vec,
    "product 64³": product(64, 64, 64),
    "product 256³": product(256, 256, 256),
    "product 512³": product(512, 512, 512),
    "product 1024³": product(1024, 1024, 1024),
    "product 32 × 784 × 128": product(32, 784, 128),
    "product 128 × 512 × 2048": product(128, 512, 2048),
    "SVD of 200 × 200": on([(200, 200)], torch.linalg.svd),
    "eigenvalues and vectors of 200 × 200": lambda: partial(torch.linalg.eigh, definite(200)),
    "QR of 200 × 200": on([(200, 200)], torch.linalg.qr),
    "Cholesky of 200 × 200": lambda: partial(torch.linalg.cholesky, definite(200)),
    "inverse of 200 × 200": on([(200, 200)], torch.linalg.inv),
    "QR of 1000 × 1000": on([(1000, 1000)], torch.linalg.qr),
    "Cholesky of 1000 × 1000": lambda: partial(torch.linalg.cholesky, definite(1000)),
    "inverse of 1000 × 1000": on([(1000, 1000)], torch.linalg.inv),
    "softmax 512 × 1000": on([(512, 1000)], lambda x: x.softmax(1)),
    "layer norm 512 × 1000": on([(512, 1000), (1000,), (1000,)], lambda x, w, b: F.layer_norm(x, [1000], w, b)),
    "cross-entropy 512 × 1000, forward and backward": cross_entropy,
    "exp of 1M": on([(MILLION,)], torch.exp),
    "sin of 1M": on([(MILLION,)], torch.sin),
    "tan of 1M": on([(MILLION,)], torch.tan),
    "sum of 1M": on([(MILLION,)], torch.sum),
    "add of 1M": on([(MILLION,), (MILLION,)], torch.add),
    "relu of 1M": on([(MILLION,)], torch.relu),
    "sigmoid(a·b + a)·b − a of 1M": on([(MILLION,), (MILLION,)], lambda a, b: (a * b + a).sigmoid() * b - a),
    **LAYERS,
}


def least(run, warm=0.3, lasting=1):
    def clock(turns):
        start = time.perf_counter()
        for _ in range(turns):
            run()
        return (time.perf_counter() - start) * 1e6 / turns

    warm_until = time.perf_counter() + warm
    while time.perf_counter() < warm_until:
        run()
    turns = max(1, round(5000 * lasting / clock(3)))
    best, rounds, until = float("inf"), 0, time.perf_counter() + lasting
    while rounds < 5 or time.perf_counter() < until:
        best = min(best, clock(turns))
        rounds += 1
    return best


def resident(field):
    """A line of what the system says of this process, in MB."""
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith(field + ":"))


def peak(make):
    """As in ours.ts."""
    import torchvision.models  # A library, which ours has loaded by now, too.

    before = resident("VmRSS")
    run = make()
    for _ in range(10):
        run()
    return resident("VmHWM") - before


PEAKS = {"memory at peak, ResNet-18 step": resnet}



def figure(name):
    if name in PEAKS:
        return peak(PEAKS[name])
    if name in SWEEP:
        return least(SWEEP[name](), 0.05, 0.1)
    return least(WORKLOADS[name]())


figures = {}
for name in sys.argv[1:]:
    try:
        figures[name] = figure(name)
    except Exception as error:
        figures[name] = str(error).splitlines()[0]
print(json.dumps({"version": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", "figures": figures}))
