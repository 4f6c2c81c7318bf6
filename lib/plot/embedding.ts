/** Vectors as points on a map, with their names. */
import { svd } from "../linalg/svd.ts";
import { mean } from "../ops/reduction.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { count, describe, type FrameOptions, frameOf } from "./frame.ts";
import { nameOffset, sidesOf } from "./name-places.ts";
import type { Spec } from "./render/vega.ts";
import { pointLayer } from "./scatter.ts";
import { labelSize } from "./theme.ts";
import { toTensor, type Values } from "./values.ts";

/** Options of maps. */
export interface EmbeddingOptions extends FrameOptions {
  /** The name of each vector, written beside its point. */
  names?: readonly string[];
  /** The class of each vector, coloured apart. */
  classes?: Values | readonly string[];
  /** Above the legend. */
  legend?: string;
  /** The most names written; default 60, evenly picked. One that would cover another is left out. All are shown beside the pointer. */
  most?: number;
}

/**
 * A map of vectors. Those of more than two numbers are projected on the two directions along which they vary most (principal components).
 *
 * Shapes: vectors `(count, features)`, two or more features.
 *
 * @throws {RangeError} If the shape is another one, or names and vectors differ in number.
 * @see book §5.2.
 * @example plot.embedding([[1, 0, 0], [0.9, 0.1, 0], [0, 0, 1]], { names: ["cat", "dog", "car"] })
 */
export function embedding(vectors: Values, options: EmbeddingOptions = {}): Chart {
  const all = toTensor(vectors, "vectors");
  const [size, features] = all.shape;
  if (all.ndim !== 2 || size! < 2 || features! < 2) {
    throw new RangeError(`Cannot map vectors of shape ${show(all.shape)}: expected [count,features], two or more each`);
  }
  const { names, most = 60 } = options;
  if (names && names.length !== size) {
    throw new RangeError(`Cannot name ${size} vectors with ${names.length} names: there must be one each`);
  }
  const [x, y] = features === 2 ? [column(all, 0), column(all, 1)] : principal(all);
  const axes = features === 2 ? {} : { xLabel: "first principal component", yLabel: "second principal component" };
  const { spec } = pointLayer({ x, y }, { ...options, ...axes, size: 36 });
  const { x: across, y: up, ...looks } = spec.encoding as { x: Spec; y: Spec };
  const places = { x: padded(across), y: padded(up) };
  const every = Math.max(1, Math.ceil(size! / most));
  const written = Array.from({ length: Math.ceil(size! / every) }, (_, i) => i * every);
  const frame = frameOf(options, { width: 440, height: 340 });
  const shown = {
    x: written.map((i) => x[i]!),
    y: written.map((i) => y[i]!),
    names: written.map((i) => names?.[i] ?? ""),
  };
  const sides = sidesOf(shown, { width: Number(frame.width), height: Number(frame.height), padding });
  // Nameless points stay among the data, so that points and names have one domain under a slider; the first name stands always, and the layer is not empty.
  const words = {
    data: dataOf({ x: shown.x, y: shown.y, name: shown.names.map((name, k) => (sides[k] ? name : null)), side: sides }),
    transform: [{ filter: "isValid(datum.name)" }],
    mark: {
      type: "text",
      align: { expr: 'datum.side === "right" ? "left" : "right"' },
      dx: { expr: `datum.side === "right" ? ${nameOffset.dx} : ${-nameOffset.dx}` },
      dy: nameOffset.dy,
      fontSize: labelSize,
      tooltip: false,
    },
    encoding: { ...places, text: { field: "name", type: "nominal" } },
  };
  const texts = names ? [words] : [];
  return new Chart({
    description: describe("Map", options.title, `${count(size!, "vector")} of ${count(features!, "number")}`),
    ...frame,
    layer: [{ ...spec, encoding: { ...places, ...looks } }, ...texts],
  });
}

const padding = 16;

/** An axis that leaves room for what is written beside the outermost points. */
function padded(channel: Spec): Spec {
  return { ...channel, scale: { ...(channel.scale as Spec), padding } };
}

function principal(vectors: Tensor): [x: number[], y: number[]] {
  const centred = vectors.to("float64").sub(mean(vectors.to("float64"), { dim: 0, keepDim: true }));
  const { U, S } = svd(centred);
  // Signs are a matter of chance: each direction points where its largest coordinate is positive.
  const along = (k: number) => {
    const values = column(U, k).map((v) => v * S.data[k]!);
    const largest = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    return largest < 0 ? values.map((v) => -v) : values;
  };
  return [along(0), S.size > 1 ? along(1) : new Array<number>(vectors.shape[0]!).fill(0)];
}

function column(matrix: Tensor, c: number): number[] {
  return Array.from(matrix.select(1, c).data);
}
