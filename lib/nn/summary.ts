/** A table of a model's layers: what comes out of each and how many numbers it learns. */
import { withGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import { type Shape, show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Module } from "./module.ts";

/** A layer in a summary. */
export interface SummaryRow {
  /** Where it is in the model, such as `encoder.0`. */
  readonly path: string;
  /** Its class. */
  readonly type: string;
  /** The shape of its output, null if that is no tensor. */
  readonly output: Shape | null;
  /** Its own learned numbers, those of its children not counted. */
  readonly parameters: number;
}

/** What `summary` found. `toString()` gives the table. @example summary(new Linear(2, 3), [[1, 2]]) instanceof Summary // true */
export class Summary {
  constructor(
    /** The layers in the order in which they ran. */
    readonly rows: readonly SummaryRow[],
    /** All learned numbers, shared ones counted once. */
    readonly parameters: number,
    /** Those of them that training changes. */
    readonly trainable: number,
  ) {}

  /** The table: a line a layer, then the totals. */
  toString(): string {
    const count = (n: number) => n.toLocaleString("en-US");
    const cells = [
      ["layer", "type", "output", "parameters"],
      ...this.rows.map((row) => [row.path, row.type, row.output ? show(row.output) : "–", count(row.parameters)]),
    ];
    const widths = [0, 1, 2, 3].map((c) => Math.max(...cells.map((row) => row[c]!.length)));
    const lines = cells.map((row) =>
      row.map((cell, c) => (c === 3 ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!))).join("  "),
    );
    const rule = "─".repeat(lines[0]!.length);
    const frozen = this.parameters - this.trainable;
    const total = `${count(this.parameters)} parameters${frozen > 0 ? `, ${count(frozen)} of them frozen` : ""}`;
    return [lines[0], rule, ...lines.slice(1), rule, total].join("\n");
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/**
 * Runs a model once, in evaluation mode and without recording, and notes the output of every layer that has no children or parameters of its own.
 *
 * @param model Any module.
 * @param inputs What to call it with.
 * @example summary(new Linear(2, 3), [[1, 2]]).parameters // 9
 */
export function summary(model: Module, ...inputs: readonly TensorLike[]): Summary {
  const rows: SummaryRow[] = [];
  const modules = model.namedModules();
  const modes = modules.map(([, module]) => module.training);
  const removers = modules.flatMap(([path, module]) => {
    const children = new Set(module.children().flatMap((child) => child.parameters()));
    const parameters = module.parameters().reduce((sum, p) => sum + (children.has(p) ? 0 : p.size), 0);
    if (parameters === 0 && module.children().length > 0) return [];
    const type = module.constructor.name;
    return module.registerForwardHook((_, __, output) => {
      rows.push({ path, type, output: output instanceof Tensor ? output.shape : null, parameters });
    });
  });
  try {
    model.eval();
    const call = model as unknown as (...inputs: readonly Tensor[]) => unknown;
    withGrad(false, () => call(...inputs.map((input) => asTensor(input))));
  } finally {
    for (const remove of removers) remove();
    modules.forEach(([, module], i) => {
      module.training = modes[i]!;
    });
  }
  return new Summary(rows, model.numParameters(), model.numParameters({ trainable: true }));
}
