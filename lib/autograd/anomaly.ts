/** Anomaly mode: finding the op, and the line that called it, which made a NaN. */
import type { Tensor } from "../tensor.ts";

let enabled = false;
let goingBackward = false;

/**
 * An op that made NaN of numbers.
 *
 * @example
 * try {
 *   detectAnomaly(() => log(-1));
 * } catch (error) {
 *   if (error instanceof AnomalyError) error.op // "log"
 * }
 */
export class AnomalyError extends Error {
  override readonly name = "AnomalyError";

  constructor(
    message: string,
    /** The op. */
    readonly op: string,
    /** The line of the program that called it, as a stack trace names it, if it is known. */
    readonly place: string | null,
  ) {
    super(message);
  }
}

/** Whether ops are watched at the moment. */
export function isAnomalyEnabled(): boolean {
  return enabled;
}

/**
 * Runs `fn` while every op is watched, forward and backward: the first one that makes NaN of inputs without NaN throws, and names the line that
 * called it. For looking for a mistake, since it makes everything slower.
 *
 * @throws {AnomalyError} If an op makes a NaN.
 * @throws {TypeError} If `fn` is asynchronous.
 * @example
 * const x = tensor([0], { requiresGrad: true });
 * check.throws("0 · ∞", () => detectAnomaly(() => x.mul(x.reciprocal()).sum().backward()), "mul made NaN");
 */
export function detectAnomaly<T>(fn: () => T): T {
  const before = enabled;
  enabled = true;
  try {
    const result = fn();
    if (result instanceof Promise)
      throw new TypeError("Cannot watch an async function: call detectAnomaly around each synchronous part instead");
    return result;
  } finally {
    enabled = before;
  }
}

/** Says whether a part of backward runs, and returns how it was. The ops in it are no ops of the program: they are judged by what they give together. */
export function switchBackward(on: boolean): boolean {
  const before = goingBackward;
  goingBackward = on;
  return before;
}

/** Throws if the result of an op holds NaN and its inputs do not. */
export function checkForward(op: string, inputs: readonly Tensor[], output: Tensor): void {
  if (goingBackward || !hasNaN(output) || inputs.some(hasNaN)) return;
  const place = placeOfCall();
  const shapes = inputs.map(({ shape }) => `[${shape.join(",")}]`).join(" and ");
  throw new AnomalyError(`${op} made NaN of ${shapes}${place === null ? "" : `, called ${place}`}`, op, place);
}

/** Throws if backward of an op gave NaN for an input although the gradient that it got had none. */
export function checkBackward(op: string, place: string | null, i: number, dy: Tensor, grad: Tensor): void {
  if (!hasNaN(grad) || hasNaN(dy)) return;
  const where = place === null ? "" : `, recorded ${place}`;
  throw new AnomalyError(`Backward through ${op} made NaN for input ${i}${where}`, op, place);
}

function hasNaN({ data, dtype }: Tensor): boolean {
  return dtype.startsWith("float") && data.some(Number.isNaN);
}

const ownFolder = new URL("..", import.meta.url);

/** The innermost line of a stack that is not this library's, as the stack has it; null outside of anomaly mode. */
export function placeOfCall(): string | null {
  if (!enabled) return null;
  const own = [ownFolder.href, decodeURIComponent(ownFolder.pathname)];
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  const line = lines.find((text) => /:\d+/.test(text) && !own.some((folder) => text.includes(folder)));
  return line === undefined ? null : line.trim();
}
