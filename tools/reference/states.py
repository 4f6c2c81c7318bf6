"""States of modules as PyTorch saves them, with an input and what the module makes of it. Needs `pip install safetensors` beside torch."""

import torch
from safetensors.torch import save_file
from torch import nn

from common import ROOT

FOLDER = ROOT / "test/reference/states"


class Block(nn.Module):
    """ResNet's basic block, with torchvision's names."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """ResNet-18 with a sixteenth of the channels."""

    def __init__(self, width=4, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        sizes = [width, width, 2 * width, 4 * width, 8 * width]
        for i in range(4):
            stride = 1 if i == 0 else 2
            layer = nn.Sequential(Block(sizes[i], sizes[i + 1], stride), Block(sizes[i + 1], sizes[i + 1], 1))
            setattr(self, f"layer{i + 1}", layer)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, classes)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def save(name, module, inputs, run, half=False):
    if half:
        module.half().float()
    with torch.no_grad():
        outputs = run(module.eval(), *inputs)
    state = {k: v.half() if half and v.is_floating_point() else v for k, v in module.state_dict().items()}
    about = {f"input.{i}": x for i, x in enumerate(inputs)} | {f"output.{i}": x.contiguous() for i, x in enumerate(outputs)}
    save_file({**state, **about}, FOLDER / f"{name}.safetensors", metadata={"format": "pt"})
    (FOLDER / f"{name}.safetensors").chmod(0o644)


def main():
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(0)
    lstm = nn.LSTM(3, 5, num_layers=2, bidirectional=True, batch_first=True)
    save("lstm", lstm, [torch.randn(2, 4, 3)], lambda m, x: [m(x)[0], *m(x)[1]])
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    save("attention", attention, [torch.randn(2, 3, 8), torch.randn(2, 5, 8)], lambda m, q, k: list(m(q, k, k)))
    transformer = nn.Transformer(16, 2, 2, 1, 32, batch_first=True)
    save("transformer", transformer, [torch.randn(2, 5, 16), torch.randn(2, 3, 16)], lambda m, s, t: [m(s, t)])
    resnet = ResNet18()
    resnet.train()
    for _ in range(20):
        resnet(torch.randn(8, 3, 64, 64))
    save("resnet18", resnet, [torch.randn(2, 3, 64, 64)], lambda m, x: [m(x)], half=True)
    print(f"states: {sum(f.stat().st_size for f in FOLDER.iterdir())} bytes")


if __name__ == "__main__":
    main()
