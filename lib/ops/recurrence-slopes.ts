/** The way back through recurrent networks in differentiable ops, for derivatives of derivatives: every step anew, then from the last to the first. */
import type { RecurrentKind } from "../backends/backend.ts";
import type { Tensor } from "../tensor.ts";
import { relu, sigmoid } from "./activation.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { gt } from "./comparison.ts";
import { narrow } from "./indexing.ts";
import { cat } from "./join.ts";
import { linear } from "./linear.ts";
import { square, tanh } from "./math.ts";
import { matmul } from "./matmul.ts";
import { where } from "./select.ts";
import { chunk } from "./split.ts";

/** How sequences are run. */
export interface SequenceRun {
  readonly kind: RecurrentKind;
  readonly reverse: boolean;
  /** How many sequences there are. */
  readonly batch: number;
}

/** What a recurrence takes. */
export interface Operands {
  readonly x: Tensor;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly start: Tensor;
  readonly startCell: Tensor | null;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
}

/** The gradients of what was made of inputs and states in all steps, `(steps · batch, gates · size)`. */
export interface Slopes {
  /** Of the weighted inputs. */
  readonly gates: Tensor;
  /** Of the weighted states, side by side. */
  readonly ofState: readonly Tensor[];
  readonly start: Tensor;
  readonly startCell: Tensor | null;
}

/** A step on its way back: from the gradient of the state after it, and of the cell, to those of what its gates were made of and of what was before. */
type StepBack = (d: Tensor, dCell: Tensor | null) => SlopesOfStep;

interface SlopesOfStep {
  readonly gates: Tensor;
  readonly ofState: Tensor;
  /** What passes to the state before without weights. */
  readonly through: Tensor | null;
  readonly cell: Tensor | null;
}

/** A step forward: the next state, the next cell, and the way back. */
interface StepForward {
  readonly h: Tensor;
  readonly cell: Tensor | null;
  readonly back: StepBack;
}

const rest = (x: Tensor): Tensor => sub(1, x);
/** The derivatives of sigmoid and tanh by what they gave. */
const sigmoidSlope = (y: Tensor): Tensor => mul(y, rest(y));
const tanhSlope = (y: Tensor): Tensor => rest(square(y));

function lstmStep(input: Tensor, h: Tensor, cell: Tensor, { weightHh, biasHh }: Operands): StepForward {
  const [a, b, c, e] = chunk(add(input, linear(h, weightHh, biasHh)), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const [i, f, g, o] = [sigmoid(a), sigmoid(b), tanh(c), sigmoid(e)];
  const next = add(mul(f, cell), mul(i, g));
  const seen = tanh(next);
  const back: StepBack = (d, dNext) => {
    const through = mul(mul(d, o), tanhSlope(seen));
    const dCell = dNext === null ? through : add(dNext, through);
    const gates = cat(
      [
        mul(mul(dCell, g), sigmoidSlope(i)),
        mul(mul(dCell, cell), sigmoidSlope(f)),
        mul(mul(dCell, i), tanhSlope(g)),
        mul(mul(d, seen), sigmoidSlope(o)),
      ],
      1,
    );
    return { gates, ofState: gates, through: null, cell: mul(dCell, f) };
  };
  return { h: mul(o, seen), cell: next, back };
}

function gruStep(input: Tensor, h: Tensor, { weightHh, biasHh }: Operands): StepForward {
  const [xr, xz, xn] = chunk(input, 3, 1) as [Tensor, Tensor, Tensor];
  const [hr, hz, hn] = chunk(linear(h, weightHh, biasHh), 3, 1) as [Tensor, Tensor, Tensor];
  const [r, z] = [sigmoid(add(xr, hr)), sigmoid(add(xz, hz))];
  const n = tanh(add(xn, mul(r, hn)));
  const back: StepBack = (d) => {
    const dn = mul(mul(d, rest(z)), tanhSlope(n));
    const gatesBefore = [mul(mul(dn, hn), sigmoidSlope(r)), mul(mul(d, sub(h, n)), sigmoidSlope(z))];
    const [gates, ofState] = [cat([...gatesBefore, dn], 1), cat([...gatesBefore, mul(dn, r)], 1)];
    return { gates, ofState, through: mul(d, z), cell: null };
  };
  return { h: add(n, mul(z, sub(h, n))), cell: null, back };
}

function elmanStep(kind: "tanh" | "relu", input: Tensor, h: Tensor, { weightHh, biasHh }: Operands): StepForward {
  const a = add(input, linear(h, weightHh, biasHh));
  const next = kind === "tanh" ? tanh(a) : relu(a);
  const back: StepBack = (d) => {
    const gates = kind === "tanh" ? mul(d, tanhSlope(next)) : where(gt(next, 0), d, 0);
    return { gates, ofState: gates, through: null, cell: null };
  };
  return { h: next, cell: null, back };
}

/** The gradients of a recurrence from that of its result, in ops that are recorded. */
export function recordedSlopes(dy: Tensor, of: Operands, { kind, reverse, batch }: SequenceRun): Slopes {
  const steps = of.x.shape[0]! / batch;
  const inputs = partsOf(linear(of.x, of.weightIh, of.biasIh), new Array<number>(steps).fill(batch));
  const slopes = partsOf(dy, new Array<number>(dy.shape[0]! / batch).fill(batch));
  const time = (s: number) => (reverse ? steps - 1 - s : s);
  const run: StepForward[] = [];
  let [h, cell] = [of.start, of.startCell];
  for (let s = 0; s < steps; s++) {
    const input = inputs[time(s)]!;
    const step =
      kind === "lstm"
        ? lstmStep(input, h, cell!, of)
        : kind === "gru"
          ? gruStep(input, h, of)
          : elmanStep(kind, input, h, of);
    run.push(step);
    ({ h, cell } = step);
  }
  const [gates, ofState] = [new Array<Tensor>(steps), new Array<Tensor>(steps)];
  let down: Tensor | null = null;
  let downCell = kind === "lstm" ? slopes[steps]! : null;
  for (let s = steps - 1; s >= 0; s--) {
    const slope = slopes[time(s)]!;
    const step = run[s]!.back(down === null ? slope : add(down, slope), downCell);
    gates[time(s)] = step.gates;
    ofState[time(s)] = step.ofState;
    const byWeights = matmul(step.ofState, of.weightHh);
    down = step.through === null ? byWeights : add(byWeights, step.through);
    downCell = step.cell;
  }
  return { gates: cat(gates), ofState: [cat(ofState)], start: down!, startCell: downCell };
}

/**
 * The parts of a tensor along dimension 0. Cut in halves again and again: the gradient of a cut is as large as what it was cut from, so that cutting
 * all n parts from the whole would cost n².
 */
export function partsOf(x: Tensor, sizes: readonly number[]): Tensor[] {
  if (sizes.length === 1) return [x];
  const half = sizes.length >> 1;
  const [first, second] = [sizes.slice(0, half), sizes.slice(half)];
  const length = first.reduce((a, b) => a + b, 0);
  return [
    ...partsOf(narrow(x, 0, { start: 0, length }), first),
    ...partsOf(narrow(x, 0, { start: length, length: x.shape[0]! - length }), second),
  ];
}
