/** Drawings, alone or in the middle of HTML → what every front end shows: pictures for pages, which notebooks that are not trusted keep too, and a PNG. */
import { createRequire } from "node:module";
import { METADATA } from "./bundle-metadata.ts";

/** Pixels of a PNG for each of the page: sharp on dense screens and on paper. */
const SCALE = 2;

const FAMILY = "DejaVu Sans";

interface Painted {
  png: string;
  width: number;
  height: number;
}

/**
 * HTML with its drawings made into pictures, and the largest of them as a PNG for papers. Never image/svg+xml: nbconvert's LaTeX asks for Inkscape as soon
 * as it sees one.
 */
export async function drawingBundle(html: string): Promise<Record<string | symbol, unknown>> {
  let text = "";
  let end = 0;
  let largest: Painted | null = null;
  for (const range of drawings(html)) {
    const source = html.slice(range.start, range.end);
    const svg = withNamespaces(source);
    const painted = await paint(svg);
    // What is no well-formed XML is no picture for a browser either, yet may be a drawing in the middle of HTML.
    text += html.slice(end, range.start) + (painted ? pictureElement(svg) : source);
    end = range.end;
    if (painted && (!largest || painted.width * painted.height > largest.width * largest.height)) largest = painted;
  }
  const bundle = { "text/html": text + html.slice(end) };
  if (!largest) return bundle;
  const { png, width, height } = largest;
  return { ...bundle, "image/png": png, [METADATA]: { "image/png": { width, height } } };
}

/** The outermost `<svg>` elements. */
function drawings(html: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: tag, 1: closing, index } of html.matchAll(/<(\/?)svg\b(?:[^>"']|"[^"]*"|'[^']*')*>/g)) {
    if (closing) depth = Math.max(depth - 1, 0);
    else if (depth++ === 0) start = index;
    if (tag.endsWith("/>")) depth--;
    if (depth === 0) found.push({ start, end: index + tag.length });
  }
  return found;
}

/** As an element of its own, a drawing is removed from notebooks that are not trusted, all but its texts; as a picture it stays. */
function pictureElement(svg: string): string {
  // Drawn for paper, mostly: black on a dark theme would not be seen.
  return `<img style="background-color:#fff" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
}

const NAMESPACES = { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" };

/** In the middle of HTML a drawing needs no namespace, as a picture it does. */
function withNamespaces(svg: string): string {
  const head = /^[^>]*/.exec(svg)![0];
  const missing = Object.entries(NAMESPACES).filter(([name]) => !head.includes(` ${name}=`));
  return svg.replace("<svg", `<svg${missing.map(([name, value]) => ` ${name}="${value}"`).join("")}`);
}

/** @returns Null where the rasterizer does not understand the drawing. */
async function paint(svg: string): Promise<Painted | null> {
  try {
    const { Resvg } = await import("@resvg/resvg-js");
    const font = {
      fontFiles: fontFiles(),
      // The machine's own take a second to look through, and give another picture on every machine.
      loadSystemFonts: false,
      defaultFontFamily: FAMILY,
      sansSerifFamily: FAMILY,
      serifFamily: FAMILY,
      monospaceFamily: FAMILY,
    };
    const image = new Resvg(svg, { fitTo: { mode: "zoom", value: SCALE }, background: "#fff", font });
    const png = Buffer.from(image.render().asPng()).toString("base64");
    return { png, width: Math.ceil(image.width), height: Math.ceil(image.height) };
  } catch {
    return null;
  }
}

function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return ["", "-Bold"].map((style) => resolve(`dejavu-fonts-ttf/ttf/DejaVuSansCondensed${style}.ttf`));
}
