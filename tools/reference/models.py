"""torchvision's models: names and shapes of their states, shapes of what each layer gives, and outputs from weights that both sides make from a formula."""

import json

import torch
from torch import nn
from torchvision import models
from torchvision.models.googlenet import Inception, InceptionAux
from torchvision.models.resnet import BasicBlock

from common import ROOT

PRIMES = (0x45D9F3B, 0x119DE1F3)


def numbers(count, start):
    """Numbers in [-1, 1) by mixing the bits of start, start + 1, …: the same in any language."""
    x = torch.arange(start, start + count, dtype=torch.int64)
    for prime in PRIMES:
        x = ((x ^ (x >> 16)) * prime) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return x.to(torch.float64) / 2**31 - 1


def fill(module):
    """Weights of He's deviation, other parameters and running statistics near their usual values."""
    start = 0
    for name, tensor in module.state_dict().items():
        if not tensor.is_floating_point():
            continue
        v = numbers(tensor.numel(), start).reshape(tensor.shape)
        start += tensor.numel()
        if tensor.dim() >= 2:
            v = v * (6 / tensor[0].numel()) ** 0.5
        elif name.endswith("running_var"):
            v = 1 + v / 2
        elif name.endswith("weight"):
            # The last normalization of a block is small, so that what goes past it is not drowned.
            v = (1 + v / 2) * (0.3 if name.endswith(("bn3.weight", "bn2.weight")) else 1)
        else:
            v = v / 10
        tensor.copy_(v.to(tensor.dtype))
    return module


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class Stacked(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(6)
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)
        )

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def two_towers():
    """AlexNet as in the paper of 2012, with its two halves as groups."""
    lrn = lambda: nn.LocalResponseNorm(5, 1e-4, 0.75, 2)
    return Stacked([
        nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
    ])  # fmt: skip


def zfnet():
    lrn = lambda: nn.LocalResponseNorm(5, 1e-4, 0.75, 2)
    return Stacked([
        nn.Conv2d(3, 96, 7, 2, 1), nn.ReLU(), nn.MaxPool2d(3, 2, 1), lrn(),
        nn.Conv2d(96, 256, 5, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1), lrn(),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
    ])  # fmt: skip


class PaperConv(nn.Module):
    """GoogLeNet's layers as in the paper: with biases, and 5 × 5 where torchvision has 3 × 3."""

    def __init__(self, inputs, outputs, **options):
        super().__init__()
        if options["kernel_size"] == 3 and options.get("padding") == 1 and self.five:
            options.update(kernel_size=5, padding=2)
        self.conv = nn.Conv2d(inputs, outputs, **options)

    five = False

    def forward(self, x):
        return torch.relu(self.conv(x))


class PaperFive(PaperConv):
    five = True


class PaperInception(Inception):
    def __init__(self, inputs, one, three_reduced, three, five_reduced, five, pooled):
        super().__init__(inputs, one, three_reduced, three, five_reduced, five, pooled, conv_block=PaperConv)
        self.branch3[1] = PaperFive(five_reduced, five, kernel_size=3, padding=1)


class PaperAux(InceptionAux):
    def __init__(self, inputs, classes, dropout):
        super().__init__(inputs, classes, conv_block=PaperConv, dropout=dropout)


class PaperGoogLeNet(models.GoogLeNet):
    def __init__(self):
        super().__init__(1000, True, False, False, [PaperConv, PaperInception, PaperAux])
        self.maxpool1 = nn.Sequential(self.maxpool1, nn.LocalResponseNorm(5, 1e-4, 0.75, 1))
        self.maxpool2 = nn.Sequential(nn.LocalResponseNorm(5, 1e-4, 0.75, 1), self.maxpool2)
        self.maxpool4 = nn.MaxPool2d(3, 2, ceil_mode=True)


class Plain(models.ResNet):
    """A ResNet without the ways past its blocks."""

    def __init__(self, layers):
        super().__init__(BasicBlock, layers)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            for block in layer:
                block.downsample = None
                block.forward = lambda x, b=block: torch.relu(b.bn2(b.conv2(torch.relu(b.bn1(b.conv1(x))))))


class SmallBlock(nn.Module):
    def __init__(self, inputs, planes, residual):
        super().__init__()
        stride = 1 if inputs == planes else 2
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.more, self.stride, self.residual = (planes - inputs) // 2, stride, residual

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            y = y + nn.functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.more, self.more))
        return torch.relu(y)


class Small(nn.Module):
    """The ResNet of 20 layers for pictures of 32 pixels, whose shortcuts have no weights."""

    def __init__(self, residual):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        stage = lambda a, b: nn.Sequential(SmallBlock(a, b, residual), SmallBlock(b, b, residual), SmallBlock(b, b, residual))
        self.layer1, self.layer2, self.layer3 = stage(16, 16), stage(16, 32), stage(32, 64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


def layers_of(module, size, channels):
    """What comes out of each layer without children, by path."""
    shapes = {}
    hooks = [
        part.register_forward_hook(lambda m, i, o, path=path: shapes.__setitem__(path, list(o.shape)))
        for path, part in module.named_modules()
        if path and not list(part.children())
    ]
    module(torch.zeros(1, channels, size, size))
    for hook in hooks:
        hook.remove()
    return shapes


# name, maker, the side of the pictures for outputs, the side for the shapes of all layers, channels
CASES = [
    ("LeNet", LeNet, 28, 28, 1),
    ("AlexNet", models.alexnet, 63, 224, 3),
    ("AlexNet in two towers", two_towers, 63, 224, 3),
    ("ZFNet", zfnet, 95, 224, 3),
    ("vgg11", models.vgg11, 32, 64, 3),
    ("vgg13", models.vgg13, 32, 64, 3),
    ("vgg16", models.vgg16, 32, 224, 3),
    ("vgg16 with batch norm", models.vgg16_bn, 32, 64, 3),
    ("vgg19", models.vgg19, 32, 64, 3),
    ("GoogLeNet", lambda: models.googlenet(init_weights=False, aux_logits=True), 64, 224, 3),
    ("GoogLeNet of the paper", PaperGoogLeNet, 64, 224, 3),
    ("resnet18", models.resnet18, 64, 224, 3),
    ("resnet34", models.resnet34, 64, 64, 3),
    ("resnet50", models.resnet50, 64, 224, 3),
    ("resnet101", models.resnet101, 64, 64, 3),
    ("resnet152", models.resnet152, 64, 64, 3),
    ("plain18", lambda: Plain([2, 2, 2, 2]), 64, 64, 3),
    ("plain34", lambda: Plain([3, 4, 6, 3]), 64, 64, 3),
    ("resnet20", lambda: Small(True), 32, 32, 3),
    ("plain20", lambda: Small(False), 32, 32, 3),
]


def picked(x):
    """Up to fifty numbers, spread over all."""
    flat = x.reshape(-1)
    return [float(f"{v:.12g}") for v in flat[:: max(1, flat.numel() // 50)].tolist()]


def case(name, make, side, shapes_at, channels):
    # Values and gradients that a constructor draws are replaced at once.
    module = fill(make()).eval()
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    state = {k: list(v.shape) for k, v in module.state_dict().items()}
    layers = layers_of(module, shapes_at, channels)
    x = numbers(2 * channels * side * side, 7).reshape(2, channels, side, side).float()
    training = name.startswith("GoogLeNet")

    def run(m, x):
        if not training:
            return [m(x)]
        for part in (m, m.aux1, m.aux2):
            part.training = True
        made = m(x)
        # torchvision 0.14 has the two names the wrong way round.
        return [made.logits, made.aux_logits1, made.aux_logits2]

    # In float64, so that only our own rounding shows.
    outputs = []
    for y in run(module.double(), x.double()):
        outputs.append({"values": picked(y), "scale": float(f"{y.abs().max():.6g}")})
    parameters = sum(p.numel() for p in module.parameters())
    return {"name": name, "parameters": parameters, "side": side, "shapesAt": shapes_at, "channels": channels,
            "state": state, "layers": layers, "outputs": outputs}  # fmt: skip


def main():
    torch.set_grad_enabled(False)
    lines = []
    for row in CASES:
        made = case(*row)
        print(made["name"], made["parameters"], [o["scale"] for o in made["outputs"]], flush=True)
        lines.append(json.dumps(made, separators=(",", ":")))
    (ROOT / "test/reference/models.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
