/** Tensors from numbers: nested arrays, typed arrays, constants and ranges. */
import { allocate, type DType, defaultDtype, dtypeOf, dtypes, isDType, type TypedArray } from "./dtype.ts";
import { checkShape, type Shape, scalarShape, show, sizeOf, stridesOf } from "./shape.ts";
import { Storage } from "./storage.ts";
import { empty, type Nested, Tensor, type TensorLike, unfilled } from "./tensor.ts";

/** How a new tensor is made. */
export interface TensorOptions {
  /** Element type; by default float32 for numbers, bool for booleans, and a typed array's own. */
  dtype?: DType;
  /** Whether backward computes a gradient for it; default false. */
  requiresGrad?: boolean;
}

/**
 * A tensor over `data`, which is used as it is and not copied.
 *
 * @param data Elements, row-major.
 * @param shape Sizes; their product is the length of `data`.
 * @param dtype Element type, by default what the array holds; give `"bool"` for a `Uint8Array` of 0 and 1.
 * @throws {RangeError} If `data` does not fill the shape.
 * @example fromData(new Float32Array([1, 2, 3, 4]), [2, 2]).sum().item() // 10
 */
export function fromData(data: TypedArray, shape: Shape = [data.length], dtype: DType = dtypeOf(data)): Tensor {
  checkShape(shape, "make a tensor");
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(`Cannot shape ${data.length} elements as ${show(shape)}, which has ${sizeOf(shape)}`);
  }
  if (dtype !== dtypeOf(data) && !(dtype === "bool" && data instanceof Uint8Array)) {
    throw new TypeError(`Cannot read a ${data.constructor.name} as ${dtype}: it holds ${dtypeOf(data)}`);
  }
  const storage = new Storage(data);
  storage.isLent = true;
  return new Tensor(storage, [...shape], stridesOf(shape), 0, dtype, true);
}

/**
 * A tensor with a copy of the given values.
 *
 * @param data A number, a boolean, nested arrays of them, a typed array or a tensor.
 * @throws {RangeError} If rows differ in length.
 * @throws {TypeError} If something is neither number nor boolean.
 * @example tensor([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function tensor(data: TensorLike, options: TensorOptions = {}): Tensor {
  return finish(build(data, options.dtype), options);
}

/**
 * The value itself if it is a tensor (of the wanted type), else a new tensor.
 *
 * @example asTensor([1, 2, 3]).shape // [3]
 */
export function asTensor(value: TensorLike, options?: { dtype?: DType }): Tensor {
  const dtype = options?.dtype;
  if (value instanceof Tensor && (dtype === undefined || dtype === value.dtype)) return value;
  return build(value, dtype);
}

/** A tensor of zeros. @example zeros([2, 2]).toArray() // [[0, 0], [0, 0]] */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  checkShape(shape, "make zeros");
  return finish(empty([...shape], checkDtype(options.dtype)), options);
}

/** A tensor of ones. @example ones([3]).toArray() // [1, 1, 1] */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** A tensor filled with one value. @example full([2], 7).toArray() // [7, 7] */
export function full(shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor {
  checkShape(shape, "fill a tensor");
  const dtype = checkDtype(options.dtype ?? (typeof value === "boolean" ? "bool" : defaultDtype));
  const result = empty([...shape], dtype);
  result.storage.elements.fill(dtype === "bool" ? Number(Boolean(value)) : Number(value));
  return finish(result, options);
}

/** Zeros of the shape and type of `x`. @example zerosLike([1, 2]).toArray() // [0, 0] */
export function zerosLike(x: TensorLike, options: TensorOptions = {}): Tensor {
  const { shape, dtype } = asTensor(x);
  return zeros(shape, { dtype, ...options });
}

/** Ones of the shape and type of `x`. @example onesLike([1, 2]).toArray() // [1, 1] */
export function onesLike(x: TensorLike, options: TensorOptions = {}): Tensor {
  return fullLike(x, 1, options);
}

/** One value in the shape and type of `x`. @example fullLike([1, 2], 5).toArray() // [5, 5] */
export function fullLike(x: TensorLike, value: number | boolean, options: TensorOptions = {}): Tensor {
  const { shape, dtype } = asTensor(x);
  return full(shape, value, { dtype, ...options });
}

/**
 * Numbers from `start` to before `end`, `step` apart; with one argument from 0.
 *
 * @throws {RangeError} If `step` is 0 or leads away from `end`.
 * @example arange(3).toArray() // [0, 1, 2]
 */
export function arange(start: number, end?: number, options: TensorOptions & { step?: number } = {}): Tensor {
  const { step = 1 } = options;
  const [from, to] = end === undefined ? [0, start] : [start, end];
  const count = Math.ceil((to - from) / step);
  if (!(count >= 0 && Number.isFinite(count))) {
    throw new RangeError(`Cannot count from ${from} to ${to} in steps of ${step}: the step must lead to the end`);
  }
  const result = empty([count], checkDtype(options.dtype));
  const array = result.storage.elements;
  for (let i = 0; i < count; i++) array[i] = from + i * step;
  return finish(result, options);
}

/**
 * `count` numbers in equal steps from `start` to `end`, both included.
 *
 * @param options `count` of points, default 100.
 * @example linspace(0, 1, { count: 5 }).toArray() // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, end: number, options: TensorOptions & { count?: number } = {}): Tensor {
  const { count = 100 } = options;
  checkShape([count], "make a linspace");
  const result = empty([count], checkDtype(options.dtype));
  const array = result.storage.elements;
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  // Counted from the nearer end, so that the last point is `end` exactly.
  for (let i = 0; i < count; i++) array[i] = i < count / 2 ? start + i * step : end - (count - 1 - i) * step;
  return finish(result, options);
}

/** Powers of a base at equal steps of the exponent. @param options `count`, default 100; `base`, default 10. @example logspace(0, 2, { count: 3 }).toArray() // [1, 10, 100] */
export function logspace(
  start: number,
  end: number,
  options: TensorOptions & { count?: number; base?: number } = {},
): Tensor {
  const { base = 10, count, dtype } = options;
  const exponents = linspace(start, end, { count, dtype: "float64" });
  return finish(
    build(
      Float64Array.from(exponents.data, (power) => base ** power),
      checkDtype(dtype),
    ),
    options,
  );
}

function triangle(rows: number, columns: number, inside: (row: number, column: number) => boolean): Tensor {
  checkShape([rows, columns], "make a triangle");
  const places: [number, number][] = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (inside(i, j)) places.push([i, j]);
  const indices = Int32Array.from([...places.map(([i]) => i), ...places.map(([, j]) => j)]);
  return fromData(indices, [2, places.length]);
}

/** Rows and columns of the lower triangle of a matrix: an int32 of `(2, elements)`. @param offset 0 (default) with the main diagonal, positive above it. @example trilIndices(2, 2).toArray() // [[0, 1, 1], [0, 0, 1]] */
export function trilIndices(rows: number, columns: number, offset = 0): Tensor {
  return triangle(rows, columns, (i, j) => j - i <= offset);
}

/** Rows and columns of the upper triangle of a matrix: an int32 of `(2, elements)`. @param offset 0 (default) with the main diagonal, negative below it. @example triuIndices(2, 2).toArray() // [[0, 0, 1], [0, 1, 1]] */
export function triuIndices(rows: number, columns: number, offset = 0): Tensor {
  return triangle(rows, columns, (i, j) => j - i >= offset);
}

/** The identity matrix of `rows` × `columns`. @example eye(2).toArray() // [[1, 0], [0, 1]] */
export function eye(rows: number, columns: number = rows, options: TensorOptions = {}): Tensor {
  checkShape([rows, columns], "make an identity");
  const result = empty([rows, columns], checkDtype(options.dtype));
  for (let i = 0; i < Math.min(rows, columns); i++) result.storage.elements[i * columns + i] = 1;
  return finish(result, options);
}

function checkDtype(dtype: DType = defaultDtype): DType {
  if (!isDType(dtype)) throw new TypeError(`Cannot use dtype ${String(dtype)}: it must be one of ${dtypes.join(", ")}`);
  return dtype;
}

function finish(result: Tensor, options: TensorOptions): Tensor {
  return options.requiresGrad ? result.requiresGrad_() : result;
}

/** A number as a tensor without dimensions. */
export function scalar(value: number, dtype: DType): Tensor {
  const result = unfilled(scalarShape, dtype);
  result.storage.home[result.offset] = dtype === "bool" ? Number(value !== 0) : value;
  return result;
}

function build(data: TensorLike, dtype: DType | undefined): Tensor {
  if (dtype !== undefined) checkDtype(dtype);
  if (typeof data === "number") return scalar(data, dtype ?? defaultDtype);
  if (data instanceof Tensor)
    return fromData(converted(data.data, data.dtype, dtype ?? data.dtype), data.shape, dtype ?? data.dtype);
  if (ArrayBuffer.isView(data)) {
    const held = dtypeOf(data as TypedArray);
    return fromData(converted(data as TypedArray, held, dtype ?? held), [data.length], dtype ?? held);
  }
  const shape = nestedShape(data);
  const type = dtype ?? (isBooleans(data) ? "bool" : defaultDtype);
  const result = unfilled(shape, type);
  fill(result.storage.elements, data, shape, 0, 0, type === "bool");
  return result;
}

/** A copy of the array in another element type. */
function converted(array: TypedArray, from: DType, to: DType): TypedArray {
  if (to !== "bool" || from === "bool") {
    const copy = allocate(to, array.length);
    copy.set(array);
    return copy;
  }
  return Uint8Array.from(array, (v) => Number(v !== 0));
}

function nestedShape(data: Nested<number> | Nested<boolean>): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function isBooleans(data: unknown): boolean {
  let first = data;
  while (Array.isArray(first)) first = first[0];
  return typeof first === "boolean";
}

/** Writes nested values from `at` on and returns where it stopped. */
function fill(array: TypedArray, data: unknown, shape: Shape, dim: number, at: number, asBool: boolean): number {
  if (dim === shape.length) {
    if (typeof data !== "number" && typeof data !== "boolean") {
      if (Array.isArray(data)) throw new RangeError("Cannot make a tensor of rows that differ in depth");
      const what = data === null ? "null" : typeof data;
      throw new TypeError(`Cannot make a tensor of a value of type ${what}: elements must be numbers or booleans`);
    }
    array[at] = asBool ? Number(Boolean(data)) : Number(data);
    return at + 1;
  }
  const size = shape[dim]!;
  if (!Array.isArray(data) || data.length !== size) {
    const found = Array.isArray(data) ? `one has ${data.length} elements` : "one is no array";
    throw new RangeError(
      `Cannot make a tensor of rows that differ: in dimension ${dim} the first has ${size} elements, ${found}`,
    );
  }
  for (let i = 0; i < size; i++) at = fill(array, data[i], shape, dim + 1, at, asBool);
  return at;
}
