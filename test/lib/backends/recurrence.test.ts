/** The engine's recurrences against the fallback's. */
import { describe, expect, test } from "@jest/globals";
import type { Backend, Recurrence, RecurrentKind } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { Command } from "../../../lib/backends/native/command.ts";
import { recurrences } from "../../../lib/backends/native/recurrence.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, numbers, packed, sizes } from "./views.ts";

const gates: Readonly<Record<RecurrentKind, number>> = { tanh: 1, relu: 1, gru: 3, lstm: 4 };
const kinds = Object.keys(gates) as RecurrentKind[];

type Layout = readonly [steps: number, batch: number, size: number];

const layouts: Layout[] = [
  ...sizes.map((n): Layout => [3, n, 7]),
  ...sizes.filter((n) => n < 100).map((n): Layout => [2, 5, n]),
  ...[0, 1, 7, 33].map((n): Layout => [n, 13, 16]),
  [2, 9, 257],
];

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);
  /** Everything that a run takes, and how to run it into a view that gets gates, notes and outputs one after another. */
  function made(kind: RecurrentKind, [steps, batch, size]: Layout, dtype: DType, reverse: boolean) {
    const width = gates[kind] * size;
    const next = numbers(width + batch);
    const small = () => next() / Math.sqrt(size + 1);
    const [weight, bias] = [packed([width, size], dtype, small), packed([width], dtype, next)];
    const [start, startCell] = [packed([batch, size], dtype, next), packed([batch, size], dtype, next)];
    const inputs = packed([steps, batch, width], dtype, next).storage.array;
    const shapes = [
      [steps, batch, width],
      [steps, batch, size],
      [steps, batch, size],
    ];
    const runOf = (out: View): Recurrence => {
      const [gates, noted, output] = cutUp(out, shapes) as [View, View, View];
      const cell = kind === "lstm" ? startCell : null;
      const notes = kind === "lstm" || kind === "gru" ? noted : null;
      return { kind, reverse, weight, start, startCell: cell, gates, noted: notes, output };
    };
    const run = (backend: Backend, out: View) => {
      out.storage.array.set(inputs);
      const recurrence = runOf(out);
      backend.recur(recurrence, bias, reverse ? null : bias);
      // Elman's network leaves nothing of use there.
      if (recurrence.noted === null) out.storage.array.fill(0, 0, inputs.length);
      return recurrence;
    };
    const dOutput = packed([steps, batch, size], dtype, next);
    const back = (backend: Backend, ran: Recurrence, out: View) => {
      const [gates, state, start, dStartCell] = cutUp(out, [
        [steps, batch, width],
        [steps, batch, size],
        [batch, size],
        [batch, size],
      ]) as [View, View, View, View];
      backend.recurBackward(ran, dOutput, kind === "lstm" ? startCell : null, {
        gates,
        state: kind === "gru" ? state : null,
        start,
        startCell: kind === "lstm" ? dStartCell : null,
      });
    };
    return { width, run, back, numbers: steps * batch * (width + 2 * size) };
  }

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 1e-5 : 1e-12;

    test.each(kinds)("runs %s as the fallback does, in both directions", (kind) => {
      layouts.forEach((layout, i) => {
        const { run, numbers: count } = made(kind, layout, dtype, i % 2 === 1);
        compare(`${kind} of ${layout}`, [count], dtype, run, tolerance);
      });
    });

    test.each(kinds)("goes back through %s as the fallback does, in both directions", (kind) => {
      layouts.forEach((layout, i) => {
        const [steps, batch, size] = layout;
        const { width, run, numbers: count, back } = made(kind, layout, dtype, i % 2 === 1);
        const ran = run(jsBackend, packed([count], dtype));
        const total = steps * batch * (width + size) + 2 * batch * size;
        compare(`${kind} of ${layout}`, [total], dtype, (backend, out) => back(backend, ran, out), tolerance);
      });
    });
  });

  test.each(kinds)("runs %s in pieces of some steps as it does at once, there and back", (kind) => {
    for (const reverse of [true, false]) {
      const [steps, batch, size] = [7, 5, 19];
      const { width, run, back, numbers: count } = made(kind, [steps, batch, size], "float32", reverse);
      const results = (backend: Backend) => {
        const out = packed([count], "float32");
        const ran = run(backend, out);
        const slopes = packed([steps * batch * (width + size) + 2 * batch * size], "float32");
        back(backend, ran, slopes);
        return [...out.storage.array, ...slopes.storage.array];
      };
      const whole = results(engine.backend);
      for (const piece of [1, 2, 3, 6]) {
        const most = piece * batch * width * size;
        const inPieces = recurrences(new Command(engine.addon), jsBackend, engine.backend, most);
        expect(results({ ...engine.backend, ...inPieces })).toEqual(whole);
      }
    }
  });

  test.each(kinds)("gives the same bits for %s as one thread does", (kind) => {
    const { run, numbers: count } = made(kind, [5, 37, 65], "float32", false);
    const bits = (n: number) => {
      engine.addon.setThreads(n);
      const out = packed([count], "float32");
      run(engine.backend, out);
      return [...out.storage.array];
    };
    expect(bits(2)).toEqual(bits(1));
    engine.addon.setThreads(threads);
  });
});
