"""Single ops at small and middle sizes, as in sweep.ts."""

import torch
from torch.nn import functional as F

SIZES = {100: (10, 10), 1000: (25, 40), 10_000: (100, 100), 100_000: (250, 400)}


def vectors(run):
    def at(size):
        a, b = torch.randn(size), torch.randn(size)
        return lambda: run(a, b)

    return at


def matrices(run):
    def at(size):
        a, b = torch.randn(SIZES[size]), torch.randn(SIZES[size])
        return lambda: run(a, b)

    return at


def with_gradient(run):
    def at(size):
        x = torch.randn(SIZES[size], requires_grad=True)

        def step():
            x.grad = None
            run(x).sum().backward()

        return step

    return at


def with_line(dim, run):
    def at(size):
        rows, columns = SIZES[size]
        x, line = torch.randn(rows, columns), torch.randn(columns) if dim == 0 else torch.randn(rows, 1)
        return lambda: run(x, line)

    return at


def with_rows(run):
    def at(size):
        rows, columns = SIZES[size]
        x, index = torch.randn(rows, columns), torch.randint(0, rows, (rows,))
        return lambda: run(x, index)

    return at


def where(size):
    a, b = torch.randn(size), torch.randn(size)
    condition = a > b
    return lambda: torch.where(condition, a, b)


def masked_fill(size):
    a = torch.randn(size)
    mask = a > 0
    return lambda: a.masked_fill(mask, 0)


def layer_norm(size):
    rows, columns = SIZES[size]
    x, weight, bias = torch.randn(rows, columns), torch.randn(columns), torch.randn(columns)
    return lambda: F.layer_norm(x, [columns], weight, bias)


def permute(size):
    rows, columns = SIZES[size]
    x = torch.randn(rows, columns // 5, 5)
    return lambda: x.permute(1, 0, 2).contiguous()


def gather(size):
    rows, columns = SIZES[size]
    x, index = torch.randn(rows, columns), torch.randint(0, columns, (rows, columns))
    return lambda: x.gather(1, index)


def gather_and_back(size):
    rows, columns = SIZES[size]
    x, index = torch.randn(rows, columns, requires_grad=True), torch.randint(0, columns, (rows, columns))

    def step():
        x.grad = None
        x.gather(1, index).sum().backward()

    return step


def by_vector(size):
    x, y = torch.randn(SIZES[size]), torch.randn(SIZES[size][1])
    return lambda: x @ y


def square(side):
    a, b = torch.randn(side, side), torch.randn(side, side)
    return lambda: a @ b


def item():
    x = torch.tensor([3.0])
    return lambda: x.item()


OPS = {
    "add": vectors(torch.add),
    "mul": vectors(torch.mul),
    "add of a number": vectors(lambda a, b: a + 2),
    "add in place": vectors(lambda a, b: a.add_(b)),
    "relu": vectors(lambda a, b: a.relu()),
    "exp": vectors(lambda a, b: a.exp()),
    "tanh": vectors(lambda a, b: a.tanh()),
    "sigmoid": vectors(lambda a, b: a.sigmoid()),
    "gelu": vectors(lambda a, b: F.gelu(a)),
    "a > b": vectors(torch.gt),
    "where": where,
    "masked fill": masked_fill,
    "to float64": vectors(lambda a, b: a.double()),
    "sum": vectors(lambda a, b: a.sum()),
    "mean": vectors(lambda a, b: a.mean()),
    "std": vectors(lambda a, b: a.std()),
    "max": vectors(lambda a, b: a.max()),
    "argmax": vectors(lambda a, b: a.argmax()),
    "norm": vectors(lambda a, b: a.norm()),
    "sort": vectors(lambda a, b: a.sort()),
    "topK, 10": vectors(lambda a, b: a.topk(10)),
    "cumsum": vectors(lambda a, b: a.cumsum(0)),
    "add of a row": with_line(0, torch.add),
    "add of a column": with_line(1, torch.add),
    "sum over rows": matrices(lambda x, y: x.sum(0)),
    "sum over columns": matrices(lambda x, y: x.sum(1)),
    "mean over columns": matrices(lambda x, y: x.mean(1)),
    "std over columns": matrices(lambda x, y: x.std(1)),
    "max over columns": matrices(lambda x, y: x.max(1)),
    "argmax over columns": matrices(lambda x, y: x.argmax(1)),
    "sort of rows": matrices(lambda x, y: x.sort(1)),
    "cumsum over rows": matrices(lambda x, y: x.cumsum(0)),
    "softmax": matrices(lambda x, y: x.softmax(1)),
    "log-softmax": matrices(lambda x, y: x.log_softmax(1)),
    "layer norm": layer_norm,
    "cat": matrices(lambda x, y: torch.cat([x, y])),
    "cat of columns": matrices(lambda x, y: torch.cat([x, y], 1)),
    "transpose, contiguous": matrices(lambda x, y: x.t().contiguous()),
    "permute, contiguous": permute,
    "select of rows": with_rows(lambda x, rows: x.index_select(0, rows)),
    "embedding": with_rows(lambda x, rows: F.embedding(rows, x)),
    "gather of columns": gather,
    "matrix by vector": by_vector,
    "mul, forward and backward": with_gradient(lambda x: x * x),
    "softmax, forward and backward": with_gradient(lambda x: x.softmax(1)),
    "max over columns, forward and backward": with_gradient(lambda x: x.max(1).values),
    "mean over columns, forward and backward": with_gradient(lambda x: x.mean(1)),
    "std over columns, forward and backward": with_gradient(lambda x: x.std(1)),
    "cumsum over rows, forward and backward": with_gradient(lambda x: x.cumsum(0)),
    "cat, forward and backward": with_gradient(lambda x: torch.cat([x, x])),
    "gather of columns, forward and backward": gather_and_back,
}

SWEEP = {
    **{f"{op}: {size}": (lambda make=make, size=size: make(size)) for op, make in OPS.items() for size in SIZES},
    **{f"product of {side} × {side}": (lambda side=side: square(side)) for side in (4, 8, 16, 32, 64, 128)},
    "number of one element": item,
}
