"""PyTorch's counterpart of each op of the op table: takes the sample's tensors and arguments, returns a tensor or a list of them."""

import math

import torch
import torch.nn.functional as F

from spatial import SPATIAL


def dims(options=None, **names):
    """Our options as PyTorch's keywords."""
    options = options or {}
    out = {}
    if "dim" in options:
        out["dim"] = options["dim"]
    if "keepDim" in options:
        out["keepdim"] = options["keepDim"]
    for ours, theirs in names.items():
        if ours in options:
            out[theirs] = options[ours]
    return out


def all_dims(x, options):
    """Keywords with every dimension named, for functions that take no keepdim without dim."""
    out = dims(options)
    if "dim" not in out and x.dim() > 0:
        out["dim"] = list(range(x.dim()))
    return out


def prod(x, options=None):
    return x.prod(**dims(options))


def each(function):
    """A fold that PyTorch takes over one dimension only."""
    return lambda x, options=None: function(x, **dims(options))


def deviation(function):
    def run(x, options=None):
        options = options or {}
        correction = options.get("correction", 1)
        chosen = options.get("dim", list(range(x.dim())))
        return function(x, dim=chosen, correction=correction, keepdim=options.get("keepDim", False))

    return run


def log_sum_exp(x, options=None):
    options = options or {}
    return torch.logsumexp(x, options.get("dim", list(range(x.dim()))) if x.dim() else 0, options.get("keepDim", False))


def norm(x, options=None):
    options = options or {}
    p = options.get("p")
    return torch.linalg.vector_norm(x, 2 if p is None else p, options.get("dim"), options.get("keepDim", False))


def extreme(name):
    def run(x, options=None):
        if options is None:
            return getattr(x, name)()
        return list(getattr(x, name)(**dims(options)))

    return run


def slices(x, *indices):
    def index(i):
        if i is None:
            return slice(None)
        return slice(*i) if len(i) != 1 else slice(i[0], None)

    return x[tuple(i if isinstance(i, int) else index(i) for i in indices)]


def scan(function):
    return lambda x, options: function(x, options["dim"])


def in_place(name):
    return lambda x, *args: getattr(x.clone(), name)(*args)


def scatter(name, copy=False):
    def run(x, i, s, d):
        x = x.clone() if copy else x
        return getattr(x, name)(d, i.long(), s)

    return run


def covered(source, index):
    """As much of the source as the index covers: PyTorch goes backward through no more."""
    return source[tuple(slice(0, n) for n in index.shape)]


def flat_split(x, sizes, options=None):
    return list(torch.split(x, sizes, (options or {}).get("dim", 0)))


def same(name):
    return getattr(torch, name)


def value(options, name, default=None):
    return (options or {}).get(name, default)


def pairs(function):
    """What gives a tuple, as a list."""
    return lambda *args: list(function(*args))


def moments(function):
    def run(x, options=None):
        chosen = value(options, "dim", list(range(x.dim())))
        return list(function(x, dim=chosen, correction=1, keepdim=value(options, "keepDim", False)))

    return run


def selection(function):
    def run(x, *args):
        options = args[-1] if args and isinstance(args[-1], dict) else {}
        rest = [a for a in args if not isinstance(a, dict)]
        if not options and function is torch.median:
            return function(x)
        return list(function(x, *rest, **dims({"dim": -1, **options})))

    return run


def unique(function):
    def run(x, options=None):
        result = function(x, return_inverse=True, return_counts=True)
        if not options:
            return result[0]
        return list(result)

    return run


def histogram(x, options=None):
    bins = value(options, "bins", 10)
    bins = bins if isinstance(bins, int) else torch.tensor(bins, dtype=x.dtype)
    density = value(options, "density", False)
    if isinstance(bins, int) and value(options, "range"):
        return list(torch.histogram(x, bins, range=tuple(options["range"]), density=density))
    return list(torch.histogram(x, bins, density=density))


def quantile(x, q, options=None):
    q = q if isinstance(q, float | int) else torch.tensor(q, dtype=x.dtype)
    q = float(q) if isinstance(q, int) else q
    return torch.quantile(x, q, value(options, "dim"), value(options, "keepDim", False), interpolation=value(options, "interpolation", "linear"))


def integral(function):
    def run(y, options=None):
        x = value(options, "x")
        if x is not None:
            return function(y, torch.tensor(x, dtype=y.dtype), dim=value(options, "dim", -1))
        return function(y, dx=value(options, "dx", 1), dim=value(options, "dim", -1))

    return run


def scaled(function):
    return lambda x, a, b, options=None: function(x, a, b, beta=value(options, "beta", 1), alpha=value(options, "alpha", 1))


def vander(x, options=None):
    """torch.vander, whose derivative fails in 1.13: so by powers, which must give the same."""
    columns = value(options, "columns", len(x))
    increasing = value(options, "increasing", False)
    powers = torch.arange(columns) if increasing else torch.arange(columns).flip(0)
    made = x.unsqueeze(-1) ** powers
    assert torch.allclose(made, torch.vander(x.detach(), columns, increasing))
    return made


def with_gradient(x, y):
    """x, but y, of which only the shape counts, gets a gradient of zeros too."""
    return x + 0 * torch.nan_to_num(y).sum() if y.is_floating_point() else x


def polygamma(x, n):
    """torch.polygamma; for n = 1 by the zeta function, since its own series and the derivative of digamma are good to nine digits only."""
    if n == 0:
        return Digamma.apply(x)
    return (-1) ** (n + 1) * math.factorial(n) * Zeta.apply(x, n + 1)


class Zeta(torch.autograd.Function):
    """Hurwitz's zeta function of x, with the derivative that torch.special.zeta lacks."""

    @staticmethod
    def forward(ctx, x, s):
        ctx.save_for_backward(x)
        ctx.s = s
        floating = x if x.is_floating_point() else x.float()
        made = torch.special.zeta(torch.full_like(floating, s), floating)
        # At ∞, where all terms are 0, PyTorch's zeta has NaN, and ∞ at −∞, where there is no limit; its polygamma(1) has 0 and NaN.
        return made.masked_fill(floating == math.inf, 0).masked_fill(floating == -math.inf, math.nan)

    @staticmethod
    def backward(ctx, dy):
        return -ctx.s * torch.special.zeta(torch.full_like(dy, ctx.s + 1), *ctx.saved_tensors) * dy, None


class Digamma(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.digamma(x)

    @staticmethod
    def backward(ctx, dy):
        return torch.special.zeta(torch.full_like(dy, 2), *ctx.saved_tensors) * dy


OPS = {
    **SPATIAL,
    **{n: same(n) for n in "relu sigmoid neg exp expm1 log log1p log2 log10 sqrt rsqrt reciprocal sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf abs sign square floor ceil round trunc isnan isfinite isinf add sub mul div maximum minimum pow atan2 remainder fmod eq ne lt le gt ge matmul mm bmm mv dot outer diag trace t tril triu where".split()},
    "relu6": F.relu6,
    "leakyRelu": F.leaky_relu,
    "elu": F.elu,
    "celu": F.celu,
    # PyTorch takes the 1/6 of this derivative in single precision, for float64 too; its formula has the right one.
    "hardsigmoid": lambda x: F.relu6(x + 3) / 6,
    "hardswish": F.hardswish,
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "tanhshrink": F.tanhshrink,
    "threshold": F.threshold,
    "glu": F.glu,
    "selu": F.selu,
    "silu": F.silu,
    "mish": F.mish,
    "softsign": F.softsign,
    "logSigmoid": F.logsigmoid,
    "gelu": lambda x, o=None: F.gelu(x, approximate=(o or {}).get("approximate", "none")),
    "softplus": lambda x, beta=1: F.softplus(x, beta, threshold=1e9),
    "hardtanh": lambda x, o=None: F.hardtanh(x, (o or {}).get("min", -1), (o or {}).get("max", 1)),
    "softmax": lambda x, o: F.softmax(x, o["dim"]),
    "softmin": lambda x, o: F.softmin(x, o["dim"]),
    "logSoftmax": lambda x, o: F.log_softmax(x, o["dim"]),
    "floorDivide": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "logicalAnd": torch.logical_and,
    "logicalOr": torch.logical_or,
    "logicalXor": torch.logical_xor,
    "logicalNot": torch.logical_not,
    "clamp": lambda x, o: torch.clamp(x, o.get("min"), o.get("max")),
    "linear": lambda x, w, b=None: F.linear(x, w, b),
    "einsum": lambda *a: torch.einsum(a[-1], *a[:-1]),
    "diagonal": lambda x, o=None: torch.diagonal(x, (o or {}).get("offset", 0), (o or {}).get("dim1", 0), (o or {}).get("dim2", 1)),
    "sum": lambda x, o=None: x.sum(**all_dims(x, o)),
    "mean": lambda x, o=None: x.mean(**all_dims(x, o)),
    "prod": prod,
    "variance": deviation(torch.var),
    "std": deviation(torch.std),
    "logSumExp": log_sum_exp,
    "norm": norm,
    "any": each(torch.any),
    "all": each(torch.all),
    "amax": lambda x, o=None: x.amax(**all_dims(x, o)),
    "amin": lambda x, o=None: x.amin(**all_dims(x, o)),
    "max": extreme("max"),
    "min": extreme("min"),
    "argmax": each(torch.argmax),
    "argmin": each(torch.argmin),
    "cumSum": scan(torch.cumsum),
    "cumProd": scan(torch.cumprod),
    "sort": lambda x, o=None: list(torch.sort(x, dim=(o or {}).get("dim", -1), descending=(o or {}).get("descending", False), stable=True)),
    "argsort": lambda x, o=None: torch.sort(x, dim=(o or {}).get("dim", -1), descending=(o or {}).get("descending", False), stable=True)[1],
    "topK": lambda x, k, o=None: list(torch.topk(x, k, (o or {}).get("dim", -1), (o or {}).get("largest", True))),
    "reshape": lambda x, s: x.reshape(s),
    "view": lambda x, s: x.view(s),
    "permute": lambda x, s: x.permute(s),
    "transpose": lambda x, a, b: x.transpose(a, b),
    "expand": lambda x, s: x.expand(s),
    "expandAs": lambda x, y: with_gradient(x.expand_as(y), y),
    "flatten": lambda x, o=None: x.flatten((o or {}).get("start", 0), (o or {}).get("end", -1)),
    "unflatten": lambda x, d, s: x.unflatten(d, s),
    "squeeze": lambda x, *d: x.squeeze(*d),
    "unsqueeze": lambda x, d: x.unsqueeze(d),
    "moveDim": torch.movedim,
    "cat": lambda xs, o=None: torch.cat(xs, (o or {}).get("dim", 0)),
    "stack": lambda xs, o=None: torch.stack(xs, (o or {}).get("dim", 0)),
    "split": flat_split,
    "chunk": lambda x, n, o=None: list(torch.chunk(x, n, (o or {}).get("dim", 0))),
    "unbind": lambda x, o=None: list(torch.unbind(x, (o or {}).get("dim", 0))),
    "pad": lambda x, w, o=None: F.pad(x, w, mode=(o or {}).get("mode", "constant"), value=(o or {}).get("value", 0)),
    "roll": lambda x, s, d=None: torch.roll(x, s, d),
    "flip": lambda x, d: torch.flip(x, [d] if isinstance(d, int) else d),
    "repeat": lambda x, n: x.repeat(*n),
    "repeatInterleave": lambda x, n, d=None: torch.repeat_interleave(x, n, d),
    "select": lambda x, d, i: x.select(d, i),
    "narrow": lambda x, d, r: x.narrow(d, r["start"], r["length"]),
    "slice": slices,
    "gather": lambda x, i, d: torch.gather(x, d, i.long()),
    "scatter": scatter("scatter"),
    "scatterReduce": lambda x, i, s, d, o: x.scatter_reduce(d, i.long(), covered(s, i), o["reduce"], include_self=o.get("includeSelf", True)),
    "scatterAdd": scatter("scatter_add"),
    "scatter_": scatter("scatter_", copy=True),
    "scatterAdd_": scatter("scatter_add_", copy=True),
    "indexAdd": scatter("index_add"),
    "indexCopy": scatter("index_copy"),
    "indexFill": scatter("index_fill"),
    "maskedScatter": lambda x, m, s: x.masked_scatter(m, s),
    "take": lambda x, i: torch.take(x, i.long()),
    "takeAlongDim": lambda x, i, d=None: torch.take_along_dim(x, i.long(), d),
    "indexSelect": lambda x, i, d: torch.index_select(x, d, i.long()),
    "maskedSelect": torch.masked_select,
    "maskedFill": lambda x, m, v: x.masked_fill(m, v),
    "nonzero": torch.nonzero,
    "oneHot": lambda x, n=-1: F.one_hot(x.long(), n),
    "to": lambda x, dtype: x.to(getattr(torch, dtype)),
    "float": lambda x: x.float(),
    "double": lambda x: x.double(),
    "int": lambda x: x.int(),
    "bool": lambda x: x.bool(),
    "clone": torch.clone,
    "contiguous": lambda x: x.contiguous(),
    **{n: same(n) for n in "exp2 frac sinc deg2rad rad2deg xlogy hypot signbit heaviside lerp ravel tile fliplr flipud inner kron isin cov corrcoef".split()},
    **{n: same(n) for n in "erfc erfinv lgamma gcd lcm".split()},
    "digamma": Digamma.apply,
    "polygamma": polygamma,
    "mvlgamma": torch.mvlgamma,
    "bitwiseAnd": torch.bitwise_and,
    "bitwiseOr": torch.bitwise_or,
    "bitwiseXor": torch.bitwise_xor,
    "bitwiseNot": torch.bitwise_not,
    "bitwiseLeftShift": torch.bitwise_left_shift,
    "bitwiseRightShift": torch.bitwise_right_shift,
    "logit": lambda x, o=None: torch.logit(x, value(o, "eps")),
    "ldexp": torch.ldexp,
    "logAddExp": torch.logaddexp,
    "copySign": torch.copysign,
    "logAddExp2": torch.logaddexp2,
    "fmax": torch.fmax,
    "fmin": torch.fmin,
    "floatPower": torch.float_power,
    "isposinf": torch.isposinf,
    "isneginf": torch.isneginf,
    "atLeast1d": torch.atleast_1d,
    "atLeast2d": torch.atleast_2d,
    "atLeast3d": torch.atleast_3d,
    "combinations": lambda x, r=2, o=None: torch.combinations(x, r, value(o, "withReplacement", False)),
    "selectScatter": lambda x, s, d, i: torch.select_scatter(x, s, d, i),
    "sliceScatter": lambda x, s, o=None: torch.slice_scatter(x, s, value(o, "dim", 0), value(o, "start"), value(o, "end"), value(o, "step", 1)),
    "diagonalScatter": lambda x, s, o=None: torch.diagonal_scatter(x, s, value(o, "offset", 0), value(o, "dim1", 0), value(o, "dim2", 1)),
    "trapezoid": integral(torch.trapezoid),
    "cumulativeTrapezoid": integral(torch.cumulative_trapezoid),
    "gradient": lambda x, o=None: list(torch.gradient(x, spacing=value(o, "spacing", 1), dim=value(o, "dim"), edge_order=value(o, "edgeOrder", 1))),
    "renorm": lambda x, o: torch.renorm(x, value(o, "p", 2), value(o, "dim", 0), o["maxNorm"]),
    "addbmm": scaled(torch.addbmm),
    "addr": scaled(torch.addr),
    "isClose": torch.isclose,
    "cov": lambda x, o=None: torch.cov(x, correction=value(o, "correction", 1)),
    "addcmul": lambda x, a, b, o=None: torch.addcmul(x, a, b, value=value(o, "value", 1)),
    "addcdiv": lambda x, a, b, o=None: torch.addcdiv(x, a, b, value=value(o, "value", 1)),
    "nanToNum": lambda x, o=None: torch.nan_to_num(x, nan=value(o, "nan", 0.0), posinf=value(o, "posinf"), neginf=value(o, "neginf")),
    "broadcastTo": torch.broadcast_to,
    "reshapeAs": lambda x, y: with_gradient(x.reshape_as(y), y),
    "swapDims": torch.swapdims,
    "rot90": lambda x, k=1, d=(0, 1): torch.rot90(x, k, d),
    "tensorSplit": lambda x, parts, dim=0: list(torch.tensor_split(x, parts, dim)),
    "hstack": torch.hstack,
    "vstack": torch.vstack,
    "dstack": torch.dstack,
    "columnStack": torch.column_stack,
    "broadcastTensors": pairs(torch.broadcast_tensors),
    "meshgrid": lambda xs, o=None: list(torch.meshgrid(*xs, indexing=value(o, "indexing", "ij"))),
    "cartesianProd": torch.cartesian_prod,
    "cumMax": lambda x, o: list(torch.cummax(x, o["dim"])),
    "cumMin": lambda x, o: list(torch.cummin(x, o["dim"])),
    "logCumSumExp": scan(torch.logcumsumexp),
    "diff": lambda x, o=None: torch.diff(x, value(o, "n", 1), value(o, "dim", -1)),
    "varMean": moments(torch.var_mean),
    "stdMean": moments(torch.std_mean),
    "nanSum": lambda x, o=None: torch.nansum(x, **all_dims(x, o)),
    "nanMean": lambda x, o=None: torch.nanmean(x, **all_dims(x, o)),
    "countNonzero": lambda x, o=None: torch.count_nonzero(x, value(o, "dim")),
    # torch.aminmax has no derivative; its two parts have.
    "aminmax": lambda x, o=None: [x.amin(**all_dims(x, o)), x.amax(**all_dims(x, o))],
    "dist": lambda a, b, p=2: torch.dist(a, b, p),
    "cdist": lambda a, b, o=None: torch.cdist(a, b, float(value(o, "p", 2)), compute_mode="donot_use_mm_for_euclid_dist"),
    "kthValue": selection(torch.kthvalue),
    "median": selection(torch.median),
    "nanMedian": lambda x, o=None: torch.nanmedian(x) if o is None else list(torch.nanmedian(x, **dims(o if isinstance(o, dict) else {"dim": o}))),
    "mode": selection(torch.mode),
    "quantile": quantile,
    "bincount": lambda x, o=None: torch.bincount(x, minlength=value(o, "minLength", 0)),
    "histc": lambda x, o=None: torch.histc(x, value(o, "bins", 100), value(o, "min", 0), value(o, "max", 0)),
    "histogram": histogram,
    "unique": unique(torch.unique),
    "uniqueConsecutive": unique(torch.unique_consecutive),
    "bucketize": lambda x, b, o=None: torch.bucketize(x, b, right=value(o, "right", False)),
    "searchSorted": lambda s, v, o=None: torch.searchsorted(s, v, right=value(o, "right", False)),
    "tensordot": lambda a, b, d=2: torch.tensordot(a, b, d),
    "cross": lambda a, b, d=-1: torch.linalg.cross(a, b, dim=d),
    "addmm": scaled(torch.addmm),
    "addmv": scaled(torch.addmv),
    "baddbmm": scaled(torch.baddbmm),
    "chainMatmul": lambda ms: torch.linalg.multi_dot(ms) if len(ms) > 1 else ms[0],
    "diagEmbed": lambda x, offset=0: torch.diag_embed(x, offset),
    "blockDiag": torch.block_diag,
    "vander": vander,
    **{n: in_place(n) for n in "add_ sub_ mul_ div_ pow_ copy_ fill_ zero_ neg_ abs_ exp_ log_ sqrt_ square_ reciprocal_ sigmoid_ tanh_ relu_ floor_ ceil_ round_ trunc_".split()},
    "clamp_": lambda x, o: x.clone().clamp_(o.get("min"), o.get("max")),
    "maskedFill_": in_place("masked_fill_"),
}
