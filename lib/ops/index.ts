/** All ops, and with them their method forms. */
import "../methods.ts";

export * from "./arithmetic.ts";
export * from "./comparison.ts";
export * from "./division.ts";
export * from "./inplace.ts";
export * from "./math.ts";
export * from "./matmul.ts";
export * from "./power.ts";
export * from "./reduction.ts";
export * from "./select.ts";
export * from "./shape.ts";
