/** Pixels → PNG: for pictures that are data, such as samples, filters and surfaces, and for what the rasterizer paints. */
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { paletteOf } from "./palette.ts";

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const eightBits = 8;
const colorTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };
const indexed = 3;

/** The size of a picture in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** What pixels are, and how hard to press them. */
interface Encoding extends Size {
  readonly channels: number;
  /** Of deflate: 1, the fastest, to 9; default 6, since a level more takes twice as long over smooth fields, for one to four bytes in a hundred. */
  readonly level?: number;
}

/**
 * Encodes an image.
 *
 * @param pixels Rows of pixels from the top, 0–255, channels together: 1 (grey), 3 (red, green, blue) or 4 (and opacity).
 * @param size `width`, `height` and `channels`.
 */
export function encodePng(pixels: Uint8Array, size: Encoding): Uint8Array {
  const { channels } = size;
  return file(size, colorTypes[channels]!, [], rowsOf(pixels, size.width * channels, size.height));
}

const scheme = "data:image/png;base64,";

/** The same as a `data:` address, as charts embed it. */
export function pngAddress(pixels: Uint8Array, size: Encoding): string {
  return scheme + Buffer.from(encodePng(pixels, size)).toString("base64");
}

/** The red, green and blue of an address that `pngAddress` gave, rows from the top; null if it is of other pixels, or not ours. */
export function pixelsOf(address: string): (Size & { readonly pixels: Uint8Array }) | null {
  if (!address.startsWith(scheme)) return null;
  const png = Buffer.from(address.slice(scheme.length), "base64");
  // The header, which comes first, then at once the pixels: where other programs put what describes them, ours have nothing to say.
  const body = 33;
  if (png.length < body + 8 || png.toString("latin1", 12, 16) !== "IHDR") return null;
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const isPlain = png[24] === eightBits && png[25] === colorTypes[3] && png[28] === 0;
  if (!isPlain || png.toString("latin1", body + 4, body + 8) !== "IDAT") return null;
  const rows = inflateSync(png.subarray(body + 8, body + 8 + png.readUInt32BE(body)));
  const stride = 3 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1);
    if (rows[at] !== 0) return null;
    pixels.set(rows.subarray(at + 1, at + 1 + stride), y * stride);
  }
  return { pixels, width, height };
}

/**
 * Encodes what a rasterizer painted: with a palette where there are few colours, as most charts have, which makes a fraction of the bytes.
 *
 * @param pixels Red, green, blue, opacity; the colours premultiplied by the opacity.
 * @param size `width` and `height` in pixels; `scale`: how many of them are a CSS pixel, so that the picture has its size on paper too.
 */
export function encodePainted(pixels: Uint8Array, size: Size & { readonly scale: number }): Uint8Array {
  const { width, height } = size;
  const painted = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const palette = paletteOf(painted);
  const density = densityOf(size.scale);
  if (palette === null) {
    return file(size, colorTypes[4]!, [density], rowsOf(straight(pixels), width * 4, height));
  }
  const colors = straight(palette.colors);
  const count = colors.length / 4;
  const rgb = Buffer.alloc(count * 3);
  const opacity = Buffer.alloc(count);
  for (let i = 0; i < count; i++) {
    rgb.set(colors.subarray(4 * i, 4 * i + 3), 3 * i);
    opacity[i] = colors[4 * i + 3]!;
  }
  const colorChunks = [chunk("PLTE", rgb), chunk("tRNS", opacity)];
  return file(size, indexed, [density, ...colorChunks], rowsOf(palette.indices, width, height));
}

/** CSS pixels in a metre: 96 in an inch. */
const cssPixels = 96 / 0.0254;

/** LaTeX and word processors take a picture that says nothing of its size for one of 72 pixels an inch: charts would fill the page. */
function densityOf(scale: number): Buffer {
  const body = Buffer.alloc(9);
  const density = Math.round(scale * cssPixels);
  body.writeUInt32BE(density, 0);
  body.writeUInt32BE(density, 4);
  // In metres.
  body[8] = 1;
  return chunk("pHYs", body);
}

/** Colours as PNG has them: not premultiplied. */
export function straight(pixels: Uint8Array): Uint8Array {
  const result = pixels.slice();
  for (let i = 0; i < result.length; i += 4) {
    const opacity = result[i + 3]!;
    if (opacity === 255 || opacity === 0) continue;
    for (let c = i; c < i + 3; c++) result[c] = Math.min(255, Math.round((result[c]! * 255) / opacity));
  }
  return result;
}

function file(
  { width, height, level = 6 }: Size & { level?: number },
  colorType: number,
  properties: readonly Buffer[],
  rows: Buffer,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([eightBits, colorType], 8);
  const data = chunk("IDAT", deflateSync(rows, { level }));
  return Buffer.concat([signature, chunk("IHDR", header), ...properties, data, chunk("IEND", header.subarray(13))]);
}

/** Every row begins with the number of its filter; 0 is none, best for the flat colours of charts. */
function rowsOf(pixels: Uint8Array, stride: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return rows;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  result.set(body, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
