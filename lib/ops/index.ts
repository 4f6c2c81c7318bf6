/** All ops, and with them their method forms. */
import "../methods.ts";

export * from "./activation.ts";
export * from "./arithmetic.ts";
export * from "./comparison.ts";
export * from "./conversion.ts";
export * from "./division.ts";
export * from "./einsum.ts";
export * from "./encode.ts";
export * from "./extremes.ts";
export * from "./indexing.ts";
export * from "./inplace.ts";
export * from "./join.ts";
export * from "./math.ts";
export * from "./matmul.ts";
export * from "./matrix.ts";
export * from "./order.ts";
export * from "./power.ts";
export * from "./reduction.ts";
export * from "./scan.ts";
export * from "./select.ts";
export * from "./shape.ts";
export * from "./split.ts";
