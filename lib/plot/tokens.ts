/** Texts coloured by a number a token: its loss, a unit's activation, the weight of attention. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { count, describe, type FrameOptions, frameOf } from "./frame.ts";
import { textWidth } from "./render/font.ts";
import type { Spec } from "./render/vega.ts";
import { diverging, ink } from "./theme.ts";
import { checkLengths, extentOf, listOf, type Values } from "./values.ts";

/** Options of coloured texts. */
export interface TokensOptions extends Omit<FrameOptions, "height"> {
  /** What the numbers measure, above the colour scale, with the unit: "loss (nats)". */
  zLabel?: string;
  /** The values of the first and the last colour; the extent of the values if left out, from 0 where none is negative. */
  zDomain?: readonly [from: number, to: number];
  /** Whether 0 is the middle of the scale, blue below and orange above; default false, from white to orange. */
  diverging?: boolean;
  /** Whether the scale of colours is shown; default true. */
  legend?: boolean;
}

const fontSize = 13;
const lineHeight = 22;

/** Left and right of a token's letters where tokens are words, and between two of them. */
const [padding, between] = [4, 3];

/** White to orange: what the diverging scale has above its middle. */
const rising = diverging.slice(4);

/**
 * A text, each token on the colour of its number; more is told beside the pointer. A number that is NaN leaves its token uncoloured.
 *
 * Tokens stand as they would in a text: letters side by side, wrapped at white space, a new line after each that ends in one (shown as ⏎). If no token
 * has white space, they are taken for words and set apart.
 *
 * Shapes: values `(tokens)`.
 *
 * @param tokens Letters, words or parts of words.
 * @param values A number each, such as losses by `reduction: "none"`.
 * @param options `width` of the lines in pixels, default 560; `zLabel`, `zDomain`, `diverging`, `legend`.
 * @throws {RangeError} If there is no token, or tokens and values differ in number.
 * @example plot.tokens(["the", "cat", "sat"], [0.1, 4.2, 1.3], { title: "What surprises", zLabel: "loss (nats)" })
 */
export function tokens(tokens: readonly string[], values: Values, options: TokensOptions = {}): Chart {
  const numbers = listOf(values, "the values of tokens");
  checkLengths(tokens, numbers, "tokens and values");
  if (tokens.length === 0) throw new RangeError("Cannot show a text of no tokens: give at least one");
  const { width = 560, zLabel, diverging: middle = false, legend = true } = options;
  const places = placesOf(tokens, width);
  const [least, greatest] = options.zDomain ?? extentOf(numbers.filter(Number.isFinite));
  const reach = Math.max(Math.abs(least), Math.abs(greatest)) || 1;
  const from = options.zDomain ? least : Math.min(0, least);
  const color = {
    field: "value",
    type: "quantitative",
    title: zLabel ?? null,
    scale: {
      domain: middle ? [-reach, reach] : [from, greatest],
      range: middle ? [...diverging] : rising,
      clamp: true,
    },
    legend: legend
      ? {
          orient: "bottom",
          direction: "horizontal",
          gradientLength: 160,
          gradientThickness: 10,
          titleLimit: width,
        }
      : null,
  };
  const lines = 1 + places.at(-1)!.line;
  const isCentred = places.every(({ left, right, middle }) => Math.abs((left + right) / 2 - middle) < 0.1);
  return new Chart({
    description: describe("Text", options.title, count(tokens.length, "token")),
    ...frameOf(options, { width, height: lineHeight * lines }),
    data: dataOf({
      token: tokens.map((token) => token.replaceAll("\n", "⏎")),
      value: numbers,
      left: places.map(({ left }) => left),
      right: places.map(({ right }) => right),
      line: places.map(({ line }) => line),
      ...(isCentred ? {} : { middle: places.map(({ middle }) => middle) }),
    }),
    transform: [
      ...(isCentred ? [{ calculate: "(datum.left + datum.right) / 2", as: "middle" }] : []),
      { calculate: `${lineHeight} * datum.line`, as: "top" },
      { calculate: `datum.top + ${lineHeight - 3}`, as: "bottom" },
    ],
    layer: [
      {
        transform: [{ filter: "isValid(datum.value)" }],
        mark: { type: "rect", tooltip: true },
        encoding: {
          x: pixel("left"),
          x2: { field: "right" },
          y: pixel("top"),
          y2: { field: "bottom" },
          color,
          tooltip,
        },
      },
      {
        mark: { type: "text", fontSize, baseline: "middle", dy: (lineHeight - 3) / 2, tooltip: false },
        encoding: {
          x: pixel("middle"),
          y: pixel("top"),
          text: { field: "token", type: "nominal" },
          color: { condition: lettersOn(middle ? reach : null), value: ink },
        },
      },
    ],
  });
}

const tooltip = [
  { field: "token", type: "nominal" },
  { field: "value", type: "quantitative", format: ".3~f" },
];

function pixel(field: string): Spec {
  return { field, type: "quantitative", scale: null, axis: null };
}

/** Letters are dark, which orange bears at its strongest too; on the blue end of the diverging scale, which reaches so far, they are white. */
function lettersOn(reach: number | null): Spec[] {
  const dark = { test: "isValid(datum.value)", value: "#222222" };
  return reach === null ? [dark] : [{ test: `datum.value < ${-0.85 * reach}`, value: "#FFFFFF" }, dark];
}

/** Where a token lies: its edges in pixels, the middle of its letters, and its line. */
interface TokenPlace {
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  readonly line: number;
}

function placesOf(tokens: readonly string[], width: number): TokenPlace[] {
  const areWords = !tokens.some((token) => /\s/.test(token));
  const [extra, gap] = areWords ? [2 * padding, between] : [0, 0];
  const widths = tokens.map((token) => extra + textWidth(token.replaceAll("\n", "⏎"), fontSize));
  const places: TokenPlace[] = [];
  let [x, line] = [0, 0];
  for (const [i, token] of tokens.entries()) {
    const startsWord = areWords || i === 0 || /\s$/.test(tokens[i - 1]!) || /^\s+\S/.test(token);
    const needed = startsWord ? wordWidth(tokens, widths, i, areWords) : widths[i]!;
    if (x > 0 && x + needed > width) [x, line] = [0, line + 1];
    places.push({
      left: tenths(x),
      right: tenths(x + widths[i]!),
      middle: tenths(x + middleOf(token, widths[i]!)),
      line,
    });
    x += widths[i]! + gap;
    if (token.endsWith("\n")) [x, line] = [0, line + 1];
  }
  return places;
}

/** Where the letters of a token have their middle, from its left edge: white space around them is not written, but has its place. */
function middleOf(token: string, width: number): number {
  const letters = token.trim();
  if (letters === "" || letters === token || token.endsWith("\n")) return width / 2;
  const before = textWidth(token.slice(0, token.indexOf(letters)), fontSize);
  return before + textWidth(letters, fontSize) / 2;
}

/** Finer than a tenth of a pixel nobody sees, and it would fill the notebook. */
const tenths = (x: number) => Math.round(10 * x) / 10;

/** The width of a word that begins with a token: up to the next white space, which may stand past the edge. A word wider than a line is cut anywhere. */
function wordWidth(tokens: readonly string[], widths: readonly number[], from: number, areWords: boolean): number {
  let width = widths[from]!;
  if (areWords || /\s$/.test(tokens[from]!)) return width;
  for (let i = from + 1; i < tokens.length && !/^\s/.test(tokens[i]!); i++) {
    width += widths[i]!;
    if (/\s$/.test(tokens[i]!)) break;
  }
  return width;
}
