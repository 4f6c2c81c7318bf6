/** Few colours for many: a picture of at most 256 takes a fraction of the bytes, and a chart has hardly more but for its smoothed edges. */

/** The colours of a picture and, for each that was painted, which of them stands for it. */
export interface Palette {
  /** Red, green, blue, opacity of each entry, as they were painted. */
  readonly colors: Uint8Array;
  readonly indexOf: ReadonlyMap<number, number>;
}

const most = 256;

/** With so many colours it is no chart, and to find those that stand for all takes longer than it is worth. */
const tooMany = 40_000;

/**
 * A palette breaks a photograph into bands. That is seen where a colour is this far from the one that stands for it (in red, green, blue and opacity
 * together, 255 each), in more than this share of the pixels: charts with smooth fields have 2 %, at the edges of lines; photographs have 11 %.
 */
const visible = { distance: 10, share: 0.05 } as const;

/**
 * A palette for painted pixels: their own colours if there are at most 256, else 256 of them, and for each other colour the nearest of these.
 *
 * @returns null if the palette would be seen.
 */
export function paletteOf(painted: Uint32Array): Palette | null {
  const counts = countColors(painted);
  if (counts === null) return null;
  const colors = Uint32Array.from(counts.keys());
  const pixels = Uint32Array.from(counts.values());
  if (colors.length <= most) return paletteFrom(colors, colors, (i) => i);
  const { chosen, nearest, distances } = chooseColors(bytesOf(colors), pixels);
  const far = pixels.reduce((sum, count, i) => sum + (distances[i]! > visible.distance ? count : 0), 0);
  if (far > visible.share * painted.length) return null;
  return paletteFrom(
    colors,
    Uint32Array.from(chosen, (i) => colors[i]!),
    (i) => nearest[i]!,
  );
}

function paletteFrom(painted: Uint32Array, entries: Uint32Array, entryOf: (i: number) => number): Palette {
  return {
    colors: bytesOf(entries),
    indexOf: new Map(Array.from(painted, (color, i) => [color, entryOf(i)])),
  };
}

function countColors(painted: Uint32Array): Map<number, number> | null {
  const counts = new Map<number, number>();
  for (let i = 0; i < painted.length; ) {
    const color = painted[i]!;
    const from = i;
    // Neighbours are mostly equal, and a look-up costs more than a comparison.
    while (i < painted.length && painted[i] === color) i++;
    counts.set(color, (counts.get(color) ?? 0) + i - from);
    if (counts.size > tooMany) return null;
  }
  return counts;
}

interface Choice {
  /** Which colours are the palette. */
  readonly chosen: readonly number[];
  /** For each colour the place in the palette of the nearest chosen one. */
  readonly nearest: Uint8Array;
  /** How far it is. */
  readonly distances: Float64Array;
}

/**
 * One colour after the other, first the most frequent, then always the one whose pixels add most to the squared error of those chosen so far. So
 * smooth fields get their finest shades, and a rare colour is found if it is far from all others.
 *
 * @param colors Red, green, blue, opacity of each colour.
 * @param pixels How many pixels have it.
 */
function chooseColors(colors: Uint8Array, pixels: Uint32Array): Choice {
  const squares = new Float64Array(pixels.length).fill(Number.MAX_VALUE);
  const nearest = new Uint8Array(pixels.length);
  const chosen = [pixels.indexOf(pixels.reduce((a, b) => Math.max(a, b)))];
  for (;;) {
    const entry = chosen.length - 1;
    const at = 4 * chosen[entry]!;
    const [red, green, blue, opacity] = [colors[at]!, colors[at + 1]!, colors[at + 2]!, colors[at + 3]!];
    let [next, worst] = [0, -1];
    for (let i = 0, k = 0; i < pixels.length; i++, k += 4) {
      const square =
        (colors[k]! - red) ** 2 +
        (colors[k + 1]! - green) ** 2 +
        (colors[k + 2]! - blue) ** 2 +
        (colors[k + 3]! - opacity) ** 2;
      if (square < squares[i]!) [squares[i], nearest[i]] = [square, entry];
      const error = squares[i]! * pixels[i]!;
      if (error > worst) [next, worst] = [i, error];
    }
    if (chosen.length === most) return { chosen, nearest, distances: squares.map(Math.sqrt) };
    chosen.push(next);
  }
}

function bytesOf(colors: Uint32Array): Uint8Array {
  return new Uint8Array(colors.buffer);
}
