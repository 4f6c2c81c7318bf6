/** Attention: which positions look at which. */

import { show } from "../shape.ts";
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { count, describe, type FrameOptions, frameOf } from "./frame.ts";
import { textWidth } from "./render/font.ts";
import type { Spec } from "./render/vega.ts";
import { labelSize, sequential } from "./theme.ts";
import { toTensor, type Values } from "./values.ts";

/** Options of attention maps. */
export interface AttentionOptions extends FrameOptions {
  /** The words that look, from the top; their numbers if left out. */
  queries?: readonly string[];
  /** The words that are looked at, from the left; the same as `queries` if left out and equally many. */
  keys?: readonly string[];
  /** The layer shown at first, from 0; default the last. */
  layer?: number;
  /** The head shown at first, from 0; default the first. */
  head?: number;
}

/**
 * Attention weights as a heat map, with sliders for layer and head that need no kernel.
 *
 * Shapes: weights `(queries, keys)`, `(heads, queries, keys)` or `(layers, heads, queries, keys)`.
 *
 * @throws {RangeError} If the shape is another one, or words and weights differ in number.
 * @see book §5.3.
 * @example plot.attention([[0.9, 0.1], [0.4, 0.6]], { queries: ["the", "cat"] })
 */
export function attention(weights: Values, options: AttentionOptions = {}): Chart {
  const x = toTensor(weights, "attention weights");
  if (x.ndim < 2 || x.ndim > 4 || x.size === 0) {
    throw new RangeError(
      `Cannot draw attention of shape ${show(x.shape)}: expected [queries,keys], with heads and layers before`,
    );
  }
  const [layers, heads, rows, columns] = [...new Array<number>(4 - x.ndim).fill(1), ...x.shape] as [
    number,
    number,
    number,
    number,
  ];
  const queries = wordsOf(options.queries, rows, "queries");
  const keys = wordsOf(options.keys ?? (rows === columns ? options.queries : undefined), columns, "keys");
  const { layer = layers - 1, head = 0 } = options;
  for (const [name, value, size] of [
    ["layer", layer, layers],
    ["head", head, heads],
  ] as const) {
    if (!(Number.isInteger(value) && value >= 0 && value < size))
      throw new RangeError(`Cannot show ${name} ${value}: there are ${size}, counted from 0`);
  }
  const at = (i: number) => ({
    column: i % columns,
    row: Math.floor(i / columns) % rows,
    head: Math.floor(i / (columns * rows)) % heads,
    layer: Math.floor(i / (columns * rows * heads)),
  });
  const places = Array.from({ length: x.size }, (_, i) => at(i));
  const side = Math.min(30, Math.max(8, 360 / Math.max(rows, columns)));
  const fits = keys.every((word) => textWidth(word, labelSize) < side - 2);
  const slider = (name: string, value: number, size: number) => ({
    name,
    value,
    bind: { input: "range", min: 0, max: size - 1, step: 1, name: `${name} ` },
  });
  const chosen = [
    ...(layers > 1 ? [slider("layer", layer, layers)] : []),
    ...(heads > 1 ? [slider("head", head, heads)] : []),
  ];
  const { data } = x;
  return new Chart({
    description: describe(
      "Attention",
      options.title,
      `${count(rows, "query", "queries")} on ${count(columns, "key")}${heads > 1 ? `, ${count(heads, "head")}` : ""}${layers > 1 ? `, ${count(layers, "layer")}` : ""}`,
    ),
    ...frameOf(options, { width: side * columns, height: side * rows }),
    params: chosen,
    data: dataOf({
      row: places.map((p) => p.row),
      column: places.map((p) => p.column),
      weight: places.map((_, i) => data[i]!),
      ...(heads > 1 ? { head: places.map((p) => p.head) } : {}),
      ...(layers > 1 ? { layer: places.map((p) => p.layer) } : {}),
    }),
    transform: [
      ...chosen.map(({ name }) => ({ filter: `datum.${name} === ${name}` })),
      { calculate: `${JSON.stringify(queries)}[datum.row]`, as: "query" },
      { calculate: `${JSON.stringify(keys)}[datum.column]`, as: "key" },
    ],
    mark: { type: "rect", tooltip: true },
    encoding: {
      x: wordAxis("column", keys, "looked at", fits ? 0 : -45),
      y: wordAxis("row", queries, "looks", 0),
      color: {
        field: "weight",
        type: "quantitative",
        title: "weight",
        scale: { domain: [0, 1], range: [...sequential] },
      },
      tooltip: [
        { field: "query", type: "nominal" },
        { field: "key", type: "nominal" },
        { field: "weight", type: "quantitative", format: ".3f" },
      ],
    },
  });
}

function wordsOf(words: readonly string[] | undefined, size: number, what: string): string[] {
  if (words && words.length !== size)
    throw new RangeError(`Cannot name ${size} ${what} with ${words.length} words: there must be one each`);
  return words ? [...words] : Array.from({ length: size }, (_, i) => String(i));
}

/** Numbers that are shown as words, since a word may come twice. */
function wordAxis(field: string, words: readonly string[], title: string, labelAngle: number): Spec {
  const axis = { labelExpr: `${JSON.stringify(words)}[datum.value]`, domain: false, ticks: false, labelOverlap: false };
  return {
    field,
    type: "ordinal",
    title,
    axis: { ...axis, labelAngle, labels: words.length <= 60 },
  };
}
