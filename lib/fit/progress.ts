/** A line that says how far training has come. */
import type { Callback } from "./callback.ts";
import type { TrainingPlan } from "./report.ts";

/** Options of a progress bar. */
export interface ProgressOptions {
  /** Characters of the bar; default 24. */
  width?: number;
  /** Where text goes; the standard output if left out. */
  write?: (text: string) => void;
  /** The time in milliseconds, for tests; `performance.now` if left out. */
  now?: () => number;
}

/** Milliseconds between two drawings: five a second are enough to read, and cost nothing. */
const pause = 200;

/**
 * A callback that draws one line over and over: a bar, the loss, the validation loss, steps per second.
 *
 * @param options `width`, `write`, `now`.
 * @example fit(model, samples, { optimizer, steps: 100, callbacks: [progressBar({ write: () => {} })] }).loss.length // 100
 */
export function progressBar(options: ProgressOptions = {}): Callback {
  const { width = 24, write = (text) => process.stdout.write(text), now = () => performance.now() } = options;
  let plan: TrainingPlan = {};
  let [began, drawn, done, epoch, loss] = [0, -Infinity, 0, 0, NaN];
  let validation: number | undefined;
  let longest = 0;
  const draw = (end: string) => {
    const total = plan.steps;
    const parts: string[] = [];
    if (total !== undefined) {
      const full = Math.round((width * done) / total);
      parts.push(`${"━".repeat(full)}${"─".repeat(width - full)} ${Math.floor((100 * done) / total)} %`);
    }
    parts.push(plan.epochs === undefined ? `step ${done}` : `epoch ${epoch + 1}/${plan.epochs}`);
    parts.push(`loss ${loss.toPrecision(4)}`);
    if (validation !== undefined) parts.push(`validation ${validation.toPrecision(4)}`);
    const seconds = (now() - began) / 1000;
    if (seconds > 0) parts.push(`${Number((done / seconds).toPrecision(3))} steps/s`);
    const line = parts.join(" · ");
    // What was longer before must be wiped out.
    write(`\r${line.padEnd(longest)}${end}`);
    longest = Math.max(longest, line.length);
    drawn = now();
  };
  return {
    onTrainBegin(given) {
      plan = given;
      began = now();
    },
    onStep(report) {
      done = report.step + 1;
      ({ epoch, loss } = report);
      if (now() - drawn >= pause) draw("");
    },
    onEpoch(report) {
      ({ loss, validation } = report);
    },
    onTrainEnd() {
      draw("\n");
    },
  };
}
