/** Shapes and strides: arithmetic on the sizes of tensors, and the errors about them. */

/** Sizes of a tensor's dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/** The shape of a single number. */
export const scalarShape: Shape = [];
const ofVector: readonly number[] = [1];

/** Strides of a row-major array: how many elements one step along each dimension skips. */
export function stridesOf(shape: Shape): readonly number[] {
  // Nearly all tensors of small programs are one of these.
  switch (shape.length) {
    case 0:
      return scalarShape;
    case 1:
      return ofVector;
    case 2:
      return [shape[1]!, 1];
  }
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** Whether elements at these strides lie row-major without gaps; dimensions of size 1 may have any stride. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i]!;
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[i] !== stride) return false;
      stride *= size;
    }
  }
  return true;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A shape as errors show it: `[2,3]`. */
export function show(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** Throws unless every size is a whole number that is not negative. */
export function checkShape(shape: Shape, verb: string): void {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new RangeError(`Cannot ${verb} of shape ${show(shape)}: sizes must be whole numbers ≥ 0`);
    }
  }
}

/** Whether a tensor of one shape, repeated, has the other. */
function repeatsTo(shape: Shape, target: Shape): boolean {
  if (shape === target) return true;
  const lead = target.length - shape.length;
  if (lead < 0) return false;
  for (let d = 0; d < shape.length; d++) if (shape[d] !== target[lead + d] && shape[d] !== 1) return false;
  return true;
}

/** The shape two shapes broadcast to. `verb` is the operation's name in the error text. */
export function broadcastShapes(a: Shape, b: Shape, verb: string): Shape {
  if (repeatsTo(b, a)) return a;
  if (repeatsTo(a, b)) return b;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = i <= a.length ? a[a.length - i]! : 1;
    const n = i <= b.length ? b[b.length - i]! : 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new RangeError(
        `Cannot ${verb} ${show(a)} and ${show(b)}: sizes ${m} and ${n} of dimension ${rank - i} neither agree nor are 1`,
      );
    }
    shape[rank - i] = m === 1 ? n : m;
  }
  return shape;
}

/** Strides that read a tensor of `shape` and `strides` as if it had shape `target`: repeated dimensions get stride 0. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): readonly number[] {
  if (sameShape(shape, target)) return strides;
  const lead = target.length - shape.length;
  const result = new Array<number>(target.length);
  for (let d = 0; d < target.length; d++) result[d] = d < lead || shape[d - lead] === 1 ? 0 : strides[d - lead]!;
  return result;
}

/** A dimension counted from the front: −1 becomes `rank − 1`. A scalar has the dimensions 0 and −1. */
export function wrapDim(dim: number, rank: number, verb: string): number {
  const limit = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -limit || dim >= limit) {
    throw new RangeError(
      `Cannot ${verb} along dimension ${dim}: a tensor of ${rank} dimensions has ${-limit} to ${limit - 1}`,
    );
  }
  return dim < 0 ? dim + limit : dim;
}

const dimsOfRank: (readonly number[])[] = [];

function allDims(rank: number): readonly number[] {
  dimsOfRank[rank] ??= Array.from({ length: rank }, (_, d) => d);
  return dimsOfRank[rank];
}

/** Dimensions counted from the front, in rising order, each named once; `undefined` means all of them. */
export function wrapDims(dim: number | readonly number[] | undefined, rank: number, verb: string): readonly number[] {
  if (dim === undefined) return allDims(rank);
  const list = typeof dim === "number" ? [dim] : dim;
  const dims = list.map((d) => wrapDim(d, rank, verb)).sort((a, b) => a - b);
  for (let i = 1; i < dims.length; i++) {
    if (dims[i] === dims[i - 1]) {
      throw new RangeError(`Cannot ${verb} along dimensions ${show(list)}: dimension ${dims[i]} is named twice`);
    }
  }
  // A scalar lets itself be reduced along its dimension 0, which it does not have.
  return rank === 0 ? [] : dims;
}

/** The shape after a reduction over `dims`. */
export function reducedShape(shape: Shape, dims: readonly number[], keepDim: boolean): Shape {
  if (dims.length === shape.length && !keepDim) return scalarShape;
  const result: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    if (!dims.includes(i)) result.push(shape[i]!);
    else if (keepDim) result.push(1);
  }
  return result;
}

/**
 * Strides that show the elements in another shape without copying, or null if none do. Runs of dimensions that lie evenly in memory can be cut
 * anew; a new dimension that would straddle two runs cannot.
 */
export function reshapedStrides(shape: Shape, strides: readonly number[], target: Shape): readonly number[] | null {
  if (isRowMajor(shape, strides)) return stridesOf(target);
  const result = new Array<number>(target.length).fill(1);
  let to = target.length - 1;
  for (let d = shape.length - 1; d >= 0; ) {
    // The run that ends at dimension d: as many dimensions as step evenly.
    let stride = strides[d]!;
    let run = shape[d]!;
    while (--d >= 0 && (shape[d] === 1 || strides[d] === stride * run || run === 1)) {
      if (run === 1) stride = strides[d]!;
      run *= shape[d]!;
    }
    for (let filled = 1; to >= 0 && (filled < run || target[to] === 1); to--) {
      result[to] = stride * filled;
      filled *= target[to]!;
      if (filled > run || run % filled !== 0) return null;
    }
  }
  return to < 0 || target.slice(0, to + 1).every((size) => size === 1) ? result : null;
}
