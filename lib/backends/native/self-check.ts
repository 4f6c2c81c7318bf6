/** Compares the engine with the fallback on a few numbers when it is loaded, so that a miscompiled kernel is never used: the fallback stands in for it. */
import type { DType } from "../../dtype.ts";
import type { Shape } from "../../shape.ts";
import { PlainView, packedView, type View } from "../../storage.ts";
import type { Backend, Normalization } from "../backend.ts";
import { attentions } from "./attention-trials.ts";
import { chainOfSteps } from "./chain-trials.ts";
import { convolutions } from "./convolution-trials.ts";
import { decompositions } from "./decomposition-trials.ts";
import { randomNumbers } from "./draw-trials.ts";
import { moves } from "./move-trials.ts";
import { binaryOps, elementLosses, foldOps, unaryOps } from "./ops.ts";
import { recurrences } from "./recurrence-trials.ts";
import { gather, type Kernel, type Trial, viewOf } from "./trial.ts";
import { wordLessons } from "./words-trials.ts";

/** A kernel, or one of its ops, that gives wrong results. */
export interface Fault {
  readonly kernel: Kernel;
  /** The op of an elementwise kernel or a fold; null if the kernel has but one. */
  readonly op: string | null;
  /** What is wrong, for people. */
  readonly text: string;
}

function trials(dtype: DType): Trial[] {
  const shape = [5, 7];
  // Within the domain of every function, acosh aside, with a few special values in between.
  const special = [0, -0, 1, -1, Infinity, -Infinity, NaN];
  const x = viewOf(shape, dtype, (i) => (i < special.length ? special[i]! : ((i * 37) % 19) / 10 - 0.9));
  const y = viewOf(shape, dtype, (i) => ((i * 23) % 17) / 8 - 1);
  const turnedX = new PlainView(x.storage, [7, 5], [1, 7], x.offset, x.dtype);
  const cutX = new PlainView(x.storage, [5, 3], [7, 1], x.offset, x.dtype);
  const a = viewOf([9, 40], dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const b = viewOf([40, 35], dtype, (i) => ((i * 29) % 13) / 6 - 1);
  const slopes = viewOf([9, 35], dtype, (i) => ((i * 19) % 27) / 13 - 1);
  const turned = new PlainView(b.storage, [35, 40], [1, 35], b.offset, b.dtype);
  const index = viewOf([9, 40], "int32", (i) => (i * 7) % 9);
  const picture = viewOf([2, 4, 9, 8], dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const filters = viewOf([6, 2, 3, 3], dtype, (i) => ((i * 29) % 13) / 6 - 1);
  const dy = viewOf([2, 6, 5, 8], dtype, (i) => ((i * 17) % 29) / 14 - 1);
  const window = { groups: 2, stride: [2, 1], padding: [1, 1], dilation: [1, 1] } as const;
  const planes = packedView(picture.storage, picture.dtype, [8, 9, 8], picture.offset);
  const trial = (kernel: Kernel, to: Shape, run: Trial["run"], op: string | null = null, type = dtype): Trial => {
    return { kernel, op, shape: to, dtype: type, run };
  };
  return [
    ...unaryOps.map((op) => trial("unary", shape, (backend, out) => backend.unary(op, x, out), op)),
    ...binaryOps.map((op) => trial("binary", shape, (backend, out) => backend.binary(op, x, y, out), op)),
    trial("unary", [7, 5], (backend, out) => backend.unary("copy", turnedX, out), "copy"),
    trial("unary", [5, 3], (backend, out) => backend.unary("copy", cutX, out), "copy"),
    trial("cat", [10, 7], (backend, out) => backend.cat([x, y], 0, out)),
    trial("cat", [5, 14], (backend, out) => backend.cat([x, y], 1, out)),
    trial("bounds", [2], (backend, out) => backend.bounds(index, out), null, "int32"),
    trial("where", shape, (backend, out) => backend.where(y, x, y, out)),
    ...foldOps.flatMap((op) => [
      trial("reduce", [9], (backend, out) => backend.reduce(op, a, [1], out), op),
      trial("reduce", [40], (backend, out) => backend.reduce(op, a, [0], out), op),
      trial("reduce", [], (backend, out) => backend.reduce(op, a, [0, 1], out), op),
    ]),
    trial("argReduce", [9], (backend, out) => backend.argReduce("max", a, 1, out), null, "int32"),
    trial("argReduce", [40], (backend, out) => backend.argReduce("min", a, 0, out), null, "int32"),
    trial("scan", [9, 40], (backend, out) => backend.scan("sum", a, 0, out)),
    trial("scan", [9, 40], (backend, out) => backend.scan("sum", a, 1, out)),
    trial("softmax", [9, 40], (backend, out) => backend.softmax(a, 1, false, out)),
    trial("softmax", [9, 40], (backend, out) => backend.softmax(a, 0, true, out)),
    trial("matmul", [9, 35], (backend, out) => backend.matmul(a, b, out)),
    trial("matmul", [9, 35], (backend, out) =>
      backend.matmul(
        a,
        b,
        out,
        viewOf([35], dtype, (i) => i),
      ),
    ),
    trial("matmul", [9, 9], (backend, out) =>
      backend.matmul(a, new PlainView(a.storage, [40, 9], [1, 40], a.offset, a.dtype), out),
    ),
    trial("matmul", [35, 35], (backend, out) => backend.matmul(turned, b, out)),
    trial("linearBackward", [9, 40], (backend, out) =>
      backend.linearBackward(slopes, a, turned, { x: out, weight: null, bias: null }),
    ),
    trial("linearBackward", [35, 40], (backend, out) =>
      backend.linearBackward(slopes, a, turned, { x: null, weight: out, bias: null }),
    ),
    trial("linearBackward", [35], (backend, out) =>
      backend.linearBackward(slopes, a, turned, { x: null, weight: null, bias: out }),
    ),
    trial("gather", [9, 40], (backend, out) => backend.gather(a, 0, index, out)),
    trial("scatterAdd", [9, 40], (backend, out) => backend.scatterAdd(a, 0, index, out)),
    trial("argsort", [9, 40], (backend, out) => backend.argsort(a, 1, true, out), null, "int32"),
    trial("conv2d", dy.shape, (backend, out) => backend.conv2d(picture, filters, window, out)),
    trial("conv2dInput", picture.shape, (backend, out) => backend.conv2dInput(dy, filters, window, out)),
    trial("conv2dWeight", filters.shape, (backend, out) => backend.conv2dWeight(picture, dy, window, out)),
    trial("maxPool2d", [2, 8, 4, 4], (backend, out) => {
      const [values, places] = [viewOf([8, 4, 4], dtype), viewOf([8, 4, 4], "int32")];
      backend.maxPool2d(planes, [2, 2], { stride: [2, 2], padding: [0, 0], dilation: [1, 1] }, values, places);
      gather(out, values, places);
    }),
    ...normalizations(picture, dtype),
    ...recurrences(dtype),
    ...attentions(dtype),
    ...convolutions(dtype),
    ...classLosses(a, dtype),
    ...lossesOfElements(dtype),
    ...wordLessons(dtype),
    ...decompositions(dtype),
    ...chainOfSteps(dtype),
    ...moves(dtype),
    ...randomNumbers(dtype),
  ];
}

/** Softmax's way back and cross-entropy, on rows of scores. */
function classLosses(scores: View, dtype: DType): Trial[] {
  const rows = scores.shape[0]!;
  const target = viewOf([rows], "int32", (i) => i * 3 - 1);
  const slopes = viewOf([rows], dtype, (i) => 1 - i / 4);
  const softmaxBack = (log: boolean): Trial => {
    const run: Trial["run"] = (backend, out) => backend.softmaxBackward(scores, scores, 1, log, out);
    return { kernel: "softmaxBackward", op: null, shape: scores.shape, dtype, run };
  };
  const loss: Trial["run"] = (backend, out) => {
    const [losses, logSums] = [viewOf([rows], dtype), viewOf([rows], dtype)];
    backend.crossEntropy(scores, target, 0.1, losses, logSums);
    gather(out, losses, logSums);
  };
  const back: Trial["run"] = (backend, out) => {
    backend.crossEntropyBackward(slopes, 0.5, scores, target, 0.1, slopes, out);
  };
  return [
    softmaxBack(false),
    softmaxBack(true),
    { kernel: "crossEntropy", op: null, shape: [2, rows], dtype, run: loss },
    { kernel: "crossEntropyBackward", op: null, shape: scores.shape, dtype, run: back },
  ];
}

/** Each loss of elements against targets, and its way back. */
function lossesOfElements(dtype: DType): Trial[] {
  const x = viewOf([7, 9], dtype, (i) => ((i * 37) % 19) / 18);
  const y = viewOf([7, 9], dtype, (i) => ((i * 23) % 17) / 16);
  const dy = viewOf([], dtype, () => 0.75);
  return elementLosses.flatMap((loss): Trial[] => {
    const run: Trial["run"] = (backend, out) => backend.elementLoss(loss, x, y, 0.5, out);
    const back: Trial["run"] = (backend, out) => backend.elementLossBackward(loss, dy, 0.5, x, y, out);
    return [
      { kernel: "elementLoss", op: null, shape: [], dtype, run },
      { kernel: "elementLossBackward", op: null, shape: x.shape, dtype, run: back },
    ];
  });
}

/** Every way through the kernels of normalizations, on the elements of x. */
function normalizations(x: View, dtype: DType): Trial[] {
  const ways: Normalization[] = [
    { sizes: [8, 1, 72, 1], over: "group", centered: true, eps: 1e-5 },
    { sizes: [8, 2, 4, 9], over: "group", centered: true, eps: 1e-5 },
    { sizes: [8, 1, 72, 1], over: "channel", centered: true, eps: 1e-5 },
    { sizes: [2, 1, 8, 36], over: "channel", centered: true, eps: 1e-5 },
  ];
  return ways.flatMap((how) => {
    const [samples, groups, channels] = how.sizes;
    const weight = viewOf([groups * channels], dtype, (i) => (i % 7) / 4 + 0.5);
    const noted = viewOf([2, how.over === "channel" ? channels : samples * groups], dtype, (i) => (i % 5) / 8 + 0.5);
    const run: Trial["run"] = (backend, out) => {
      const [y, statistics] = [viewOf(x.shape, dtype), viewOf(noted.shape, dtype)];
      backend.normalize(x, { weight, bias: weight }, how, y, statistics);
      gather(out, y, statistics);
    };
    const back: Trial["run"] = (backend, out) => {
      const to = { x: viewOf(x.shape, dtype), weight: viewOf(weight.shape, dtype), bias: viewOf(weight.shape, dtype) };
      backend.normalizeBackward(x, x, weight, how, noted, to);
      gather(out, to.x, to.weight, to.bias);
    };
    return [
      { kernel: "normalize", op: null, shape: [x.size + noted.size], dtype, run },
      { kernel: "normalizeBackward", op: null, shape: [x.size + 2 * weight.size], dtype, run: back },
    ];
  });
}

/** All kernels and ops whose results differ between the two backends, each once. */
export function faultsOf(backend: Backend, fallback: Backend): Fault[] {
  const faults = new Map<string, Fault>();
  for (const dtype of ["float32", "float64"] as const) {
    for (const trial of trials(dtype)) {
      const text = differenceOf(trial, backend, fallback, dtype === "float32" ? 4e-6 : 1e-13);
      const { kernel, op } = trial;
      const name = op === null ? kernel : `${kernel} ${op}`;
      if (text !== null && !faults.has(name)) {
        faults.set(name, { kernel, op, text: `${op ?? kernel} in ${dtype} ${text}` });
      }
    }
  }
  return [...faults.values()];
}

function differenceOf(
  { run, shape, dtype, wanted: known }: Trial,
  backend: Backend,
  fallback: Backend,
  tolerance: number,
) {
  const [got, wanted] = [viewOf(shape, dtype), known ?? viewOf(shape, dtype)];
  try {
    run(backend, got);
  } catch (error) {
    return `fails: ${(error as Error).message}`;
  }
  if (!known) run(fallback, wanted);
  for (let i = 0; i < wanted.size; i++) {
    const [g, w] = [got.storage.array[i]!, wanted.storage.array[i]!];
    if (Object.is(g, w) || g === w || Math.abs(g - w) <= tolerance * Math.max(1, Math.abs(w))) continue;
    return `gives ${g} instead of ${w}`;
  }
  return null;
}

/** The backend with the fallback in the place of kernels and ops that are wrong. */
export function withoutFaults(backend: Backend, fallback: Backend, faults: readonly Fault[]): Backend {
  if (faults.length === 0) return backend;
  const wholly = faults.filter(({ op }) => op === null).map(({ kernel }) => [kernel, fallback[kernel]]);
  const isWrong = (kernel: Kernel) => {
    const ops = new Set(faults.filter((fault) => fault.kernel === kernel).map(({ op }) => op));
    return (op: string) => ops.has(op);
  };
  const [unary, binary, fold] = [isWrong("unary"), isWrong("binary"), isWrong("reduce")];
  return {
    ...backend,
    unary: (op, x, out) => (unary(op) ? fallback : backend).unary(op, x, out),
    binary: (op, a, b, out) => (binary(op) ? fallback : backend).binary(op, a, b, out),
    // A step of a chain is the loop of its op.
    chains: (op) => !unary(op) && !binary(op) && backend.chains!(op),
    reduce: (op, x, dims, out) => (fold(op) ? fallback : backend).reduce(op, x, dims, out),
    ...Object.fromEntries(wholly),
  };
}
