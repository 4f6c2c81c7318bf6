/**
 * The font of static pictures: DejaVu Sans Condensed, whose Greek, sub- and superscripts and operators formulas in labels need. Widths of text are
 * read from the font itself, since without a browser nobody else can measure it. (opentype.js gives up at this font's substitution tables.)
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const fileOf = (style: string) =>
  createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/DejaVuSansCondensed${style}.ttf`);

/** The family as the rasterizer knows it. */
export const fontFamily = "DejaVu Sans";

/** The files that the rasterizer loads. */
export function fontFiles(): string[] {
  return [fileOf(""), fileOf("-Bold")];
}

/** Advance widths by code point, in units of the font size. */
class FontMetrics {
  private readonly widths = new Map<number, number>();
  private readonly view: DataView;
  private readonly tables = new Map<string, number>();
  private readonly unitsPerEm: number;
  private readonly metricsCount: number;
  private readonly segments: number;

  constructor(file: string) {
    const bytes = readFileSync(file);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < this.view.getUint16(4); i++) {
      const at = 12 + 16 * i;
      this.tables.set(bytes.toString("latin1", at, at + 4), this.view.getUint32(at + 8));
    }
    this.unitsPerEm = this.view.getUint16(this.table("head") + 18);
    this.metricsCount = this.view.getUint16(this.table("hhea") + 34);
    this.segments = this.characterSegments();
  }

  /** The width of a line of text in units of the font size. */
  widthOf(text: string): number {
    let width = 0;
    for (const character of text) {
      const code = character.codePointAt(0)!;
      let one = this.widths.get(code);
      if (one === undefined) this.widths.set(code, (one = this.advance(this.glyph(code))));
      width += one;
    }
    return width;
  }

  private table(name: string): number {
    const at = this.tables.get(name);
    if (at === undefined) throw new Error(`Cannot read the font: it has no table ${name}`);
    return at;
  }

  /** Where the segments of the character map's format 4 begin: those of the basic plane, which is all that labels use. */
  private characterSegments(): number {
    const map = this.table("cmap");
    for (let i = 0; i < this.view.getUint16(map + 2); i++) {
      const at = map + this.view.getUint32(map + 4 + 8 * i + 4);
      if (this.view.getUint16(at) === 4) return at;
    }
    throw new Error("Cannot read the font: its character map has no segments");
  }

  /** The glyph of a character; 0, the box, where there is none. */
  private glyph(code: number): number {
    const { view, segments } = this;
    const bytes = view.getUint16(segments + 6);
    const ends = segments + 14;
    const starts = ends + bytes + 2;
    for (let i = 0; i < bytes; i += 2) {
      if (view.getUint16(ends + i) < code) continue;
      const start = view.getUint16(starts + i);
      if (code < start) return 0;
      const delta = view.getUint16(starts + bytes + i);
      const range = starts + 2 * bytes + i;
      const offset = view.getUint16(range);
      if (offset === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(range + offset + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  }

  private advance(glyph: number): number {
    // Glyphs past the last metric all have its width.
    const row = Math.min(glyph, this.metricsCount - 1);
    return this.view.getUint16(this.table("hmtx") + 4 * row) / this.unitsPerEm;
  }
}

const fonts = new Map<string, FontMetrics>();

/** The width of a line of text in pixels. */
export function textWidth(text: string, fontSize: number, options: { bold?: boolean } = {}): number {
  const style = options.bold ? "-Bold" : "";
  let font = fonts.get(style);
  if (font === undefined) fonts.set(style, (font = new FontMetrics(fileOf(style))));
  return fontSize * font.widthOf(text);
}
