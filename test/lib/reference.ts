/** Values that PyTorch gave, from test/reference, and comparing ours with them. */
import { readFileSync } from "node:fs";
import { type DType, fromData, type Tensor, tensor } from "../../lib/index.ts";

/** A tensor as the reference files have it. */
export interface Dumped {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
  readonly dtype?: DType;
}

/** The floating types that references are made in, with the tolerance that PyTorch parity asks for. */
export const precisions = [
  ["float64", 1e-12],
  ["float32", 1e-5],
] as const;

/** One of the two. */
export type Precision = (typeof precisions)[number][0];

export function reference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), "utf8")) as T;
}

export function load({ shape, data, dtype }: Dumped, floating: DType): Tensor {
  return tensor(data.map(Number), { dtype: dtype ?? floating }).reshape(shape);
}

/** Reads options whose values may be dumped tensors or infinities. */
export function loadOptions(options: Readonly<Record<string, unknown>>, floating: DType): Record<string, unknown> {
  const read = (value: unknown): unknown => {
    if (value === "Infinity" || value === "-Infinity") return Number(value);
    return typeof value === "object" && value !== null && "shape" in value ? load(value as Dumped, floating) : value;
  };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, read(value)]));
}

/** The gradient that each output gets: uneven, so that errors which cancel in a plain sum show. */
export function seedFor(x: Tensor): Tensor {
  const weights = Float64Array.from({ length: x.size }, (_, i) => 1 + Math.sin(3 * i + 1) / 2);
  return fromData(weights, x.shape).to(x.dtype);
}

/**
 * Throws unless the shapes agree and every number is within the tolerance, relative to the greatest magnitude in the tensor: numbers that are what
 * is left of a difference, such as the gradient of a mean, have no digits of their own to compare.
 */
export function expectClose(what: string, actual: Tensor, expected: Dumped, tolerance: number): void {
  if (actual.shape.join() !== expected.shape.join()) {
    throw new Error(`${what} has shape [${actual.shape}], PyTorch's [${expected.shape}]`);
  }
  const wanted = expected.data.map(Number);
  const scale = Math.max(...wanted.filter(Number.isFinite).map(Math.abs), 1e-30);
  actual.data.forEach((value, i) => {
    const want = wanted[i]!;
    if (Object.is(value, want) || value === want || Math.abs(value - want) <= tolerance * scale) return;
    throw new Error(
      `${what} is ${value} at ${i}, PyTorch's ${want}, off by ${Math.abs(value - want) / scale} of the scale`,
    );
  });
}
