/** `check`: the line of a notebook that tests what its text says. */
import { asTensor } from "./creation.ts";
import { isFloating } from "./dtype.ts";
import { broadcastStrides, type Shape, show } from "./shape.ts";
import { Tensor, type TensorLike } from "./tensor.ts";

/** A check that did not hold. @example new CheckError("✗ sum: got 2, expected 3").name // "CheckError" */
export class CheckError extends Error {
  override readonly name = "CheckError";
}

/** How far a value may be from the expected one: `|actual − expected| ≤ atol + rtol · |expected|`. By default not at all. */
export interface Tolerance {
  /** Absolute; default 0. */
  atol?: number;
  /** Relative to the expected value; default 0. */
  rtol?: number;
}

/** Bounds that each number must keep; all that are given must hold. */
export interface Bounds {
  /** ≥ */
  atLeast?: number;
  /** ≤ */
  atMost?: number;
  /** > */
  above?: number;
  /** < */
  below?: number;
}

const comparisons: readonly [key: keyof Bounds, sign: string, holds: (value: number, bound: number) => boolean][] = [
  ["atLeast", "≥", (value, bound) => value >= bound],
  ["above", ">", (value, bound) => value > bound],
  ["atMost", "≤", (value, bound) => value <= bound],
  ["below", "<", (value, bound) => value < bound],
];

/**
 * Asserts what a text says, and prints it: one line `✓ name: …`, or an error that names both values and how far they are apart.
 *
 * Three forms: that a condition holds; that a value equals an expected one, exactly or within a tolerance; that numbers keep bounds. Expected
 * numbers broadcast to the shape of the value and are rounded to its type first, so that a float32 0.1 equals 0.1.
 *
 * @param name What is checked, in a few words.
 * @param actual A condition, a number, a tensor, nested arrays, a string.
 * @param expected The same kind of thing, or bounds such as `{ atLeast: 0.96 }`.
 * @param tolerance `atol`, `rtol`; default 0, equal to the last bit.
 * @throws {CheckError} If it does not hold.
 * @throws {RangeError} If the shapes do not fit, or a bound is not a number.
 * @example
 * check("0.1 + 0.2", 0.1 + 0.2, 0.3, { atol: 1e-12 });
 * check("test accuracy", 0.97, { atLeast: 0.96 });
 * check("converged", true);
 */
export function check(name: string, condition: boolean): void;
export function check(name: string, actual: TensorLike, bounds: Bounds): void;
export function check(name: string, actual: TensorLike | null, expected: TensorLike, tolerance?: Tolerance): void;
export function check(name: string, actual: string | null | undefined, expected: string): void;
export function check(
  name: string,
  actual: unknown,
  ...rest: readonly [expected?: unknown, tolerance?: Tolerance]
): void {
  const [expected, tolerance = {}] = rest;
  if (rest.length === 0) {
    if (typeof actual !== "boolean") {
      throw new TypeError(
        `Cannot check ${name}: without an expected value it must be true or false, not ${kindOf(actual)}`,
      );
    }
    if (!actual) throw new CheckError(`✗ ${name}: it does not hold`);
    pass(name);
  } else if (isText(actual) || isText(expected) || isNothing(actual)) {
    if (actual !== expected) throw new CheckError(`✗ ${name}: got ${textOf(actual)}, expected ${textOf(expected)}`);
    pass(name, textOf(actual));
  } else if (isBounds(expected)) {
    checkBounds(name, asTensor(actual as TensorLike), expected);
  } else {
    checkEqual(name, actual as TensorLike, expected as TensorLike, tolerance);
  }
}

/**
 * Asserts that a function throws, and prints what it said.
 *
 * @param name What is checked, in a few words.
 * @param run What should throw.
 * @param message What the message must contain or match, if given.
 * @throws {CheckError} If nothing is thrown, or something else.
 * @example check.throws("shapes", () => matmul([[1, 2]], [[1, 2]]), "inner sizes")
 */
check.throws = (name: string, run: () => unknown, message: string | RegExp = ""): void => {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
    const said = error instanceof Error ? error.message : String(error);
    if (typeof message === "string" ? said.includes(message) : message.test(said)) {
      pass(name, said);
      return;
    }
  }
  const got = thrown === undefined ? "nothing was thrown" : `“${String(thrown)}” was thrown`;
  throw new CheckError(`✗ ${name}: ${got}, expected an error${message === "" ? "" : ` with ${String(message)}`}`);
};

function pass(name: string, detail = ""): void {
  console.log(detail === "" ? `✓ ${name}` : `✓ ${name}: ${detail}`);
}

function checkBounds(name: string, value: Tensor, bounds: Bounds): void {
  const wanted = comparisons.flatMap(([key, sign, holds]) => {
    const bound = bounds[key];
    if (bound === undefined) return [];
    if (typeof bound !== "number" || Number.isNaN(bound))
      throw new RangeError(`Cannot check ${name}: ${key} is ${bound}`);
    return [{ bound, text: `${sign} ${numberText(bound)}`, holds }];
  });
  const text = wanted.map((bound) => bound.text).join(" and ");
  const { data } = value;
  for (let i = 0; i < data.length; i++) {
    if (wanted.every(({ bound, holds }) => holds(data[i]!, bound))) continue;
    const place = value.ndim === 0 ? "" : ` at ${show(positionOf(i, value.shape))}`;
    throw new CheckError(`✗ ${name}: got ${numberText(data[i]!)}${place}, expected ${text}`);
  }
  pass(name, `${valueText(value)} ${text}`);
}

function checkEqual(name: string, actual: TensorLike, expected: TensorLike, { atol = 0, rtol = 0 }: Tolerance): void {
  if (!(atol >= 0 && rtol >= 0)) {
    throw new RangeError(`Cannot check ${name} with atol ${atol} and rtol ${rtol}: they must be ≥ 0`);
  }
  // A plain number has full precision; a tensor has that of its type, to which expected numbers are rounded.
  const value = asTensor(actual, actual instanceof Tensor ? {} : { dtype: "float64" });
  const rounded = expected instanceof Tensor || !isFloating(value.dtype) ? {} : { dtype: value.dtype };
  const wanted = asTensor(expected, rounded);
  const extra = wanted.ndim - value.ndim;
  if (extra > 0 || wanted.shape.some((size, d) => size !== 1 && size !== value.shape[d - extra])) {
    throw new RangeError(`Cannot check ${name}: got shape ${show(value.shape)}, expected shape ${show(wanted.shape)}`);
  }
  const all = expandedData(wanted, value.shape);
  const { data } = value;
  let [worst, excess, wrong] = [-1, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const gap = gapOf(data[i]!, all[i]!);
    const over = gap - (atol + rtol * Math.abs(all[i]!));
    if (gap === 0 || over <= 0) continue;
    wrong++;
    if (worst < 0 || !(over <= excess)) [worst, excess] = [i, over];
  }
  if (wrong === 0) {
    pass(name, valueText(value));
    return;
  }
  const [got, want] = [data[worst]!, all[worst]!];
  const place = value.ndim === 0 ? "" : ` at ${show(positionOf(worst, value.shape))}`;
  const others = wrong > 1 ? `; ${wrong} of ${data.length} numbers differ, this one most` : "";
  const allowed = atol > 0 || rtol > 0 ? `, allowed ${numberText(atol + rtol * Math.abs(want))}` : "";
  throw new CheckError(
    `✗ ${name}: got ${got}${place}, expected ${want}: they differ by ${numberText(gapOf(got, want))}${allowed}${others}`,
  );
}

/** The distance of two numbers: 0 for two NaN or the same infinity, NaN if just one is NaN. */
function gapOf(a: number, b: number): number {
  return Object.is(a, b) || a === b ? 0 : Math.abs(a - b);
}

/** The numbers of a tensor, repeated to a shape. */
function expandedData(x: Tensor, shape: Shape): number[] {
  const { data } = x;
  const strides = broadcastStrides(x.shape, rowMajorStrides(x.shape), shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, i) => {
    const at = positionOf(i, shape).reduce((sum, index, d) => sum + index * strides[d]!, 0);
    return data[at]!;
  });
}

function rowMajorStrides(shape: Shape): number[] {
  return shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
}

/** The indices of the i-th element. */
function positionOf(i: number, shape: Shape): number[] {
  const strides = rowMajorStrides(shape);
  return shape.map((size, d) => Math.floor(i / strides[d]!) % size);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function isBounds(value: unknown): value is Bounds {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Tensor) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => comparisons.some(([known]) => known === key));
}

function kindOf(value: unknown): string {
  return value === null ? "null" : value instanceof Tensor ? "a tensor" : `a ${typeof value}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

/** Short for people: four digits behind the point, or an exponent where that would hide the number. */
function numberText(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return size >= 1e-3 && size < 1e7 ? String(Number(value.toFixed(4))) : value.toExponential(2);
}

/** A number, a few numbers, or how many there are. */
function valueText({ data, ndim, size, shape }: Tensor): string {
  if (ndim === 0) return numberText(data[0]!);
  return size <= 8 ? `[${Array.from(data, numberText).join(", ")}]` : `${size} numbers of shape ${show(shape)}`;
}
