/** Losses of elements against targets, added up, and their gradients. */
import type { TypedArray } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { ElementLoss } from "../backend.ts";

/** Losses and their derivatives by x as JavaScript, so that each gets a loop of its own: a call for each element would cost more than most of these. */
const expressions: Readonly<Record<ElementLoss, readonly [loss: string, slope: string]>> = {
  square: ["(x - y) * (x - y)", "2 * (x - y)"],
  absolute: ["Math.abs(x - y)", "Math.sign(x - y) || 0"],
  logits: ["Math.max(x, 0) - x * y + Math.log1p(Math.exp(-Math.abs(x)))", "1 / (1 + Math.exp(-x)) - y"],
  probabilities: [
    "-y * Math.max(Math.log(x), -100) - (1 - y) * Math.max(Math.log1p(-x), -100)",
    // The constant is a float32 in PyTorch, whatever the type of the probabilities.
    `(x - y) / Math.max((1 - x) * x, ${Math.fround(1e-12)})`,
  ],
  huber: [
    "Math.abs(x - y) < bend ? 0.5 * (x - y) * (x - y) : bend * (Math.abs(x - y) - 0.5 * bend)",
    "Math.max(Math.min(x - y, bend), -bend)",
  ],
};

/** Adds up the losses of `count` elements. */
type Sum = (count: number, x: TypedArray, xAt: number, y: TypedArray, yAt: number, bend: number) => number;
/** Writes the derivatives of `count` losses, times `factor`. */
type Slopes = (
  count: number,
  x: TypedArray,
  xAt: number,
  y: TypedArray,
  yAt: number,
  bend: number,
  factor: number,
  to: TypedArray,
  at: number,
) => void;

const loopOver = (body: string) =>
  `for (let i = 0; i < count; i++) { const x = xs[xAt + i], y = ys[yAt + i]; ${body} }`;

function loopsOf([loss, slope]: readonly [string, string]): { readonly sum: Sum; readonly slopes: Slopes } {
  const operands = ["count", "xs", "xAt", "ys", "yAt", "bend"];
  return {
    sum: new Function(...operands, `let sum = 0; ${loopOver(`sum += ${loss};`)} return sum;`) as Sum,
    slopes: new Function(...operands, "factor", "to", "at", loopOver(`to[at + i] = factor * (${slope});`)) as Slopes,
  };
}

const loops = Object.fromEntries(
  Object.entries(expressions).map(([loss, texts]) => [loss, loopsOf(texts)]),
) as Readonly<Record<ElementLoss, ReturnType<typeof loopsOf>>>;

export function elementLoss(loss: ElementLoss, x: View, y: View, scale: number, out: View, bend = 1): void {
  const sum = loops[loss].sum(x.size, x.storage.home, x.offset, y.storage.home, y.offset, bend);
  out.storage.own[out.offset] = scale * sum;
}

export function elementLossBackward(
  loss: ElementLoss,
  dy: View,
  scale: number,
  x: View,
  y: View,
  dx: View,
  bend = 1,
): void {
  const factor = scale * dy.storage.home[dy.offset]!;
  const [xs, ys, to] = [x.storage.home, y.storage.home, dx.storage.own];
  loops[loss].slopes(dx.size, xs, x.offset, ys, y.offset, bend, factor, to, dx.offset);
}
