/** Compares the engine with the fallback on a few numbers when it is loaded, so that a miscompiled kernel is never used. */
import { allocate, type DType, type TypedArray } from "../../dtype.ts";
import { type Shape, sizeOf, stridesOf } from "../../shape.ts";
import { Storage, type View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { binaryOps, unaryOps } from "./ops.ts";

function viewOf(shape: Shape, dtype: DType, fill: (i: number) => number = () => 0): View {
  const size = sizeOf(shape);
  const array = allocate(dtype, size);
  for (let i = 0; i < size; i++) array[i] = fill(i);
  return { storage: new Storage(array), offset: 0, shape, strides: stridesOf(shape), dtype, isContiguous: true, size };
}

/** What is computed: a name, the shape of the result, and how either backend makes it. */
type Trial = [name: string, shape: Shape, run: (backend: Backend, out: View) => void];

function trials(dtype: DType): Trial[] {
  const shape = [5, 7];
  // Within the domain of every function, acosh aside, with a few special values in between.
  const special = [0, -0, 1, -1, Infinity, -Infinity, NaN];
  const x = viewOf(shape, dtype, (i) => (i < special.length ? special[i]! : ((i * 37) % 19) / 10 - 0.9));
  const y = viewOf(shape, dtype, (i) => ((i * 23) % 17) / 8 - 1);
  const a = viewOf([9, 40], dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const b = viewOf([40, 35], dtype, (i) => ((i * 29) % 13) / 6 - 1);
  const turned: View = { ...b, shape: [35, 40], strides: [1, 35], isContiguous: false };
  return [
    ...unaryOps.map((op): Trial => [op, shape, (backend, out) => backend.unary(op, x, out)]),
    ...binaryOps.map((op): Trial => [op, shape, (backend, out) => backend.binary(op, x, y, out)]),
    ["where", shape, (backend, out) => backend.where(y, x, y, out)],
    ["sum", [9], (backend, out) => backend.reduce("sum", a, [1], out)],
    ["sum", [40], (backend, out) => backend.reduce("sum", a, [0], out)],
    ["max", [], (backend, out) => backend.reduce("max", a, [0, 1], out)],
    ["softmax", [9, 40], (backend, out) => backend.softmax(a, 1, false, out)],
    ["logSoftmax", [9, 40], (backend, out) => backend.softmax(a, 0, true, out)],
    ["matmul", [9, 35], (backend, out) => backend.matmul(a, b, out)],
    ["matmul", [9, 9], (backend, out) => backend.matmul(a, { ...a, shape: [40, 9], strides: [1, 40] }, out)],
    ["matmul", [35, 35], (backend, out) => backend.matmul(turned, b, out)],
    ["scan", [9, 40], (backend, out) => backend.scan("sum", a, 0, out)],
  ];
}

/** What differs between the two backends, if anything does. */
export function differs(backend: Backend, fallback: Backend): string | null {
  for (const dtype of ["float32", "float64"] as const) {
    const tolerance = dtype === "float32" ? 2e-6 : 1e-13;
    for (const [name, shape, run] of trials(dtype)) {
      const results = [backend, fallback].map((each): TypedArray => {
        const out = viewOf(shape, dtype);
        run(each, out);
        return out.storage.array;
      });
      const [got, wanted] = results as [TypedArray, TypedArray];
      for (let i = 0; i < got.length; i++) {
        const [g, w] = [got[i]!, wanted[i]!];
        if (Object.is(g, w) || g === w || Math.abs(g - w) <= tolerance * Math.max(1, Math.abs(w))) continue;
        return `${name} in ${dtype} gives ${g} instead of ${w}`;
      }
    }
  }
  return null;
}
