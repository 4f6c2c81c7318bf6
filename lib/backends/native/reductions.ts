/** Folds, and what goes along one dimension: softmax, argmax, running sums, order. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, maxRank, tiny } from "./command.ts";
import { foldOps, kernel, numbersOf } from "./ops.ts";

const foldNumbers = numbersOf(foldOps);

type Reductions = Pick<Backend, "reduce" | "softmax" | "softmaxBackward" | "argReduce" | "scan" | "argsort">;

export function reductions(command: Command, fallback: Backend): Reductions {
  /** Whether the engine takes lines of this view into this result. */
  const fits = (x: View, out: View) =>
    x.size > tiny && isFloating(x.dtype) && x.shape.length <= maxRank && x.shape.length > 0 && out.size > 0;

  function lines(x: View, dim: number): void {
    command.number(x.shape.length);
    command.number(dim);
    command.numbers(x.shape);
    command.numbers(x.strides);
  }

  return {
    reduce(op, x, dims, out) {
      const number = fits(x, out) && x.dtype === out.dtype ? foldNumbers.get(op) : undefined;
      if (number === undefined) return fallback.reduce(op, x, dims, out);
      command.begin(kernel.reduce);
      command.number(number);
      command.type(x.dtype);
      command.result(out);
      command.address(x);
      command.number(x.shape.length);
      for (let d = 0; d < x.shape.length; d++) {
        command.number(x.shape[d]!);
        command.number(x.strides[d]!);
        command.number(dims.includes(d) ? 1 : 0);
      }
      command.run();
    },
    softmax(x, dim, log, out) {
      if (!fits(x, out) || x.dtype !== out.dtype) return fallback.softmax(x, dim, log, out);
      command.begin(kernel.softmax);
      command.type(x.dtype);
      command.number(log ? 1 : 0);
      command.number(dim);
      command.number(x.shape.length);
      command.numbers(x.shape);
      command.address(out);
      command.type(x.dtype);
      command.address(x);
      command.numbers(x.strides);
      command.run();
    },
    softmaxBackward(dy, y, dim, log, dx) {
      if (!fits(y, dx) || y.dtype !== dx.dtype || dy.dtype !== dx.dtype) {
        return fallback.softmaxBackward(dy, y, dim, log, dx);
      }
      command.begin(kernel.softmaxBackward);
      command.type(dx.dtype);
      command.number(log ? 1 : 0);
      command.number(dim);
      command.number(dx.shape.length);
      command.numbers(dx.shape);
      command.address(dx);
      command.output(dy);
      command.output(y);
      command.run();
    },
    argReduce(op, x, dim, out) {
      if (!fits(x, out)) return fallback.argReduce(op, x, dim, out);
      command.begin(kernel.argReduce);
      command.type(x.dtype);
      command.number(op === "max" ? 1 : 0);
      command.address(x);
      command.result(out);
      lines(x, dim);
      command.run();
    },
    scan(op, x, dim, out) {
      if (!fits(x, out) || x.dtype !== out.dtype) return fallback.scan(op, x, dim, out);
      command.begin(kernel.scan);
      command.type(x.dtype);
      command.number(op === "prod" ? 1 : 0);
      command.address(x);
      command.address(out);
      lines(x, dim);
      command.run();
    },
    argsort(x, dim, descending, out) {
      const sorts = fits(x, out) || (x.dtype === "int32" && x.size > tiny && x.shape.length <= maxRank && out.size > 0);
      if (!sorts || x.shape.length === 0) return fallback.argsort(x, dim, descending, out);
      command.begin(kernel.argsort);
      command.type(x.dtype);
      command.number(descending ? 1 : 0);
      command.number(out.shape[dim]!);
      command.address(x);
      command.address(out);
      lines(x, dim);
      command.run();
    },
  };
}
