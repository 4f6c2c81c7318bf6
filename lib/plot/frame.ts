/** The options that charts share, and what a spec makes of them. */
import type { Spec } from "./render/vega.ts";
import { defaultSize } from "./theme.ts";

/** Title and size of a chart. */
export interface FrameOptions {
  /** Above the chart: say what is to be seen. */
  title?: string;
  /** A smaller line below the title. */
  subtitle?: string;
  /** Width of the plane in pixels; default 400. */
  width?: number;
  /** Height of the plane in pixels; default 260. */
  height?: number;
}

/** How a number becomes a place. `symlog` is a log scale that reaches through 0. */
export type Scale = "linear" | "log" | "symlog" | "sqrt";

/** Options of charts with two axes. */
export interface AxesOptions extends FrameOptions {
  /** What the x axis measures, with its unit: "time (s)". */
  xLabel?: string;
  /** What the y axis measures, with its unit. */
  yLabel?: string;
  /** Default linear. */
  xScale?: Scale;
  /** Default linear. */
  yScale?: Scale;
  /** The part of the x axis that is shown. */
  xDomain?: readonly [from: number, to: number];
  /** The part of the y axis that is shown. */
  yDomain?: readonly [from: number, to: number];
}

/** Title and size as a spec has them. */
export function frameOf(options: FrameOptions, size: { width: number; height: number } = defaultSize): Spec {
  const { width = size.width, height = size.height } = options;
  checkSize(width, height);
  return { ...titleOf(options), width, height };
}

/** A spec's title, if there is one. */
export function titleOf({ title, subtitle }: FrameOptions): Spec {
  if (title === undefined) return {};
  return { title: subtitle === undefined ? title : { text: title, subtitle } };
}

function checkSize(width: number, height: number): void {
  for (const [name, value] of [
    ["width", width],
    ["height", height],
  ] as const) {
    if (!(value > 0 && value <= 4000))
      throw new RangeError(`Cannot draw a chart of ${name} ${value}: it must be in (0, 4000]`);
  }
}

/**
 * A quantitative channel.
 *
 * @param options `zero`: whether the axis must reach 0; default false, since loss curves and points seldom need it.
 */
export function measure(
  field: string,
  options: { title?: string; scale?: Scale; domain?: readonly [number, number]; zero?: boolean },
): Spec {
  const { title, scale = "linear", domain, zero = false } = options;
  if (domain && !(domain[0] !== domain[1] && domain.every(Number.isFinite))) {
    throw new RangeError(`Cannot show the part [${domain.join(", ")}] of an axis: it must have two different ends`);
  }
  if (scale === "log" && domain && Math.min(...domain) <= 0) {
    throw new RangeError(`Cannot show the part [${domain.join(", ")}] on a log scale: both ends must be > 0`);
  }
  const fixed = domain ? { domain: [...domain], nice: false } : {};
  // A log scale has no 0.
  const through = scale === "log" ? {} : { zero };
  return {
    field,
    type: "quantitative",
    title: title ?? null,
    scale: { type: scale, ...through, ...fixed },
    // Log axes label powers of ten, not each of 2, 3, …, 9.
    ...(scale === "log" ? { axis: { tickCount: 5, format: "~g" } } : {}),
  };
}

/** The x channel of a chart with axes. */
export function xChannel(options: AxesOptions, zero = false): Spec {
  return measure("x", { title: options.xLabel, scale: options.xScale, domain: options.xDomain, zero });
}

/** The y channel of a chart with axes. */
export function yChannel(options: AxesOptions, zero = false): Spec {
  return measure("y", { title: options.yLabel, scale: options.yScale, domain: options.yDomain, zero });
}

/** The description of a chart: kind, title, what is in it. */
export function describe(kind: string, title: string | undefined, content: string): string {
  return `${kind}${title === undefined ? "" : ` “${title}”`}: ${content}`;
}

/** `3 series`, `1 point`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}
