"""Makes lib/data/samples from installed packages: whole small sets, a part of Fashion-MNIST, the start of a novel, short verses.

Usage: python3 tools/samples.py   (Debian: python3-sklearn, dataset-fashion-mnist, r-cran-janeaustenr, sword-text-web,
sword-text-sparv)
"""

import gzip
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

OUT = Path(__file__).parent.parent / "lib/data/samples"
TABLES = Path("/usr/lib/python3/dist-packages/sklearn/datasets/data")
FASHION = Path("/usr/share/datasets/fashion-mnist")
AUSTEN = Path("/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")
PER_CLASS = {"train": 25, "t10k": 10}
CHARACTERS = 200_000
SWORD = Path("/usr/share/sword/modules/texts/ztext")
LONGEST = 12


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


def verses_of(module, testament):
    """The verses of each chapter, as XML: blocks of zlib, and a table that says where in which block each verse lies."""
    tables = {end: (SWORD / module / f"{testament}.{end}").read_bytes() for end in ("bzs", "bzv", "bzz")}
    blocks = []
    for start, length, _ in struct.iter_unpack("<III", tables["bzs"]):
        blocks.append(zlib.decompress(tables["bzz"][start : start + length]) if length else b"")
    chapters, current = {}, []
    for block, start, length in struct.iter_unpack("<IIH", tables["bzv"]):
        verse = blocks[block][start : start + length].decode() if length else ""
        if opened := re.search(r'<chapter [^>]*osisID="([^"]+)"[^>]*sID=', verse):
            current = chapters.setdefault(opened[1], [])
        elif "<w " in verse:
            current.append(verse)
    return chapters


def words_of(verse):
    """The words of a verse in small letters, each with the numbers of Strong's dictionary for the word that it translates."""
    words = []

    def add(text, numbers):
        words.extend((word, numbers) for word in re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", (text or "").lower()))

    def walk(element):
        if element.tag in ("note", "title"):
            return
        numbers = "+".join(re.findall(r"strong:([GH]\d+)", element.get("lemma", "")))
        add(element.text, numbers)
        for child in element:
            walk(child)
            add(child.tail, numbers)

    # What may open in one verse and close in another (lines, speeches, paragraphs) is left out.
    walk(ET.fromstring(f"<verse>{re.sub(r'<(?!/?(?:w|note|title)[ >])[^>]*>', ' ', verse)}</verse>"))
    return words


def verses():
    """Pairs of verses of at most LONGEST words, of chapters that have as many verses in both languages."""
    lines = []
    for testament in ("ot", "nt"):
        english, spanish = (verses_of(module, testament) for module in ("engWEB2015eb", "spaRV1909eb"))
        for chapter in english:
            others = spanish.get(chapter, [])
            if len(english[chapter]) != len(others):
                continue
            for number, pair in enumerate(zip(english[chapter], others), 1):
                both = [words_of(verse) for verse in pair]
                if all(3 <= len(words) <= LONGEST for words in both):
                    columns = [" ".join(f"{word}/{numbers}" for word, numbers in words) for words in both]
                    lines.append("\t".join([f"{chapter}.{number}", *columns]))
    write("verses.tsv.gz", "\n".join(lines).encode() + b"\n")
    print(len(lines), "pairs")


def main():
    OUT.mkdir(exist_ok=True)
    tables()
    fashion()
    novel()
    verses()


if __name__ == "__main__":
    main()
