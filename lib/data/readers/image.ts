/** Pictures as tensors, and tensors as pictures. */
import { readFileSync, writeFileSync } from "node:fs";
import { asTensor, fromData } from "../../creation.ts";
import { isFloating } from "../../dtype.ts";
import { lazy } from "../../lazy.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

const fastPng = lazy<typeof import("fast-png")>("fast-png");
const jpegJs = lazy<typeof import("jpeg-js")>("jpeg-js");

/** Which colours a picture is read as: one of brightness, red-green-blue, and the same with opacity. */
export type ImageMode = "gray" | "rgb" | "rgba";

const channelsOf: Readonly<Record<ImageMode, number>> = { gray: 1, rgb: 3, rgba: 4 };

/** Samples of a picture, row by row, channels last, in [0, 1]. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

function readPng(bytes: Uint8Array): Pixels {
  const { width, height, data, depth, channels, palette } = fastPng().decode(bytes);
  if (!palette) {
    // Samples of 1, 2 and 4 bits lie several in a byte.
    const values = depth < 8 ? unpackBits(data as Uint8Array, width * channels, height, depth) : data;
    return { width, height, channels, data: Float32Array.from(values, (v) => v / (2 ** depth - 1)) };
  }
  const indices = depth < 8 ? unpackBits(data as Uint8Array, width, height, depth) : data;
  const colours = Float32Array.from(
    Array.from(indices).flatMap((i) => [...palette[i]!].slice(0, 3)),
    (v) => v / 255,
  );
  return { width, height, channels: 3, data: colours };
}

function unpackBits(bytes: Uint8Array, perRow: number, rows: number, bits: number): Uint8Array {
  const stride = Math.ceil((perRow * bits) / 8);
  return Uint8Array.from({ length: perRow * rows }, (_, at) => {
    const [row, column] = [Math.floor(at / perRow), at % perRow];
    const byte = bytes[row * stride + Math.floor((column * bits) / 8)]!;
    return (byte >> (8 - bits - ((column * bits) % 8))) & (2 ** bits - 1);
  });
}

function readJpeg(bytes: Uint8Array): Pixels {
  const { width, height, data } = jpegJs().decode(bytes, { useTArray: true, formatAsRGBA: false });
  return { width, height, channels: 3, data: Float32Array.from(data, (v) => v / 255) };
}

/** One pixel in a mode, from the 1 to 4 channels that it has. */
function convert(pixel: Float32Array, mode: ImageMode): number[] {
  const [first = 0, second = 1] = pixel;
  const coloured = pixel.length >= 3;
  const rgb = coloured ? [pixel[0]!, pixel[1]!, pixel[2]!] : [first, first, first];
  const opacity = coloured ? (pixel[3] ?? 1) : second;
  if (mode === "rgb") return rgb;
  if (mode === "rgba") return [...rgb, opacity];
  // The weights of television, which PIL and torchvision take too.
  return [coloured ? 0.299 * rgb[0]! + 0.587 * rgb[1]! + 0.114 * rgb[2]! : first];
}

/**
 * The picture in the bytes of a PNG or JPEG file.
 *
 * Shapes: → `(channels, height, width)`, float32 in [0, 1].
 *
 * @param options `mode`: `"rgb"` (default), `"gray"` or `"rgba"`.
 * @throws {RangeError} If the bytes are of another format.
 * @example decodeImage(encodePngImage([[[0, 1]]])).shape // [3, 1, 2]
 */
export function decodeImage(bytes: Uint8Array, options: { mode?: ImageMode } = {}): Tensor {
  const { mode = "rgb" } = options;
  const count = channelsOf[mode];
  if (count === undefined)
    throw new RangeError(`Cannot read a picture as ${String(mode)}: it must be gray, rgb or rgba`);
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new RangeError("Cannot read the picture: it is neither PNG nor JPEG");
  const { width, height, channels, data } = isPng ? readPng(bytes) : readJpeg(bytes);
  const planes = new Float32Array(count * width * height);
  for (let at = 0; at < width * height; at++) {
    const pixel = convert(data.subarray(at * channels, (at + 1) * channels), mode);
    for (let c = 0; c < count; c++) planes[c * width * height + at] = pixel[c]!;
  }
  return fromData(planes, [count, height, width]);
}

/**
 * The picture of a PNG or JPEG file.
 *
 * Shapes: → `(channels, height, width)`, float32 in [0, 1].
 *
 * @throws {RangeError} As `decodeImage`.
 * @see torchvision.io.read_image, which gives uint8.
 * @example
 * writeImage(join(folder, "dot.png"), [[[1]], [[0]], [[0]]]);
 * readImage(join(folder, "dot.png")).toArray() // [[[1]], [[0]], [[0]]]
 */
export function readImage(path: string, options: { mode?: ImageMode } = {}): Tensor {
  return decodeImage(readFileSync(path), options);
}

/**
 * A tensor as the bytes of a PNG file. Numbers past [0, 1] are cut off.
 *
 * Shapes: `(height, width)` or `(channels, height, width)` with 1, 3 or 4 channels; floating in [0, 1], or whole numbers to 255.
 *
 * @throws {RangeError} If the shape is another.
 * @example encodePngImage([[0, 1]])[0] // 137
 */
export function encodePngImage(image: TensorLike): Uint8Array {
  const x = asTensor(image);
  const [height, width] = x.shape.slice(-2);
  const channels = x.ndim === 2 ? 1 : x.shape[0]!;
  if (x.ndim < 2 || x.ndim > 3 || ![1, 3, 4].includes(channels)) {
    throw new RangeError(
      `Cannot draw ${show(x.shape)}: it must be (height, width) or (channels, height, width) with 1, 3 or 4 channels`,
    );
  }
  const scale = isFloating(x.dtype) || x.dtype === "bool" ? 255 : 1;
  const planes = x.data;
  const area = height! * width!;
  // A clamped array rounds and cuts off.
  const data = new Uint8ClampedArray(channels * area);
  for (let at = 0; at < area; at++) {
    for (let c = 0; c < channels; c++) data[at * channels + c] = planes[c * area + at]! * scale;
  }
  return fastPng().encode({ width: width!, height: height!, channels, depth: 8, data });
}

/** Writes a tensor as a PNG file, as `encodePngImage`. @example writeImage(join(folder, "a.png"), [[0, 1]]) */
export function writeImage(path: string, image: TensorLike): void {
  writeFileSync(path, encodePngImage(image));
}
