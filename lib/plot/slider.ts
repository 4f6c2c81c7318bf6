/** Charts that change under a slider, with no kernel and no script: all frames are in the spec, and vega-lite shows one. */
import { Chart } from "./chart.ts";
import { type Cell, type Columns, columnsOf, dataOf } from "./data-table.ts";
import { type Extent, extend } from "./extent.ts";
import { count } from "./frame.ts";
import type { Spec } from "./render/vega.ts";

/** Options of sliders. */
export interface SliderOptions {
  /** What the slider chooses, beside it; default "frame". */
  name?: string;
  /** What each frame stands for: its epoch, its head. Its number if left out. Names make a menu of the slider. */
  labels?: readonly (number | string)[];
  /** The frame shown at first, and in pictures; default the last. */
  start?: number;
}

/**
 * Charts of one kind as the frames of one chart, chosen by a slider. It works in untrusted notebooks and in reports; a static picture shows the
 * first choice. Axes reach over all frames.
 *
 * @param frames Charts that differ in their data only, and in their titles.
 * @throws {RangeError} If there is no frame, they differ in more than data, or labels and frames differ in number.
 * @example
 * const frames = [1, 2, 3].map((power) => plot.line([1, 2, 3].map((x) => x ** power), { title: `x to the ${power}` }));
 * plot.slider(frames, { name: "power", labels: [1, 2, 3] })
 */
export function slider(frames: readonly Chart[], options: SliderOptions = {}): Chart {
  const { name = "frame", labels = frames.map((_, i) => i), start = frames.length - 1 } = options;
  const [first] = frames;
  if (first === undefined) throw new RangeError("Cannot slide over no charts: give at least one");
  if (labels.length !== frames.length) {
    throw new RangeError(`Cannot label ${frames.length} frames with ${labels.length} labels: there must be one each`);
  }
  if (!(Number.isInteger(start) && start >= 0 && start < frames.length)) {
    throw new RangeError(`Cannot start at frame ${start}: it must be a whole number from 0 to ${frames.length - 1}`);
  }
  const control = controlOf(name, labels);
  return chartUnder(frames, control, {
    params: [{ name: control.param, value: control.keys[start]!, bind: control.bind }],
    by: name,
  });
}

/**
 * One chart of many frames, which shows the one that a parameter names.
 *
 * @param control The parameter, and what it is at each frame.
 * @param options `params`: the parameters to add; `by`: what chooses the frame, for the description.
 */
export function chartUnder(
  frames: readonly Chart[],
  control: Pick<Control, "param" | "keys">,
  options: { readonly params: readonly Spec[]; readonly by: string },
): Chart {
  const { spec } = frames[0]!;
  const all = merged(
    frames.map((frame) => frame.spec),
    control,
  );
  return new Chart({
    ...all,
    ...titleOf(frames, control),
    description: `${frames[0]!.description}; ${count(frames.length, "frame")} by ${options.by}`,
    params: [...((spec.params as Spec[] | undefined) ?? []), ...options.params],
  });
}

/** A parameter with its input. */
export interface Control {
  readonly param: string;
  /** What the parameter is at each frame. */
  readonly keys: readonly number[];
  readonly bind: Spec;
}

/** A slider over evenly spaced numbers, a slider over the frames' numbers, or a menu of names. */
export function controlOf(name: string, labels: readonly (number | string)[]): Control {
  const param = `slider_${name.replaceAll(/[^A-Za-z0-9]/g, "_")}`;
  const indices = labels.map((_, i) => i);
  if (labels.some((label) => typeof label === "string")) {
    return {
      param,
      keys: indices,
      bind: { input: "select", options: indices, labels: labels.map(String), name: `${name} ` },
    };
  }
  const numbers = labels as readonly number[];
  const step = numbers.length > 1 ? numbers[1]! - numbers[0]! : 1;
  const isEven =
    step > 0 && numbers.every((v, i) => Math.abs(v - numbers[0]! - i * step) < 1e-9 * Math.max(1, Math.abs(v)));
  const keys = isEven ? numbers : indices;
  return {
    param,
    keys,
    bind: { input: "range", min: keys[0], max: keys.at(-1), step: isEven ? step : 1, name: `${name} ` },
  };
}

/** A title that follows the slider, where titles differ. */
function titleOf(frames: readonly Chart[], { param, keys }: Pick<Control, "param" | "keys">): Spec {
  const titles = frames.map(({ spec: { title } }) =>
    typeof title === "string" ? title : ((title as Spec | undefined)?.text ?? ""),
  );
  if (titles.every((title) => title === titles[0])) return {};
  const { subtitle } = (typeof frames[0]!.spec.title === "object" ? frames[0]!.spec.title : {}) as Spec;
  const expr = `${JSON.stringify(titles)}[indexof(${JSON.stringify(keys)}, ${param})]`;
  return { title: { text: { expr }, ...(subtitle === undefined ? {} : { subtitle }) } };
}

const nested = ["layer", "concat", "hconcat", "vconcat"] as const;

/** The channels whose scale follows the data. */
const channels = ["x", "y", "color"] as const;

/** What a part of a spec has from those around it. */
interface Around {
  readonly columns: Columns | null;
  /** Channels for which some layer says what part of the axis is shown. */
  readonly fixed: readonly string[];
}

function isFixed(spec: Spec, channel: string): boolean {
  const { scale } = ((spec.encoding as Spec | undefined)?.[channel] ?? {}) as { scale?: Spec };
  return (
    scale?.domain !== undefined || ((spec.layer as Spec[] | undefined) ?? []).some((layer) => isFixed(layer, channel))
  );
}

/** One spec with the data of all: each row knows its frame, and a filter keeps those of the one that is chosen. */
function merged(
  specs: readonly Spec[],
  control: Pick<Control, "param" | "keys">,
  around: Around = { columns: null, fixed: [] },
): Spec {
  const [first] = specs as [Spec, ...Spec[]];
  const fixed = Array.isArray(first.layer) ? channels.filter((channel) => isFixed(first, channel)) : around.fixed;
  const result: Spec = { ...first };
  let { columns } = around;
  if (first.data !== undefined) {
    const data = specs.map((spec) => columnsOf((spec.data ?? {}) as Spec));
    if (data.some((one) => one === null)) throw new RangeError("Cannot slide over charts without data of their own");
    const all = data as Columns[];
    columns = stacked(all, control.keys);
    const isSame = all.every((one) => JSON.stringify(one) === JSON.stringify(all[0]));
    if (!isSame) {
      result.data = dataOf(columns);
      const filter = { filter: `abs(datum.frame - ${control.param}) < 1e-6` };
      result.transform = [filter, ...((first.transform as Spec[] | undefined) ?? [])];
    }
  }
  if (columns && first.encoding) result.encoding = withDomains(first.encoding as Spec, { columns, fixed });
  for (const key of nested) {
    const parts = first[key];
    if (!Array.isArray(parts)) continue;
    const others = specs.map((spec) => spec[key] as Spec[] | undefined);
    if (others.some((other) => other?.length !== parts.length)) {
      throw new RangeError("Cannot slide over charts that are built differently: they must differ in their data only");
    }
    result[key] = parts.map((_, i) =>
      merged(
        others.map((other) => other![i]!),
        control,
        { columns, fixed },
      ),
    );
  }
  return result;
}

function stacked(all: readonly Columns[], keys: readonly number[]): Columns {
  const names = [...new Set(all.flatMap((columns) => Object.keys(columns)))];
  const lengthOf = (columns: Columns) => Object.values(columns)[0]?.length ?? 0;
  const column = (name: string): Cell[] =>
    all.flatMap((columns) => columns[name] ?? new Array<Cell>(lengthOf(columns)).fill(null));
  return {
    ...Object.fromEntries(names.map((name) => [name, column(name)])),
    frame: all.flatMap((columns, i) => new Array<Cell>(lengthOf(columns)).fill(keys[i]!)),
  };
}

/** Gives the axes and colours that have no domain one that reaches over all frames, so that they stand still. */
function withDomains(encoding: Spec, { columns, fixed }: { columns: Columns; fixed: readonly string[] }): Spec {
  const result: Spec = { ...encoding };
  for (const channel of channels.filter((one) => !fixed.includes(one))) {
    const given = encoding[channel] as Spec | undefined;
    if (given?.type !== "quantitative" || given.scale === null || typeof given.field !== "string") continue;
    const scale = (given.scale ?? {}) as Spec;
    if (scale.domain !== undefined || given.stack !== undefined) continue;
    const partner = (encoding[`${channel}2`] as Spec | undefined)?.field;
    const domain = extentOver(columns, [given.field, partner], scale);
    if (domain) result[channel] = { ...given, scale: { ...scale, domain } };
  }
  return result;
}

function extentOver(columns: Columns, fields: readonly unknown[], { zero, type }: Spec): Extent | null {
  const values = fields.flatMap((field) => (typeof field === "string" ? (columns[field] ?? []) : []));
  const numbers = values.filter((v): v is number => typeof v === "number" && (type !== "log" || v > 0));
  return extend(zero === true ? [0, ...numbers] : numbers);
}
