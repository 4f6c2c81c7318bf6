/**
 * Plotly figure → SVG, by plotly.js itself in a document without a window (jsdom). What a browser would know and jsdom does not, the extent of words,
 * is measured with our font; pictures in figures (heat maps) are gathered from what plotly paints on canvases.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { DOMWindow } from "jsdom";
import { textWidth } from "./font.ts";
import { pngAddress } from "./png.ts";

/** A trace or a layout, as plain data. */
export type PlotlyObject = Record<string, unknown>;

/** What plotly draws. */
export interface PlotlyFigure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
}

interface Plotly {
  newPlot(element: unknown, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(element: unknown): void;
  readonly Snapshot: { toSVG(element: unknown, format: "svg"): string };
}

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

type PlotlyWindow = DOMWindow & { readonly Plotly: Plotly };

let loading: Promise<PlotlyWindow> | null = null;

/** Draws a figure of plotly's two-dimensional kinds; those that need WebGL come out empty. */
export async function drawFigure({ data, layout }: PlotlyFigure): Promise<string> {
  const window = await (loading ??= load());
  const element = window.document.body.appendChild(window.document.createElement("div"));
  // Plotly tells its own arrays and objects by their constructors, which are the window's.
  const own = (value: unknown): unknown => window.JSON.parse(JSON.stringify(value));
  try {
    await window.Plotly.newPlot(element, own(data), own(layout), { staticPlot: true });
    return window.Plotly.Snapshot.toSVG(element, "svg");
  } finally {
    window.Plotly.purge(element);
    element.remove();
  }
}

async function load(): Promise<PlotlyWindow> {
  const { JSDOM, VirtualConsole } = await import("jsdom");
  // A console of its own that nobody reads: jsdom reports there what it has not implemented.
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  Object.assign(window, { TextDecoder, TextEncoder });
  Object.assign(window.URL, { createObjectURL: () => "" });
  measureWords(window);
  collectPixels(window);
  window.eval(readFileSync(createRequire(import.meta.url).resolve("plotly.js-dist-min/plotly.min.js"), "utf8"));
  return window as PlotlyWindow;
}

/** Gives SVG elements an extent: of words by the font, of groups by their children. */
function measureWords(window: DOMWindow): void {
  const prototype = window.SVGElement.prototype;
  const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
  Object.assign(prototype, {
    getBBox(this: SVGElement) {
      return extentOf(this) ?? { x: 0, y: 0, width: 0, height: 0 };
    },
    getComputedTextLength(this: SVGElement) {
      return textWidth(this.textContent ?? "", fontSizeOf(this));
    },
    getTotalLength: () => 0,
    getScreenCTM: () => ({ ...identity, inverse: () => identity }),
    getBoundingClientRect(this: SVGElement) {
      const { x, y, width, height } = extentOf(this) ?? { x: 0, y: 0, width: 0, height: 0 };
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
}

/** Ascent and height of a line of our font, in units of its size. */
const ascent = 0.93;
const lineHeight = 1.17;

function extentOf(element: Element): Rectangle | null {
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? "") || 0;
  switch (element.tagName.toLowerCase()) {
    case "text": {
      const size = fontSizeOf(element);
      const lines = [...element.querySelectorAll("tspan.line")].map((line) => line.textContent ?? "");
      const width = Math.max(
        ...(lines.length > 0 ? lines : [element.textContent ?? ""]).map((line) => textWidth(line, size)),
      );
      const anchor = element.getAttribute("text-anchor") ?? (element as SVGElement).style.textAnchor;
      const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
      // Lines stand 1.3 times the size apart, as plotly sets them.
      const height = size * (lineHeight + 1.3 * (Math.max(1, lines.length) - 1));
      return { x: number("x") - shift, y: number("y") - ascent * size, width, height };
    }
    case "rect":
    case "image":
      return { x: number("x"), y: number("y"), width: number("width"), height: number("height") };
    case "defs":
    case "clippath":
      return null;
    default:
      return unionOf(
        [...element.children].map((child) => moved(extentOf(child), child.getAttribute("transform") ?? "")),
      );
  }
}

function moved(extent: Rectangle | null, transform: string): Rectangle | null {
  const match = /translate\(\s*(-?[\d.e]+)[ ,]+(-?[\d.e]+)/.exec(transform);
  return extent && match ? { ...extent, x: extent.x + Number(match[1]), y: extent.y + Number(match[2]) } : extent;
}

function unionOf(extents: readonly (Rectangle | null)[]): Rectangle | null {
  const seen = extents.filter((extent): extent is Rectangle => extent !== null && extent.width > 0);
  if (seen.length === 0) return null;
  const [x, y] = [Math.min(...seen.map((e) => e.x)), Math.min(...seen.map((e) => e.y))];
  const right = Math.max(...seen.map((e) => e.x + e.width));
  const bottom = Math.max(...seen.map((e) => e.y + e.height));
  return { x, y, width: right - x, height: bottom - y };
}

function fontSizeOf(element: Element): number {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const size = (at as SVGElement).style?.fontSize || at.getAttribute("font-size");
    if (size) return Number.parseFloat(size);
  }
  return 12;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Canvases that hold what was put on them whole, which is all that plotly's static charts do. */
function collectPixels(window: DOMWindow): void {
  const painted = new WeakMap<HTMLCanvasElement, Pixels>();
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      if (kind !== "2d") return null;
      const createImageData = (width: number, height: number): Pixels => ({
        width,
        height,
        data: new Uint8ClampedArray(4 * width * height),
      });
      return { createImageData, putImageData: (pixels: Pixels) => painted.set(this, pixels) };
    },
    toDataURL(this: HTMLCanvasElement) {
      const { data, width, height } = painted.get(this) ?? { data: new Uint8ClampedArray(4), width: 1, height: 1 };
      return pngAddress(new Uint8Array(data.buffer), { width, height, channels: 4 });
    },
  });
}
