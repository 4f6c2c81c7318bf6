/** Pictures: what `vision` holds. */
export * as transforms from "./transforms.ts";
