/** A step of every optimizer that has a kernel, against its formulas: js/ leaves these to the optimizers. */
import type { DType } from "../../dtype.ts";
import type { Move, Moved, MoveRule } from "../backend.ts";
import { gather, type Trial, viewOf } from "./trial.ts";

/** No multiple of a vector. */
const count = 71;

interface Step {
  readonly rule: MoveRule;
  readonly numbers: readonly number[];
  /** Which states the rule has. */
  readonly has: readonly boolean[];
}

const steps: readonly Step[] = [
  { rule: "sgd", numbers: [0.1], has: [false] },
  { rule: "sgd", numbers: [0.1, 0.9, 0.5, 0], has: [true] },
  { rule: "sgd", numbers: [0.1, 0.9, 1, 1], has: [true] },
  { rule: "adam", numbers: [0.1, 0.7, 1e-3, 0.9, 0.99], has: [true, true, false] },
  { rule: "adam", numbers: [0.1, 0.7, 1e-3, 0.9, 0.99], has: [true, true, true] },
  { rule: "rmsProp", numbers: [0.1, 0.9, 1e-3, 0], has: [true, false, false] },
  { rule: "rmsProp", numbers: [0.1, 0.9, 1e-3, 0.8], has: [true, false, true] },
  { rule: "rmsProp", numbers: [0.1, 0.9, 1e-3, 0], has: [true, true, false] },
  { rule: "rmsProp", numbers: [0.1, 0.9, 1e-3, 0.8], has: [true, true, true] },
];

/** How far one number is moved against its gradient; what the rule remembers of it changes. */
const rules: Readonly<
  Record<MoveRule, (g: number, state: number[], has: readonly boolean[], n: Move["numbers"]) => number>
> = {
  sgd(g, state, [hasMomentum], [rate, momentum, share, ahead]) {
    if (!hasMomentum) return rate! * g;
    state[0] = momentum! * state[0]! + share! * g;
    return rate! * (ahead ? g + momentum! * state[0] : state[0]);
  },
  adam(g, state, [, , hasGreatest], [rate, root, epsilon, beta1, beta2]) {
    state[0] = beta1! * state[0]! + (1 - beta1!) * g;
    state[1] = beta2! * state[1]! + (1 - beta2!) * g * g;
    if (hasGreatest) state[2] = Math.max(state[1], state[2]!);
    return (rate! * state[0]) / (Math.sqrt(hasGreatest ? state[2]! : state[1]) / root! + epsilon!);
  },
  rmsProp(g, state, [, hasMean, hasMomentum], [rate, alpha, epsilon, momentum]) {
    state[0] = alpha! * state[0]! + (1 - alpha!) * g * g;
    if (hasMean) state[1] = alpha! * state[1]! + (1 - alpha!) * g;
    const move = g / (Math.sqrt(state[0] - (hasMean ? state[1]! ** 2 : 0)) + epsilon!);
    if (!hasMomentum) return rate! * move;
    state[2] = momentum! * state[2]! + move;
    return rate! * state[2];
  },
};

function moveByFormula({ p, g, states }: Moved, { rule, numbers, sign, decay, keep }: Move): void {
  const [values, slopes] = [p.storage.array, g.storage.array];
  const has = states.map((state) => state !== null);
  for (let i = 0; i < count; i++) {
    const state = states.map((view) => view?.storage.array[i] ?? 0);
    const move = rules[rule](sign * slopes[i]! + decay * values[i]!, state, has, numbers);
    values[i] = keep * values[i]! - move;
    states.forEach((view, k) => {
      if (view !== null) view.storage.array[i] = state[k]!;
    });
  }
}

export function moves(dtype: DType): Trial[] {
  return steps.map(({ rule, numbers, has }): Trial => {
    const views = 1 + has.filter(Boolean).length;
    return {
      kernel: "move",
      op: null,
      shape: [views * count],
      dtype,
      run: (backend, out) => {
        const p = viewOf([count], dtype, (i) => ((i * 31) % 23) / 11 - 1);
        const g = viewOf([count], dtype, (i) => ((i * 17) % 29) / 14 - 1);
        // Averages of squares are above the squares of averages.
        const first = (i: number, k: number) => ((i * 13) % 19) / 40 + (rule === "rmsProp" && k === 0 ? 1 : 0);
        const states = has.map((is, k) => (is ? viewOf([count], dtype, (i) => first(i, k)) : null));
        const move: Move = { rule, numbers, sign: -1, decay: 0.25, keep: 0.875 };
        if (backend.move === undefined) moveByFormula({ p, g, states }, move);
        else backend.move([{ p, g, states }], move);
        gather(out, p, ...states.filter((state) => state !== null));
      },
    };
  });
}
