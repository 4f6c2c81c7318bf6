"""References for vision: torchvision's colours and suppression, explanations by hand in PyTorch, and OpenCV's windows. Needs torchvision and opencv."""

import json
import tempfile
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torchvision import ops
from torchvision.transforms import functional as T

from common import ROOT, dump, probabilities, sample


def colours():
    picture = probabilities(3, 4, 5, seed=1).float()
    cases = []
    for name, values in [
        ("Brightness", [0.0, 0.6, 1.7]),
        ("Contrast", [0.0, 0.4, 1.8]),
        ("Saturation", [0.0, 0.5, 1.6]),
        ("Hue", [-0.5, -0.13, 0.0, 0.2, 0.5]),
    ]:
        for value in values:
            made = getattr(T, f"adjust_{name.lower()}")(picture, value)
            cases.append({"name": f"adjust{name}", "value": value, "x": dump(picture), "output": dump(made)})
    gray = probabilities(1, 3, 4, seed=2).float()
    cases.append({"name": "adjustContrast", "value": 0.3, "x": dump(gray), "output": dump(T.adjust_contrast(gray, 0.3))})
    return cases


def suppression():
    cases = []
    for seed, threshold in [(3, 0.3), (4, 0.5), (5, 0.7)]:
        corner = probabilities(30, 2, seed=seed) * 50
        size = probabilities(30, 2, seed=seed + 10) * 30 + 1
        boxes = torch.cat([corner, corner + size], 1).float()
        scores = probabilities(30, seed=seed + 20).float() + torch.arange(30) * 1e-3
        kept = ops.nms(boxes, scores, threshold)
        cases.append({"boxes": dump(boxes), "scores": dump(scores), "iouThreshold": threshold, "kept": kept.tolist()})
    return cases


def explanations():
    """A small net whose weights are given, so that ours can be the same."""
    x = sample(1, 2, 8, 8, seed=6)
    w1, b1 = sample(3, 2, 3, 3, seed=7, scale=0.5), sample(3, seed=8, scale=0.1)
    w2, b2 = sample(4, 3, 3, 3, seed=9, scale=0.5), sample(4, seed=10, scale=0.1)
    w3 = sample(5, 4, seed=11)
    relu = torch.relu

    def layers(x):
        first = F.max_pool2d(relu(F.conv2d(x, w1, b1, padding=1)), 3, 2, 1)
        return F.conv2d(first, w2, b2, stride=2, padding=1)

    def model(x):
        return F.linear(relu(layers(x)).mean((2, 3)), w3)

    target = 2
    asked = x.clone().requires_grad_()
    model(asked)[0, target].backward()
    saliency = asked.grad[0].abs().amax(0)

    asked = x.clone().requires_grad_()
    maps = layers(asked)
    score = F.linear(relu(maps).mean((2, 3)), w3)[0, target]
    (slope,) = torch.autograd.grad(score, maps)
    cam = relu((slope.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True))
    cam = F.interpolate(cam, size=(8, 8), mode="bilinear", align_corners=False)[0, 0]

    whole = F.softmax(model(x), 1)[0, target]
    occlusion = torch.zeros(4, 4, dtype=torch.float64)
    for i in range(4):
        for j in range(4):
            covered = x.clone()
            row, column = 2 * i, 2 * j
            covered[:, :, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0.5
            occlusion[i, j] = whole - F.softmax(model(covered), 1)[0, target]

    # Going back as Zeiler and Fergus do: transposed filters, switches, ReLU on the way back.
    first = relu(F.conv2d(x, w1, b1, padding=1))
    pooled, switches = F.max_pool2d(first, 3, 2, 1, return_indices=True)
    high = relu(F.conv2d(pooled, w2, b2, stride=2, padding=1))
    channel = 1
    at = high[0, channel].argmax()
    alone = torch.zeros_like(high)
    alone[0, channel].view(-1)[at] = high[0, channel].view(-1)[at]
    y = F.conv_transpose2d(relu(alone), w2, stride=2, padding=1, output_padding=1)
    up = torch.zeros_like(first).view(3, -1)
    for c in range(3):
        up[c].index_add_(0, switches[0, c].view(-1), y[0, c].reshape(-1))
    y = F.conv_transpose2d(relu(up.view_as(first)), w1, padding=1)
    return {
        "x": dump(x), "weights": [dump(w) for w in (w1, b1, w2, b2, w3)], "target": target, "saliency": dump(saliency), "gradCam": dump(cam),
        "occlusion": dump(occlusion), "channel": channel, "deconvolution": dump(y[0]),
    }  # fmt: skip


CASCADE = """<?xml version="1.0"?>
<opencv_storage>
<cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>HAAR</featureType>
<height>12</height><width>10</width>
<stageParams><maxWeakCount>3</maxWeakCount></stageParams><featureParams><maxCatCount>0</maxCatCount></featureParams>
<stageNum>2</stageNum>
<stages>
<_><maxWeakCount>1</maxWeakCount><stageThreshold>0.5</stageThreshold>
<weakClassifiers><_><internalNodes>0 -1 0 0.02</internalNodes><leafValues>0. 1.</leafValues></_></weakClassifiers></_>
<_><maxWeakCount>3</maxWeakCount><stageThreshold>0.1</stageThreshold>
<weakClassifiers>
<_><internalNodes>0 1 1 -0.05 -1 -2 2 0.03</internalNodes><leafValues>0.2 -0.4 0.6</leafValues></_>
<_><internalNodes>0 -1 3 0.01</internalNodes><leafValues>-0.3 0.4</leafValues></_>
<_><internalNodes>1 0 2 0.1 -1 -2 0 0.05</internalNodes><leafValues>0.1 -0.2 0.3</leafValues></_>
</weakClassifiers></_>
</stages>
<features>
<_><rects><_>1 1 8 4 -1.</_><_>1 3 8 2 2.</_></rects></_>
<_><rects><_>0 2 9 6 -1.</_><_>3 2 3 6 3.</_></rects></_>
<_><rects><_>2 0 6 12 -1.</_><_>2 0 3 6 2.</_><_>5 6 3 6 2.</_></rects></_>
<_><rects><_>4 4 4 6 -1.</_><_>6 4 2 6 2.</_></rects></_>
</features></cascade></opencv_storage>
"""


def windows():
    """Which windows of a picture pass the cascade above at its own scale, by OpenCV."""
    v = probabilities(9, 12, seed=12).numpy()
    picture = (cv2.resize(v, (48, 40), interpolation=cv2.INTER_CUBIC).clip(0, 1) * 255).round().astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cascade.xml"
        path.write_text(CASCADE)
        classifier = cv2.CascadeClassifier(str(path))
        found = classifier.detectMultiScale(picture, scaleFactor=1.1, minNeighbors=0, maxSize=(10, 12))
    return {"xml": CASCADE, "picture": dump(torch.from_numpy(picture).int()), "windows": sorted([int(v) for v in box] for box in found)}


def faces():
    """Where OpenCV finds the face in scikit-image's astronaut, which is not committed."""
    picture = cv2.imread("/usr/lib/python3/dist-packages/skimage/data/astronaut.png", cv2.IMREAD_GRAYSCALE)
    found = {}
    for name in ("frontalface_default", "frontalface_alt2"):
        classifier = cv2.CascadeClassifier(f"/usr/share/opencv4/haarcascades/haarcascade_{name}.xml")
        found[name] = [[int(v) for v in box] for box in classifier.detectMultiScale(picture, minNeighbors=5)]
    return found


def main():
    made = {"colours": colours(), "suppression": suppression(), "explanations": explanations(), "windows": windows(), "faces": faces()}
    lines = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in made.items()]
    (ROOT / "test/reference/vision.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(len(made["windows"]["windows"]), "windows;", made["faces"])


if __name__ == "__main__":
    main()
