"""PyTorch's Fourier transforms, for test/lib/fft.test.ts. Complex numbers travel as pairs."""

import torch
from torch import fft

from common import TYPES, camel_keys, dump, sample, seed_for, write

# Name, whether it takes and gives complex numbers, shape of the input, options.
CALLS = [
    ("fft", True, True, (8, 2), {}),
    ("fft", True, True, (1, 2), {}),
    ("fft", True, True, (3, 7, 2), {}),
    ("fft", True, True, (3, 7, 2), {"dim": 0}),
    ("fft", True, True, (2, 6, 3, 2), {"dim": 1, "norm": "ortho"}),
    ("fft", True, True, (2, 5, 2), {"n": 3, "norm": "forward"}),
    ("fft", True, True, (2, 5, 2), {"n": 8}),
    ("fft", True, True, (331, 2), {}),
    ("fft", True, True, (0, 4, 2), {}),
    ("ifft", True, True, (12, 2), {}),
    ("ifft", True, True, (2, 9, 2), {"dim": -2, "norm": "forward"}),
    ("ifft", True, True, (2, 9, 2), {"norm": "ortho", "n": 4}),
    ("rfft", False, True, (8,), {}),
    ("rfft", False, True, (2, 7), {}),
    ("rfft", False, True, (5, 2), {"dim": 0, "norm": "ortho"}),
    ("rfft", False, True, (2, 5), {"n": 9}),
    ("rfft", False, True, (1,), {}),
    ("irfft", True, False, (5, 2), {}),
    ("irfft", True, False, (2, 4, 2), {"n": 7}),
    ("irfft", True, False, (4, 3, 2), {"dim": 0, "norm": "ortho"}),
    ("irfft", True, False, (2, 4, 2), {"n": 12, "norm": "forward"}),
    ("irfft", True, False, (2, 6, 2), {"n": 4}),
    ("irfft", True, False, (3, 2), {"n": 1}),
    ("fft2", True, True, (2, 3, 4, 2), {}),
    ("ifft2", True, True, (3, 5, 2), {"norm": "ortho"}),
    ("fftn", True, True, (2, 3, 4, 2), {}),
    ("fftn", True, True, (2, 3, 4, 2), {"s": [4, 2]}),
    ("ifftn", True, True, (2, 3, 4, 2), {"dim": [0, 2]}),
    ("rfft2", False, True, (2, 3, 4), {}),
    ("rfft2", False, True, (3, 5), {"s": [4, 6], "norm": "forward"}),
    ("irfft2", True, False, (3, 4, 2), {}),
    ("irfft2", True, False, (3, 3, 2), {"s": [3, 5]}),
    ("rfftn", False, True, (2, 3, 4), {"dim": [1, 0]}),
    ("irfftn", True, False, (2, 3, 3, 2), {"norm": "ortho"}),
    ("fftshift", False, False, (5,), {}),
    ("fftshift", False, False, (4, 5), {"dim": 1}),
    ("ifftshift", False, False, (4, 5), {}),
]


def made(name, takes, gives, x, options, dtype):
    leaf = x.to(TYPES[dtype]).requires_grad_()
    result = getattr(fft, name)(torch.view_as_complex(leaf) if takes else leaf, **options)
    output = torch.view_as_real(result) if gives else result
    (grad,) = torch.autograd.grad(output, leaf, seed_for(output))
    return {"output": dump(output), "grad": dump(grad)}


def main():
    cases = []
    for i, (name, takes, gives, shape, options) in enumerate(CALLS):
        x = sample(*shape, seed=i)
        results = {dtype: made(name, takes, gives, x, options, dtype) for dtype in TYPES}
        cases.append({"name": name, "options": camel_keys(options), "input": dump(x), **results})
    lists = [{"name": name, "n": n, "d": d, "data": getattr(fft, name)(n, d, dtype=torch.float64).tolist()}
             for name in ("fftfreq", "rfftfreq") for n, d in ((1, 1), (8, 1), (7, 0.5))]
    write("fft", cases)
    write("fft-frequencies", lists)


if __name__ == "__main__":
    main()
