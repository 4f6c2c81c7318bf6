/** Few colours for many: a picture of at most 256 takes a fraction of the bytes, and a chart has hardly more but for its smoothed edges. */

/** The colours of a picture and, for each that was painted, which of them stands for it. */
export interface Palette {
  /** Red, green, blue, opacity of each entry, as they were painted. */
  readonly colors: Uint8Array;
  readonly indexOf: ReadonlyMap<number, number>;
}

const most = 256;

/** Past so many colours a picture is a photograph, which a palette would break into bands. */
const tooMany = 8000;

/**
 * Colours are alike if they agree in their upper bits. Agreement in four, groups of 16 shades, finds the rare colours of a picture; in five, groups
 * of 8 that the eye does not tell apart, the shades of the frequent ones.
 */
const coarse = { mask: 0xf0f0f0f0, most: 112 } as const;
const fine = { mask: 0xf8f8f8f8, most } as const;

/**
 * A palette for painted pixels: their own colours if there are at most 256, else 256 that stand for groups of similar ones, and for
 * each other colour the nearest of them.
 *
 * @returns null if there are too many colours.
 */
export function paletteOf(painted: Uint32Array): Palette | null {
  const counts = countColors(painted);
  if (counts === null) return null;
  if (counts.size <= most) {
    const own = [...counts.keys()];
    return { colors: bytesOf(own), indexOf: new Map(own.map((color, i) => [color, i])) };
  }
  const colors = bytesOf(representatives(counts));
  return { colors, indexOf: new Map([...counts.keys()].map((color) => [color, nearest(colors, color)])) };
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

/** Colours that stand for all: one of each coarse group, so that none is lost, and of the fine groups with the most pixels. */
function representatives(counts: ReadonlyMap<number, number>): number[] {
  const chosen = new Set([...leaders(counts, coarse), ...leaders(counts, fine)]);
  return [...chosen].slice(0, most);
}

/** The most frequent colour of each of the groups with the most pixels. */
function leaders(counts: ReadonlyMap<number, number>, groupsOf: { mask: number; most: number }): number[] {
  const groups = new Map<number, { pixels: number; best: number; color: number }>();
  for (const [color, pixels] of counts) {
    const key = (color & groupsOf.mask) >>> 0;
    const group = groups.get(key) ?? { pixels: 0, best: 0, color };
    group.pixels += pixels;
    if (pixels > group.best) [group.best, group.color] = [pixels, color];
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.pixels - a.pixels)
    .slice(0, groupsOf.most)
    .map(({ color }) => color);
}

function bytesOf(colors: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(colors).buffer);
}

function nearest(colors: Uint8Array, color: number): number {
  const [red, green, blue, opacity] = [color & 255, (color >>> 8) & 255, (color >>> 16) & 255, color >>> 24];
  let [index, least] = [0, Infinity];
  for (let i = 0; i < colors.length; i += 4) {
    const distance =
      (colors[i]! - red) ** 2 +
      (colors[i + 1]! - green) ** 2 +
      (colors[i + 2]! - blue) ** 2 +
      (colors[i + 3]! - opacity) ** 2;
    if (distance < least) [index, least] = [i / 4, distance];
  }
  return index;
}
