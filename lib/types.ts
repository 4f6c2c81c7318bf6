/** Questions about element types and shapes. */
import { asTensor } from "./creation.ts";
import { type DType, isFloating, promote } from "./dtype.ts";
import { resultType as typeOfPair } from "./ops/operands.ts";
import { type Shape, broadcastShapes as shapeOfPair } from "./shape.ts";
import type { TensorLike } from "./tensor.ts";

/** The type that holds values of both types. @example promoteTypes("int32", "float32") // "float32" */
export function promoteTypes(a: DType, b: DType): DType {
  return promote(a, b);
}

/** The type of an arithmetic result of two operands, in which a number, or a tensor without dimensions, gives way. @example resultType(tensor([1], { dtype: "int32" }), 0.5) // "float32" */
export function resultType(a: TensorLike, b: TensorLike): DType {
  return typeOfPair(asTensor(a), asTensor(b));
}

/** Whether values of a type can be taken over by another one of the same or a higher kind. @example canCast("float32", "int32") // false */
export function canCast(from: DType, to: DType): boolean {
  const kinds: readonly DType[][] = [["bool"], ["uint8", "int32"], ["float32", "float64"]];
  const kindOf = (dtype: DType) => kinds.findIndex((kind) => kind.includes(dtype));
  return kindOf(from) <= kindOf(to);
}

/** Whether elements have fractions. @example isFloatingPoint([1, 2]) // true */
export function isFloatingPoint(x: TensorLike): boolean {
  return isFloating(asTensor(x).dtype);
}

/** The shape that shapes broadcast to. @throws {RangeError} If they do not. @example broadcastShapes([2, 1], [3]) // [2, 3] */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  return shapes.reduce<Shape>((all, shape) => shapeOfPair(all, shape, "broadcast"), []);
}
