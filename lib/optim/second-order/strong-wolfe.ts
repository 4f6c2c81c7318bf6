/** The line search that second-order rules use. */
import { dot, maxAbs, plus } from "./vectors.ts";
import type { Evaluation } from "./whole-vector.ts";

/** A point on the line: how far, the loss, its gradient, and the slope along the line. */
interface Point extends Evaluation {
  readonly t: number;
  readonly slope: number;
}

/** Where a search along a line starts. */
export interface LineSearch {
  readonly x: Float64Array;
  readonly direction: Float64Array;
  /** The loss and its gradient at x. */
  readonly start: Evaluation;
  /** The first step to try. */
  readonly t: number;
  /** c₂: what share of the slope may be left, from c₁ to 1; default 0.9. */
  readonly flatness?: number;
  /** Computes the loss and its gradient anywhere. */
  evaluate(x: Float64Array): Evaluation;
}

/** Where a search along a line ended. */
export interface Found extends Evaluation {
  /** The step, in lengths of the direction. */
  readonly t: number;
  /** How often the loss was computed. */
  readonly evaluations: number;
}

/** c₁: how much of the descent that the slope promises must be had. */
const sufficient = 1e-4;
const maxEvaluations = 25;

/**
 * A step along a line after which the loss is sufficiently less, `f(t) ≤ f(0) + c₁ t f′(0)`, and sufficiently flat, `|f′(t)| ≤ c₂ |f′(0)|`: the
 * strong Wolfe conditions, which keep the curvature that quasi-Newton rules see positive. First the step grows until it holds a minimum, then
 * cubic interpolation narrows it down.
 *
 * @param toleranceChange Where a bracket this narrow is left alone; default 1e-9.
 * @see Nocedal and Wright (2006), algorithms 3.5 and 3.6; PyTorch's `_strong_wolfe`, step by step.
 */
export function strongWolfe(search: LineSearch, toleranceChange = 1e-9): Found {
  const { x, direction, flatness = 0.9 } = search;
  let evaluations = 0;
  const at = (t: number): Point => {
    evaluations++;
    const { loss, gradient } = search.evaluate(plus(x, direction, t));
    return { t, loss, gradient, slope: dot(gradient, direction) };
  };
  const { loss, gradient } = search.start;
  const origin: Point = { t: 0, loss, gradient, slope: dot(gradient, direction) };
  const isHigh = ({ t, loss }: Point) => loss > origin.loss + sufficient * t * origin.slope;
  const isFlat = ({ slope }: Point) => Math.abs(slope) <= -flatness * origin.slope;
  const answer = ({ t, loss, gradient }: Point): Found => ({ t, loss, gradient, evaluations });

  // Grow the step until the bracket [before, point] must hold a point that will do.
  let before = origin;
  let point = at(search.t);
  let rounds = 0;
  for (; rounds < maxEvaluations; rounds++) {
    if (isHigh(point) || (rounds > 1 && point.loss >= before.loss)) break;
    if (isFlat(point)) return answer(point);
    if (point.slope >= 0) break;
    const bounds = [point.t + 0.01 * (point.t - before.t), point.t * 10] as const;
    const next = minimumOfCubic(before, point, bounds);
    before = point;
    point = at(next);
  }
  if (rounds === maxEvaluations) return answer(origin.loss <= point.loss ? origin : point);

  // Narrow it down.
  let bracket: [Point, Point] = [before, point];
  let low: 0 | 1 = before.loss <= point.loss ? 0 : 1;
  let stalled = false;
  for (; rounds < maxEvaluations; rounds++) {
    const [least, most] = [Math.min(bracket[0].t, bracket[1].t), Math.max(bracket[0].t, bracket[1].t)];
    if ((most - least) * maxAbs(direction) < toleranceChange) break;
    let t = minimumOfCubic(bracket[0], bracket[1], [least, most]);
    // Steps that stay near an end of the bracket twice are moved inside.
    const margin = 0.1 * (most - least);
    const isNearEnd = Math.min(most - t, t - least) < margin;
    const isStuck: boolean = isNearEnd && (stalled || t >= most || t <= least);
    if (isStuck) t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
    stalled = isNearEnd && !isStuck;
    const tried = at(t);
    const [lowest, highest] = [bracket[low], bracket[1 - low]!];
    if (isHigh(tried) || tried.loss >= lowest.loss) {
      bracket = low === 0 ? [lowest, tried] : [tried, lowest];
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
    } else {
      if (isFlat(tried)) return answer(tried);
      const other = tried.slope * (highest.t - lowest.t) >= 0 ? lowest : highest;
      bracket = low === 0 ? [tried, other] : [other, tried];
    }
  }
  return answer(bracket[low]);
}

/** Where the cubic through two points with their slopes is least, within bounds. */
function minimumOfCubic(a: Point, b: Point, [least, most]: readonly [number, number]): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const tilt = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = tilt ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const root = Math.sqrt(square);
  const share = (right.slope + root - tilt) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.t - (right.t - left.t) * share, least), most);
}
