"""What scikit-learn says of its tables, and pictures with what PIL reads from them."""

import json

import numpy as np
from PIL import Image
from sklearn import datasets

from common import ROOT

FOLDER = ROOT / "test/reference/data"
TABLES = {
    "digits": datasets.load_digits,
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breastCancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
}


def tables():
    made = {}
    for name, load in TABLES.items():
        found = load()
        made[name] = {
            "shape": list(found.data.shape),
            "columnMeans": found.data.mean(0).tolist(),
            "columnDeviations": found.data.std(0).tolist(),
            "first": found.data[0].tolist(),
            "last": found.data[-1].tolist(),
            "targets": [float(found.target[0]), float(found.target[-1]), float(found.target.sum())],
            "classes": [str(c) for c in getattr(found, "target_names", [])],
        }
    raw = datasets.load_diabetes(scaled=False)
    made["diabetesUnscaled"] = {"first": raw.data[0].tolist(), "columnMeans": raw.data.mean(0).tolist()}
    return made


def pictures():
    rng = np.random.default_rng(0)
    gray = rng.integers(0, 256, (4, 5), dtype=np.uint8)
    smooth = np.add.outer(np.arange(16) * 8, np.arange(24) * 4).astype(np.uint8)
    colour = np.stack([smooth, smooth[::-1], 255 - smooth], -1)
    images = {
        "gray.png": Image.fromarray(gray),
        "rgb.png": Image.fromarray(colour),
        "rgba.png": Image.fromarray(np.dstack([colour, smooth])),
        "palette.png": Image.fromarray(colour).quantize(7),
        "bits.png": Image.fromarray(gray > 127),
        "deep.png": Image.fromarray(gray.astype(np.uint16) * 257),
        "colour.jpg": Image.fromarray(colour),
        "gray.jpg": Image.fromarray(smooth),
    }
    made = {}
    for name, image in images.items():
        # Colours at full resolution: how they are spread over the pixels otherwise is each decoder's own choice.
        image.save(FOLDER / name, **({"quality": 95, "subsampling": 0} if name.endswith("jpg") else {}))
        again = Image.open(FOLDER / name)
        if name == "deep.png":
            again = Image.fromarray((np.asarray(again) // 257).astype(np.uint8))
        rgb, brightness = np.asarray(again.convert("RGB")), np.asarray(again.convert("L"))
        made[name] = {"rgb": {"shape": [3, *rgb.shape[:2]], "data": rgb.transpose(2, 0, 1).reshape(-1).tolist()},
                      "gray": {"shape": [1, *brightness.shape], "data": brightness.reshape(-1).tolist()}}
    return made


def main():
    FOLDER.mkdir(exist_ok=True)
    made = {"tables": tables(), "pictures": pictures()}
    (FOLDER / "data.json").write_text(json.dumps(made, separators=(",", ":")) + "\n")
    print(f"data: {sum(f.stat().st_size for f in FOLDER.iterdir())} bytes")


if __name__ == "__main__":
    main()
