/** Tensors as pictures: samples, filters, feature maps. */
import { asTensor } from "../creation.ts";
import { show } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { Chart } from "./chart.ts";
import { count, describe, type FrameOptions, titleOf } from "./frame.ts";
import { textWidth } from "./render/font.ts";
import { pngAddress } from "./render/png.ts";
import { colorAt, diverging, labelSize } from "./theme.ts";
import { extentOf, type Values } from "./values.ts";

/** Options of pictures. */
export interface ImageOptions extends Pick<FrameOptions, "title" | "subtitle"> {
  /** The values of black and white; the extent of all values if left out. */
  range?: readonly [black: number, white: number];
  /** Whether 0 is white, values below blue and above orange; default false. One channel only. */
  diverging?: boolean;
  /** The side of a picture in pixels; default about 96 for one, 48 in a grid. */
  size?: number;
}

/** Options of grids of pictures. */
export interface ImageGridOptions extends ImageOptions {
  /** What stands above each picture. */
  labels?: readonly (string | number)[];
  /** Pictures in a row; default 8. */
  columns?: number;
}

/**
 * One picture.
 *
 * Shapes: `(height, width)`, `(1, height, width)` or `(3, height, width)`, red, green, blue.
 *
 * @throws {RangeError} If the shape is no picture's.
 * @example plot.image([[0, 1], [1, 0]], { title: "Two pixels by two" })
 */
export function image(x: Values, options: ImageOptions = {}): Chart {
  return imageGrid([x], { size: 128, ...options, columns: 1 });
}

/**
 * Pictures in rows.
 *
 * Shapes: `(count, height, width)`, `(count, 1, height, width)`, `(count, 3, height, width)`, or a list of pictures.
 *
 * @throws {RangeError} If the shape is no pictures', or labels and pictures differ in number.
 * @example plot.imageGrid(rand([10, 8, 8]), { columns: 5, labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
 */
export function imageGrid(x: Values | readonly Values[], options: ImageGridOptions = {}): Chart {
  const pictures = picturesOf(x);
  const { labels, columns = 8, size = 56 } = options;
  if (labels && labels.length !== pictures.length) {
    throw new RangeError(
      `Cannot label ${pictures.length} pictures with ${labels.length} labels: there must be one each`,
    );
  }
  if (!Number.isInteger(columns) || columns < 1) throw new RangeError(`Cannot put ${columns} pictures in a row`);
  const range = options.range ?? extentOf(pictures.flatMap((picture) => extentOf(picture.data)));
  const [across, down] = [Math.min(columns, pictures.length), Math.ceil(pictures.length / columns)];
  const above = labels ? 16 : 0;
  const widest = Math.max(0, ...(labels ?? []).map((label) => textWidth(String(label), labelSize)));
  const [gap, between] = [6, Math.max(6, Math.ceil(widest - size) + 8)];
  const rows = pictures.map((picture, i) => ({
    url: address(picture, range, options.diverging ?? false),
    label: labels ? String(labels[i]) : "",
    x: (i % columns) * (size + between) + size / 2,
    y: Math.floor(i / columns) * (size + gap + above) + above + size / 2,
  }));
  const place = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const encoding = { x: place("x"), y: place("y") };
  const text = {
    mark: { type: "text", baseline: "bottom", dy: -size / 2 - 2, fontSize: labelSize },
    encoding: { ...encoding, text: { field: "label", type: "nominal" } },
  };
  return new Chart({
    description: describe("Pictures", options.title, count(pictures.length, "picture")),
    ...titleOf(options),
    width: across * (size + between) - between,
    height: down * (size + gap + above) - gap,
    data: { values: rows },
    layer: [
      {
        mark: { type: "image", width: size, height: size, aspect: true, smooth: false, tooltip: false },
        encoding: { ...encoding, url: { field: "url", type: "nominal" } },
      },
      ...(labels ? [text] : []),
    ],
  });
}

function picturesOf(x: Values | readonly Values[]): Tensor[] {
  const list = Array.isArray(x) && x.some((one) => one instanceof Tensor) ? (x as readonly Values[]) : null;
  if (list) return list.map(picture);
  const all = Array.isArray(x) && x.length === 1 ? [asTensor(x[0] as Values)] : stackOf(asTensor(x as Values));
  return all.map(picture);
}

function stackOf(x: Tensor): Tensor[] {
  if (x.ndim < 3)
    throw new RangeError(`Cannot show ${show(x.shape)} as pictures: expected [count,height,width] or more`);
  return Array.from({ length: x.shape[0]! }, (_, i) => x.select(0, i));
}

/** `(channels, height, width)` of one or three channels. */
function picture(values: Values): Tensor {
  const x = asTensor(values).detach();
  const all = x.ndim === 2 ? x.unsqueeze(0) : x;
  if (all.ndim === 3 && (all.shape[0] === 1 || all.shape[0] === 3) && all.size > 0) return all;
  throw new RangeError(
    `Cannot show ${show(x.shape)} as a picture: expected [height,width], [1,height,width] or [3,height,width]`,
  );
}

function address(x: Tensor, [black, white]: readonly [number, number], signed: boolean): string {
  const [channels, height, width] = x.shape as readonly [number, number, number];
  const { data } = x;
  const area = height * width;
  if (signed && channels === 1) {
    const reach = Math.max(Math.abs(black), Math.abs(white)) || 1;
    const pixels = Uint8Array.from(Array.from(data, (v) => colorAt(diverging, 0.5 + v / (2 * reach))).flat());
    return pngAddress(pixels, { width, height, channels: 3 });
  }
  const scale = 255 / (white - black || 1);
  const pixels = new Uint8Array(area * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < area; i++) {
      const level = Math.round((data[c * area + i]! - black) * scale);
      pixels[i * channels + c] = Math.min(255, Math.max(0, level));
    }
  }
  return pngAddress(pixels, { width, height, channels });
}
