/**
 * The op table: every exported op with samples and error cases. From it follow the comparison with PyTorch, the gradient checks of first and
 * second order, method = function, and independence of strides. A new op is a new row here and a line in tools/reference/ops.py.
 */
import { changes } from "./rows/changes.ts";
import { activations, arithmetic, comparisons, functions } from "./rows/elementwise.ts";
import { conversions, indexing, layout } from "./rows/layout.ts";
import type { OpRow } from "./rows/makers.ts";
import { products } from "./rows/products.ts";
import { order, reductions } from "./rows/reductions.ts";
import { convolutions, poolings, resizings } from "./rows/spatial.ts";
import { arrangement, running, special } from "./rows/special.ts";
import { counting, statistics, tensorProducts } from "./rows/statistics.ts";
import { withVariants } from "./rows/variants.ts";
import { gammas, wholeNumbers } from "./rows/whole-numbers.ts";

const listed: Readonly<Record<string, readonly OpRow[]>> = {
  activations,
  arithmetic,
  comparisons,
  functions,
  products,
  reductions,
  order,
  layout,
  indexing,
  conversions,
  changes,
  special,
  gammas,
  "whole-numbers": wholeNumbers,
  arrangement,
  running,
  statistics,
  counting,
  "tensor-products": tensorProducts,
  convolutions,
  poolings,
  resizings,
};

/** The rows by family; each family has a file of reference values. */
export const families: Readonly<Record<string, readonly OpRow[]>> = Object.fromEntries(
  Object.entries(listed).map(([family, rows]) => [family, rows.map(withVariants)]),
);

export const table: readonly OpRow[] = Object.values(families).flat();
