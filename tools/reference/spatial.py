"""PyTorch's counterparts of the ops over sequences, planes and volumes."""

import torch
import torch.nn.functional as F

NAMES = {"groups": "groups", "stride": "stride", "padding": "padding", "dilation": "dilation", "outputPadding": "output_padding",
         "ceilMode": "ceil_mode", "countIncludePad": "count_include_pad", "divisorOverride": "divisor_override", "kernelSize": "kernel_size"}


def words(options):
    """Our options as PyTorch's keywords."""
    return {NAMES[k]: v for k, v in options.items() if k in NAMES}


def convolution(function):
    def run(x, w, options=None):
        options = options or {}
        bias = torch.tensor(options["bias"], dtype=x.dtype) if "bias" in options else None
        return function(x, w, bias, **words(options))

    return run


def pool(function):
    return lambda x, size, options=None: function(x, size, **words(options or {}))


def max_pool_with_indices(x, size, options=None):
    options = options or {}
    rank = options.get("rank", x.dim() - 2)
    return list(getattr(F, f"max_pool{rank}d")(x, size, return_indices=True, **words(options)))


def lp_pool(function):
    def run(x, size, options=None):
        options = dict(options or {})
        return function(x, float(options.get("p", 2)), size, options.get("stride"), options.get("ceilMode", False))

    return run


def unpool(rank):
    def run(x, indices, o):
        return getattr(F, f"max_unpool{rank}d")(x, indices.long(), o["kernelSize"], o.get("stride"), o.get("padding", 0), o.get("outputSize"))

    return run


def grid_sample(x, grid, o):
    return F.grid_sample(x, grid, o.get("mode", "bilinear"), o.get("paddingMode", "zeros"), o.get("alignCorners", False))


def slide(x, k, options, flipped):
    mode = (options or {}).get("mode", "full")
    rank = x.dim()
    function = F.conv1d if rank == 1 else F.conv2d
    weight = torch.flip(k, list(range(rank))) if flipped else k
    padding = [n - 1 for n in k.shape] if mode != "valid" else [0] * rank
    y = function(x[None, None], weight[None, None], padding=padding)[0, 0]
    if mode == "same":
        for d in range(rank):
            y = y.narrow(d, (k.shape[d] - 1) // 2, x.shape[d])
    return y


def padded(mode):
    # PyTorch pads two, three or four dimensions and the last ones only; a batch and a channel in front let it pad all of ours.
    def run(x, widths):
        if len(widths) > 2 * x.dim():
            raise ValueError("more widths than dimensions")
        return F.pad(x[None, None], widths, mode=mode)[0, 0]

    return run


def interpolate(x, o):
    size, factor = o.get("size"), o.get("scaleFactor")
    align = o.get("alignCorners", False) if o.get("mode", "nearest") not in ("nearest", "area") else None
    return F.interpolate(x, size, factor, o.get("mode", "nearest"), align)


def channel_shuffle(x, groups):
    """PyTorch 1.13 has no derivative of its own channel shuffle; the same by reshaping has."""
    y = x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)
    assert torch.equal(y, torch.nn.ChannelShuffle(groups)(x.detach()))
    return y


SPATIAL = {
    "conv1d": convolution(F.conv1d),
    "conv2d": convolution(F.conv2d),
    "conv3d": convolution(F.conv3d),
    "convTranspose1d": convolution(F.conv_transpose1d),
    "convTranspose2d": convolution(F.conv_transpose2d),
    "convTranspose3d": convolution(F.conv_transpose3d),
    "convolve": lambda x, k, o=None: slide(x, k, o, True),
    "crossCorrelate": lambda x, k, o=None: slide(x, k, o, False),
    **{f"maxPool{d}d": pool(getattr(F, f"max_pool{d}d")) for d in (1, 2, 3)},
    **{f"avgPool{d}d": pool(getattr(F, f"avg_pool{d}d")) for d in (1, 2, 3)},
    "lpPool1d": lp_pool(F.lp_pool1d),
    "lpPool2d": lp_pool(F.lp_pool2d),
    "maxPoolWithIndices": max_pool_with_indices,
    **{f"maxUnpool{d}d": unpool(d) for d in (1, 2, 3)},
    "adaptiveAvgPool1d": F.adaptive_avg_pool1d,
    "adaptiveAvgPool2d": F.adaptive_avg_pool2d,
    "adaptiveAvgPool3d": F.adaptive_avg_pool3d,
    "adaptiveMaxPool3d": F.adaptive_max_pool3d,
    "adaptiveMaxPool1d": F.adaptive_max_pool1d,
    "adaptiveMaxPool2d": F.adaptive_max_pool2d,
    "adaptiveMaxPoolWithIndices": lambda x, s: list(getattr(F, f"adaptive_max_pool{len(s)}d")(x, s, return_indices=True)),
    "reflectionPad": padded("reflect"),
    "replicationPad": padded("replicate"),
    "circularPad": padded("circular"),
    "interpolate": interpolate,
    "gridSample": grid_sample,
    "affineGrid": lambda theta, size, o=None: F.affine_grid(theta, size, (o or {}).get("alignCorners", False)),
    "unfold": lambda x, o: F.unfold(x, **words(o)),
    "fold": lambda x, s, o: F.fold(x, s, **words(o)),
    "pixelShuffle": F.pixel_shuffle,
    "pixelUnshuffle": F.pixel_unshuffle,
    "channelShuffle": channel_shuffle,
}
