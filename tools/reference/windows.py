"""Windows of several lengths, periodic and symmetric."""

import torch

from common import TYPES, dump, write

WINDOWS = ["hann", "hamming", "blackman", "bartlett"]


def main():
    cases = []
    for name in WINDOWS:
        for length in [0, 1, 2, 5, 8]:
            for periodic in [True, False]:
                made = {t: dump(getattr(torch, f"{name}_window")(length, periodic=periodic, dtype=dtype)) for t, dtype in TYPES.items()}
                cases.append({"window": f"{name}Window", "length": length, "periodic": periodic, **made})
    write("windows", cases)


if __name__ == "__main__":
    main()
