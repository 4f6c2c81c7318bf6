"""Makes lib/data/samples from installed packages: whole small sets, a part of Fashion-MNIST, the start of a novel.

Usage: python3 tools/samples.py   (Debian: python3-sklearn, dataset-fashion-mnist, r-cran-janeaustenr)
"""

import gzip
import zlib
from pathlib import Path

OUT = Path(__file__).parent.parent / "lib/data/samples"
TABLES = Path("/usr/lib/python3/dist-packages/sklearn/datasets/data")
FASHION = Path("/usr/share/datasets/fashion-mnist")
AUSTEN = Path("/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")
PER_CLASS = {"train": 25, "t10k": 10}
CHARACTERS = 200_000


def write(name, content):
    # No time in the file: equal content gives an equal file.
    (OUT / name).write_bytes(gzip.compress(content, 9, mtime=0))
    print(name, (OUT / name).stat().st_size)


def tables():
    for name, source in [("iris", "iris"), ("wine", "wine_data"), ("breast_cancer", "breast_cancer")]:
        write(f"{name}.csv.gz", (TABLES / f"{source}.csv").read_bytes())
    for name in ("digits", "diabetes_data_raw", "diabetes_target"):
        write(f"{name}.csv.gz", gzip.decompress((TABLES / f"{name}.csv.gz").read_bytes()))


def fashion():
    for part, count in PER_CLASS.items():
        images = gzip.decompress((FASHION / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((FASHION / f"{part}-labels-idx1-ubyte.gz").read_bytes())[8:]
        chosen = sorted(i for c in range(10) for i in [k for k, label in enumerate(labels) if label == c][:count])
        size = len(chosen).to_bytes(4, "big")
        pixels = b"".join(images[16 + 784 * i : 16 + 784 * (i + 1)] for i in chosen)
        write(f"fashion-{part}-images-idx3-ubyte.gz", images[:4] + size + images[8:16] + pixels)
        write(f"fashion-{part}-labels-idx1-ubyte.gz", b"\0\0\x08\x01" + size + bytes(labels[i] for i in chosen))


def novel():
    """The lines of the fifth text of an R lazy-load file: each is a length, and a zlib stream of an R vector in XDR."""
    data, at, texts = AUSTEN.read_bytes(), 0, []
    while at < len(data):
        stream = zlib.decompressobj()
        texts.append(stream.decompress(data[at + 4 :]))
        at = len(data) - len(stream.unused_data)
    raw, lines = texts[4], []
    at = raw.index(b"\0\0\0\x10") + 8
    while at < len(raw):
        length = int.from_bytes(raw[at + 4 : at + 8], "big")
        lines.append(raw[at + 8 : at + 8 + length].decode())
        at += 8 + length
    text = "\n".join(lines)
    assert text.startswith("PRIDE AND PREJUDICE"), text[:40]
    write("pride-and-prejudice.txt.gz", text[: text.rindex("\n\n", 0, CHARACTERS)].encode() + b"\n")


def main():
    OUT.mkdir(exist_ok=True)
    tables()
    fashion()
    novel()


if __name__ == "__main__":
    main()
