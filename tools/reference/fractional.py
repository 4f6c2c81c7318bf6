"""PyTorch's fractional max pooling, for test/lib/nn/fractional-pooling.test.ts."""

import torch
import torch.nn.functional as F

from common import TYPES, camel_keys, dump, sample, seed_for, write

CALLS = [
    (2, (2, 3, 7, 8), 2, {"output_size": 3}),
    (2, (2, 3, 7, 8), [2, 3], {"output_size": [4, 3]}),
    (2, (2, 9, 6), 3, {"output_ratio": 0.5}),
    (2, (1, 1, 5, 4), 2, {"output_size": 1}),
    (2, (1, 2, 8, 8), 1, {"output_ratio": [0.7, 0.3]}),
    (3, (1, 2, 5, 6, 7), 2, {"output_size": 3}),
    (3, (2, 4, 6, 5), [1, 2, 3], {"output_ratio": 0.5}),
]


def run(rank, x, size, options, samples, dtype):
    leaf = x.to(TYPES[dtype]).requires_grad_()
    function = getattr(F, f"fractional_max_pool{rank}d_with_indices")
    output, indices = function(leaf, size, **options, _random_samples=samples.to(TYPES[dtype]))
    (grad,) = torch.autograd.grad(output, leaf, seed_for(output))
    return {"output": dump(output), "indices": dump(indices), "grad": dump(grad)}


def main():
    cases = []
    for i, (rank, shape, size, options) in enumerate(CALLS):
        x = sample(*shape, seed=i)
        batch = shape[0] if len(shape) == rank + 2 else 1
        samples = torch.floor(torch.rand(batch, shape[-rank - 1], rank, generator=torch.Generator().manual_seed(i)) * 256) / 256
        made = {dtype: run(rank, x, size, options, samples, dtype) for dtype in TYPES}
        cases.append({"rank": rank, "kernelSize": size, "options": camel_keys(options), "input": dump(x), "samples": dump(samples), **made})
    torch.manual_seed(0)
    x = sample(2, 3, 8, 8)
    drawn = torch.nn.FractionalMaxPool2d(2, output_size=5)(x.float())
    cases.append({"rank": 2, "kernelSize": 2, "options": {"outputSize": 5}, "input": dump(x), "seed": 0, "float32": {"output": dump(drawn)}})
    write("nn-fractional", cases)


if __name__ == "__main__":
    main()
