/** What a model is made of: what comes out of each layer, how many numbers it learns, how much it computes and keeps. */
import { withGrad } from "../autograd/mode.ts";
import type { Backend } from "../backends/backend.ts";
import { backend, setBackend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Module } from "./module.ts";
import { htmlOf, latexOf, textOf } from "./summary-display.ts";

/** A layer's run in a summary. */
export interface SummaryRow {
  /** Where it is in the model, such as `encoder.0`. */
  readonly path: string;
  /** Its class. */
  readonly type: string;
  /** The shape of its output, null if that is no tensor; of several the first. */
  readonly output: Shape | null;
  /** Its own learned numbers, those of its children not counted. */
  readonly parameters: number;
  /** Multiply-adds of its own matrix products and convolutions, those of its children not counted. */
  readonly multiplyAdds: number;
}

/** A module in a summary, with those below it, all of which its numbers include. */
export interface SummaryNode {
  /** Its name in the module around it; empty at the top. */
  readonly name: string;
  /** Its class. */
  readonly type: string;
  /** The shape of its last output, null if it did not run or gave no tensor. */
  readonly output: Shape | null;
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Bytes of the outputs of the layers that hold no others. */
  readonly outputBytes: number;
  readonly children: readonly SummaryNode[];
}

/** What `summary` found. A console shows the tree, a notebook a table. @example summary(new Linear(2, 3), [[1, 2]]) instanceof Summary // true */
export class Summary {
  constructor(
    /** The layers in the order in which they ran. */
    readonly rows: readonly SummaryRow[],
    /** The modules as they hold each other. */
    readonly tree: SummaryNode,
    /** All learned numbers, shared ones counted once. */
    readonly parameters: number,
    /** Those of them that training changes. */
    readonly trainable: number,
    /** Bytes of parameters and buffers. */
    readonly bytes: number,
  ) {}

  /** Multiply-adds of one run. */
  get multiplyAdds(): number {
    return this.tree.multiplyAdds;
  }

  /** The tree in columns of text, and the totals. */
  toString(): string {
    return textOf(this);
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** What a notebook shows. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/html": htmlOf(this), "text/latex": latexOf(this), "text/plain": this.toString() };
  }
}

/** What is noted of a module while it runs. */
interface Notes {
  output: Shape | null;
  multiplyAdds: number;
  outputBytes: number;
}

/** A backend that passes everything on and tells how many multiply-adds matrix products and convolutions take. */
function counting(inner: Backend, count: (multiplyAdds: number) => void): Backend {
  const outer = Object.create(inner) as Backend;
  const perOutput = (weight: { shape: Shape }) => sizeOf(weight.shape) / (weight.shape[0] ?? 1);
  outer.matmul = (a, b, out, bias) => {
    count(out.size * a.shape[a.shape.length - 1]!);
    inner.matmul(a, b, out, bias);
  };
  outer.conv2d = (x, weight, window, out) => {
    count(out.size * perOutput(weight));
    inner.conv2d(x, weight, window, out);
  };
  outer.conv2dInput = (dy, weight, window, dx) => {
    count(dy.size * perOutput(weight));
    inner.conv2dInput(dy, weight, window, dx);
  };
  outer.recur = (run, inputBias, stateBias) => {
    count(run.gates.size * run.start.shape[1]!);
    inner.recur(run, inputBias, stateBias);
  };
  return outer;
}

function ownParameters(module: Module): number {
  const children = new Set(module.children().flatMap((child) => child.parameters()));
  return module.parameters().reduce((sum, p) => sum + (children.has(p) ? 0 : p.size), 0);
}

/** The first tensor of an output. */
function firstTensor(output: unknown): Tensor | null {
  if (output instanceof Tensor) return output;
  return Array.isArray(output) ? (output.map(firstTensor).find((x) => x !== null) ?? null) : null;
}

const itemBytes: Readonly<Record<string, number>> = { float64: 8, float32: 4, int32: 4 };

/** Bytes that a tensor's elements take. */
function bytesOf(x: Tensor): number {
  return x.size * (itemBytes[x.dtype] ?? 1);
}

/**
 * Runs a model once, in evaluation mode and without recording, and notes what comes out of each layer, how many numbers it learns and how many
 * multiply-adds its matrix products and convolutions take. Layers that hold others and no weights of their own, and layers without weights, such as
 * pooling, are not charged for multiply-adds.
 *
 * @param model Any module.
 * @param inputs What to call it with.
 * @see book §2.3, §3.2.
 * @example summary(new Linear(2, 3), [[1, 2]]).parameters // 9
 * @example summary(new Linear(2, 3), [[1, 2]]).multiplyAdds // 6
 */
export function summary(model: Module, ...inputs: readonly TensorLike[]): Summary {
  const rows: SummaryRow[] = [];
  const modules = model.namedModules();
  const modes = modules.map(([, module]) => module.training);
  const notes = new Map<Module, Notes>(
    modules.map(([, module]) => [module, { output: null, multiplyAdds: 0, outputBytes: 0 }]),
  );
  // The multiply-adds of the modules that run at the moment, the innermost last.
  const running: number[] = [];
  const removers = modules.flatMap(([path, module]) => {
    const parameters = ownParameters(module);
    const isLayer = parameters > 0 || module.children().length === 0;
    const before = module.registerForwardPreHook(() => {
      running.push(0);
    });
    const after = module.registerForwardHook((_, __, result) => {
      const spent = running.pop()!;
      const multiplyAdds = parameters > 0 || module.children().length > 0 ? spent : 0;
      const tensor = firstTensor(result);
      const own = notes.get(module)!;
      own.output = tensor?.shape ?? null;
      own.multiplyAdds += multiplyAdds;
      if (module.children().length === 0 && tensor !== null) own.outputBytes += bytesOf(tensor);
      if (!isLayer) return;
      rows.push({ path, type: module.constructor.name, output: own.output, parameters, multiplyAdds });
    });
    return [before, after];
  });
  const inner = setBackend(
    counting(backend, (multiplyAdds) => {
      if (running.length > 0) running[running.length - 1]! += multiplyAdds;
    }),
  );
  try {
    model.eval();
    const call = model as unknown as (...inputs: readonly Tensor[]) => unknown;
    withGrad(false, () => call(...inputs.map((input) => asTensor(input))));
  } finally {
    setBackend(inner);
    for (const remove of removers) remove();
    modules.forEach(([, module], i) => {
      module.training = modes[i]!;
    });
  }
  const bytes = [...model.parameters(), ...model.buffers()].reduce((sum, x) => sum + bytesOf(x), 0);
  const trainable = model.numParameters({ trainable: true });
  return new Summary(rows, nodeOf("", model, notes), model.numParameters(), trainable, bytes);
}

function nodeOf(name: string, module: Module, notes: ReadonlyMap<Module, Notes>): SummaryNode {
  const children = module.namedChildren().map(([key, child]) => nodeOf(key, child, notes));
  const { output, multiplyAdds, outputBytes } = notes.get(module)!;
  const total = (own: number, of: (child: SummaryNode) => number) => children.reduce((sum, c) => sum + of(c), own);
  return {
    name,
    type: module.constructor.name,
    output,
    parameters: module.numParameters(),
    multiplyAdds: total(multiplyAdds, (c) => c.multiplyAdds),
    outputBytes: total(outputBytes, (c) => c.outputBytes),
    children,
  };
}
