/** Short runs of every recurrence, forward and back. */
import type { DType } from "../../dtype.ts";
import type { Shape } from "../../shape.ts";
import { packedView, type View } from "../../storage.ts";
import type { Recurrence } from "../backend.ts";
import { recurrentKinds } from "./ops.ts";
import { type Trial, viewOf } from "./trial.ts";

const [steps, batch, size] = [3, 5, 18];

/** A part of a view. */
function part(of: View, offset: number, shape: Shape): View {
  return packedView(of.storage, of.dtype, shape, offset);
}

export function recurrences(dtype: DType): Trial[] {
  return recurrentKinds.flatMap((kind): Trial[] => {
    const width = { tanh: 1, relu: 1, gru: 3, lstm: 4 }[kind] * size;
    const [count, states] = [steps * batch, batch * size];
    const weight = viewOf([width, size], dtype, (i) => ((i * 29) % 13) / 24 - 0.25);
    const bias = viewOf([width], dtype, (i) => ((i * 7) % 5) / 4 - 0.5);
    const start = viewOf([batch, size], dtype, (i) => ((i * 17) % 11) / 8 - 0.7);
    /** A run whose gates, notes and outputs follow each other in a view. */
    const runOf = (made: View): Recurrence => ({
      kind,
      reverse: kind !== "gru",
      weight,
      start,
      startCell: kind === "lstm" ? start : null,
      gates: part(made, 0, [steps, batch, width]),
      noted: kind === "lstm" || kind === "gru" ? part(made, count * width, [steps, batch, size]) : null,
      output: part(made, count * (width + size), [steps, batch, size]),
    });
    const input = (i: number) => ((i * 31) % 23) / 11 - 1;
    const forward: Trial["run"] = (backend, out) => {
      for (let i = 0; i < count * width; i++) out.storage.array[i] = input(i);
      const run = runOf(out);
      backend.recur(run, bias, bias);
      // What is in the gates of Elman's network is of no use.
      if (run.noted === null) out.storage.array.fill(0, 0, count * width);
    };
    const noted = viewOf([count * (width + 2 * size)], dtype, (i) => ((i * 13) % 19) / 20 + 0.02);
    const back: Trial["run"] = (backend, out) => {
      backend.recurBackward(runOf(noted), viewOf([steps, batch, size], dtype, input), kind === "lstm" ? start : null, {
        gates: part(out, 0, [steps, batch, width]),
        state: kind === "gru" ? part(out, count * width, [steps, batch, size]) : null,
        start: part(out, count * (width + size), [batch, size]),
        startCell: kind === "lstm" ? part(out, count * (width + size) + states, [batch, size]) : null,
      });
    };
    return [
      { kernel: "recur", op: null, shape: [count * (width + 2 * size)], dtype, run: forward },
      { kernel: "recurBackward", op: null, shape: [count * (width + size) + 2 * states], dtype, run: back },
    ];
  });
}
