/** A curve as small as a word, for cells of tables. */
import { extentOf, listOf, type Values } from "./values.ts";

const blocks = [..."▁▂▃▄▅▆▇█"];

/** The most places of a curve; longer ones are averaged. */
const mostPlaces = 24;

/** A curve of a few signs. A table shows it in text and HTML as blocks, in LaTeX as rules. @example String(new plot.Sparkline([1, 2, 3])) // "▁▅█" */
export class Sparkline {
  /** From 0 for the least value to 7 for the greatest; null where there was none. */
  private readonly levels: readonly (number | null)[];

  constructor(values: Values) {
    const places = averaged(listOf(values, "the values of a sparkline"));
    const [least, greatest] = extentOf(places.filter(Number.isFinite));
    this.levels = places.map((value) => {
      if (!Number.isFinite(value)) return null;
      return greatest > least ? Math.round((7 * (value - least)) / (greatest - least)) : 3;
    });
  }

  /** Blocks; a space where a value was NaN or ±∞. */
  toString(): string {
    return this.levels.map((level) => (level === null ? " " : blocks[level]!)).join("");
  }

  /** Rules, since LaTeX's usual fonts have no blocks. */
  latex(): string {
    const place = (level: number | null) =>
      level === null ? "\\hspace*{0.3em}" : `\\rule{0.3em}{${((level + 1) / 8).toFixed(3)}em}`;
    return this.levels.map(place).join("");
  }
}

/** At most so many means of values that follow each other; values that are not finite are left out of the means of others. */
function averaged(values: readonly number[]): number[] {
  const places = Math.min(values.length, mostPlaces);
  return Array.from({ length: places }, (_, i) => {
    const from = Math.floor((i * values.length) / places);
    const part = values.slice(from, Math.floor(((i + 1) * values.length) / places)).filter(Number.isFinite);
    return part.length === 0 ? Number.NaN : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
