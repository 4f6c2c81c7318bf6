/** SVG → PNG, without a browser. */
import { fontFamily, fontFiles } from "./font.ts";
import { encodePainted } from "./png.ts";

/** A picture and the size at which it is meant to be shown. */
export interface Picture {
  readonly png: Uint8Array;
  /** CSS pixels; the PNG has `scale` times as many. */
  readonly width: number;
  readonly height: number;
}

/** Pixels of a picture a CSS pixel, if nobody asks for others: sharp on dense screens and in print. */
export const pictureScale = 2;

/**
 * Paints an SVG.
 *
 * @param svg The source of the picture.
 * @param options `scale`: pixels of the PNG a CSS pixel; default 2. `background`: a colour to paint on;
 *   default none, so that the page shows through.
 */
export async function rasterize(svg: string, options: { scale?: number; background?: string } = {}): Promise<Picture> {
  const { scale = pictureScale, background } = options;
  if (!(scale > 0)) throw new RangeError(`Cannot paint a picture at scale ${scale}: it must be > 0`);
  const { Resvg } = await import("@resvg/resvg-js");
  // The rasterizer knows SVG's own word for pixels with sharp edges, not that of CSS.
  const source = svg.replaceAll(/image-rendering: ?(?:pixelated|crisp-edges)/g, "image-rendering:optimizeSpeed");
  const image = new Resvg(source, {
    fitTo: { mode: "zoom", value: scale },
    ...(background === undefined ? {} : { background }),
    font: {
      fontFiles: fontFiles(),
      loadSystemFonts: false,
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
      serifFamily: fontFamily,
      monospaceFamily: fontFamily,
    },
  });
  const { pixels, width, height } = image.render();
  const png = encodePainted(pixels, { width, height, scale });
  return { png, width: Math.ceil(image.width), height: Math.ceil(image.height) };
}
