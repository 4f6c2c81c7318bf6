/** Walks several strided operands at once: merges dimensions, hands planes of two dimensions to a loop, counts through the rest. */
import { broadcastStrides, type Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import type { Loop } from "./compile.ts";

/** Runs an elementwise loop over `out` and one to three inputs that broadcast to its shape. */
export function runLoop(loop: Loop, out: View, x: View, y?: View, z?: View): void {
  const n = out.size;
  if (n === 0) return;
  const xStep = stepAlong(x, out);
  const yStep = y === undefined ? 0 : stepAlong(y, out);
  const zStep = z === undefined ? 0 : stepAlong(z, out);
  if (!out.isContiguous || xStep < 0 || yStep < 0 || zStep < 0) {
    runDims(loop, out, x, y, z);
    return;
  }
  // Nearly all there is to do: element by element.
  const o = out.storage.own;
  const i = x.storage.home;
  if (y === undefined) {
    loop.line(n, o, out.offset, i, x.offset, xStep);
    return;
  }
  const j = y.storage.home;
  if (z === undefined) {
    loop.line(n, o, out.offset, i, x.offset, xStep, j, y.offset, yStep);
    return;
  }
  loop.line(n, o, out.offset, i, x.offset, xStep, j, y.offset, yStep, z.storage.home, z.offset, zStep);
}

/** How far one element of an input is from the next in the order of a packed output; −1 if that differs. */
function stepAlong(x: View, out: View): number {
  if (x.size === 1) return 0;
  if (x.size !== out.size) return -1;
  if (x.isContiguous) return 1;
  // One number repeated is one number, whatever the shape.
  const { strides } = x;
  for (let d = 0; d < strides.length; d++) if (strides[d] !== 0) return -1;
  return 0;
}

function runDims(loop: Loop, out: View, x: View, y?: View, z?: View): void {
  if (out.shape.length <= 2) runPlane(loop, out, x, y, z);
  else runPlanes(loop, z !== undefined ? [out, x, y!, z] : y !== undefined ? [out, x, y] : [out, x]);
}

/** The same for one or two dimensions, without a list of anything: most tensors of small models are matrices. */
function runPlane(loop: Loop, out: View, x: View, y?: View, z?: View): void {
  const rank = out.shape.length;
  const rows = rank === 2 ? out.shape[0]! : 1;
  const columns = rank === 0 ? 1 : out.shape[rank - 1]!;
  const [o, i] = [out.storage.own, x.storage.home];
  const [oAt, oRow, oStep] = [out.offset, stride(out, 2, rows), stride(out, 1, columns)];
  const [iAt, iRow, iStep] = [x.offset, stride(x, 2, rows), stride(x, 1, columns)];
  if (y === undefined) {
    loop.plane(rows, columns, o, oAt, oRow, oStep, i, iAt, iRow, iStep);
    return;
  }
  const j = y.storage.home;
  const [jAt, jRow, jStep] = [y.offset, stride(y, 2, rows), stride(y, 1, columns)];
  if (z === undefined) {
    loop.plane(rows, columns, o, oAt, oRow, oStep, i, iAt, iRow, iStep, j, jAt, jRow, jStep);
    return;
  }
  const k = z.storage.home;
  const [kAt, kRow, kStep] = [z.offset, stride(z, 2, rows), stride(z, 1, columns)];
  loop.plane(rows, columns, o, oAt, oRow, oStep, i, iAt, iRow, iStep, j, jAt, jRow, jStep, k, kAt, kRow, kStep);
}

/** The stride of the dimension that is `back` from the end, by which it is repeated to `size`. */
function stride({ shape, strides }: View, back: number, size: number): number {
  const d = shape.length - back;
  return d < 0 || (shape[d] === 1 && size !== 1) ? 0 : strides[d]!;
}

function runPlanes(loop: Loop, operands: readonly View[]): void {
  const out = operands[0]!;
  const { shape, strides } = mergeDims(
    out.shape,
    operands.map((x) => broadcastStrides(x.shape, x.strides, out.shape)),
  );
  callPlanes(loop, operands, shape, strides);
}

function callPlanes(
  loop: Loop,
  operands: readonly View[],
  shape: Shape,
  strides: readonly (readonly number[])[],
): void {
  const last = shape.length - 1;
  const outer = shape.slice(0, Math.max(last - 1, 0));
  const rows = last > 0 ? shape[last - 1]! : 1;
  const args = operands.flatMap((x, i) => [
    x.storage.own,
    x.offset,
    last > 0 ? strides[i]![last - 1]! : 0,
    last >= 0 ? strides[i]![last]! : 0,
  ]);
  const columns = last >= 0 ? shape[last]! : 1;
  const index = outer.map(() => 0);
  for (;;) {
    loop.plane(rows, columns, ...args);
    let d = outer.length - 1;
    for (; d >= 0; d--) {
      const back = ++index[d]! === outer[d];
      for (let i = 0; i < operands.length; i++) {
        const stride = strides[i]![d]!;
        args[4 * i + 1] = (args[4 * i + 1] as number) + (back ? stride * (1 - outer[d]!) : stride);
      }
      if (!back) break;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

/** Drops dimensions of size 1 and joins neighbours that every operand can step through as one. */
export function mergeDims(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const merged: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const end = merged.length - 1;
    if (end >= 0 && strides.every((s, i) => steps[i]![end] === s[d]! * size)) {
      merged[end]! *= size;
      for (let i = 0; i < strides.length; i++) steps[i]![end] = strides[i]![d]!;
    } else {
      merged.push(size);
      for (let i = 0; i < strides.length; i++) steps[i]!.push(strides[i]![d]!);
    }
  }
  return { shape: merged, strides: steps };
}

/** Offsets of all elements of a view of `shape` and `strides`, row-major, from `offset` on. */
export function offsetsOf(shape: Shape, strides: readonly number[], offset: number): Int32Array | Float64Array {
  let offsets = Float64Array.of(offset);
  for (let d = 0; d < shape.length; d++) {
    const next = new Float64Array(offsets.length * shape[d]!);
    let at = 0;
    for (const start of offsets) for (let i = 0; i < shape[d]!; i++) next[at++] = start + i * strides[d]!;
    offsets = next;
  }
  return offsets;
}
