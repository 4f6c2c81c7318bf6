/** Few colours for many: a picture of at most 256 takes a fraction of the bytes, and a chart has hardly more but for its smoothed edges. */

/** The colours of a picture, and which of them stands for each pixel. */
export interface Palette {
  /** Red, green, blue, opacity of each entry, as they were painted. */
  readonly colors: Uint8Array;
  /** The entry of each pixel. */
  readonly indices: Uint8Array;
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
  const census = countColors(painted);
  if (census === null) return null;
  const { colors, pixels, numbers } = census;
  if (colors.length <= most) return { colors: bytesOf(colors), indices: Uint8Array.from(numbers) };
  const groups = groupsOf(colors, pixels);
  const { chosen, nearest, squares } = chooseColors(bytesOf(groups.colors), groups.pixels);
  let far = 0;
  for (let i = 0; i < squares.length; i++) if (squares[i]! > visible.distance ** 2) far += groups.pixels[i]!;
  if (far > visible.share * painted.length) return null;
  const entries = groups.numbers.map((group) => nearest[group]!);
  const indices = new Uint8Array(painted.length);
  for (let i = 0; i < indices.length; i++) indices[i] = entries[numbers[i]!]!;
  return { colors: bytesOf(Uint32Array.from(chosen, (i) => groups.colors[i]!)), indices };
}

/** From so many colours on, those that differ by what nobody sees are chosen for together: the choice looks at each of them 256 times. */
const manyColors = 2048;

/** Colours that differ in the last two bits of a channel at most, with the first of them to stand for all. */
function groupsOf(colors: Uint32Array, pixels: Uint32Array): Census {
  if (colors.length <= manyColors) return { colors, pixels, numbers: Uint16Array.from(colors.keys()) };
  const { numbers } = countColors(colors.map((color) => color & 0xfcfcfcfc))!;
  const first: number[] = [];
  const sums: number[] = [];
  for (let i = 0; i < colors.length; i++) {
    const group = numbers[i]!;
    if (group === first.length) first.push(colors[i]!);
    sums[group] = (sums[group] ?? 0) + pixels[i]!;
  }
  return { colors: Uint32Array.from(first), pixels: Uint32Array.from(sums), numbers };
}

/** Who lives in a picture. */
interface Census {
  readonly colors: Uint32Array;
  /** How many pixels each colour has. */
  readonly pixels: Uint32Array;
  /** Which colour each pixel has, by its place in `colors`. */
  readonly numbers: Uint16Array;
}

/** Places of the table of colours: a power of two, and three for each colour that it may have to hold, so that few of them meet. */
const places = 2 ** 17;

function countColors(painted: Uint32Array): Census | null {
  const colors = new Uint32Array(tooMany);
  const pixels = new Uint32Array(tooMany);
  const numbers = new Uint16Array(painted.length);
  // A table with open places instead of a Map, which takes ten times as long over half a million pixels. 0 is an empty place, n + 1 colour n.
  const table = new Uint16Array(places);
  let count = 0;
  for (let i = 0; i < painted.length; ) {
    const color = painted[i]!;
    let at = Math.imul(color, 0x9e3779b1) >>> 15;
    while (table[at] !== 0 && colors[table[at]! - 1] !== color) at = (at + 1) % places;
    if (table[at] === 0) {
      if (count === tooMany) return null;
      colors[count] = color;
      table[at] = ++count;
    }
    const number = table[at]! - 1;
    const from = i;
    // Neighbours are mostly equal, and a look-up costs more than a comparison.
    while (i < painted.length && painted[i] === color) numbers[i++] = number;
    pixels[number]! += i - from;
  }
  return { colors: colors.slice(0, count), pixels: pixels.slice(0, count), numbers };
}

interface Choice {
  /** Which colours are the palette. */
  readonly chosen: readonly number[];
  /** For each colour the place in the palette of the nearest chosen one. */
  readonly nearest: Uint8Array;
  /** The square of how far it is. */
  readonly squares: Int32Array;
}

/**
 * One colour after the other, first the most frequent, then always the one whose pixels add most to the squared error of those chosen so far. So
 * smooth fields get their finest shades, and a rare colour is found if it is far from all others.
 *
 * @param colors Red, green, blue, opacity of each colour.
 * @param pixels How many pixels have it.
 */
function chooseColors(colors: Uint8Array, pixels: Uint32Array): Choice {
  const count = pixels.length;
  const squares = new Int32Array(count).fill(0x7fffffff);
  const nearest = new Uint8Array(count);
  const chosen = [pixels.indexOf(pixels.reduce((a, b) => Math.max(a, b)))];
  for (;;) {
    const entry = chosen.length - 1;
    const at = 4 * chosen[entry]!;
    const [red, green, blue, opacity] = [colors[at]!, colors[at + 1]!, colors[at + 2]!, colors[at + 3]!];
    let next = 0;
    let worst = -1;
    for (let i = 0, k = 0; i < count; i++, k += 4) {
      const r = colors[k]! - red;
      const g = colors[k + 1]! - green;
      const b = colors[k + 2]! - blue;
      const a = colors[k + 3]! - opacity;
      const square = r * r + g * g + b * b + a * a;
      if (square < squares[i]!) {
        squares[i] = square;
        nearest[i] = entry;
      }
      const error = squares[i]! * pixels[i]!;
      if (error > worst) {
        worst = error;
        next = i;
      }
    }
    if (chosen.length === most) return { chosen, nearest, squares };
    chosen.push(next);
  }
}

function bytesOf(colors: Uint32Array): Uint8Array {
  return new Uint8Array(colors.buffer);
}
