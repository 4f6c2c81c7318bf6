/** What a notebook shows for a tensor: a line of facts, the values, and its slices as pictures to fold out. No script, which untrusted notebooks drop. */
import { format } from "../repr.ts";
import { show } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { contactSheet } from "./contact-sheet.ts";
import { alarm } from "./theme.ts";

const display = Symbol.for("Jupyter.display");

/** What the values are like; ratios of nothing are NaN. */
interface Summary {
  readonly nan: number;
  readonly infinite: number;
  readonly range: readonly [least: number, greatest: number] | null;
  readonly mean: number;
  readonly deviation: number;
}

function summarize(data: ArrayLike<number>): Summary {
  let [nan, infinite, count, total, least, greatest] = [0, 0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if (Number.isNaN(v)) nan++;
    else if (!Number.isFinite(v)) infinite++;
    else {
      count++;
      total += v;
      if (v < least) least = v;
      if (v > greatest) greatest = v;
    }
  }
  const mean = total / count;
  let squares = 0;
  for (let i = 0; i < data.length; i++) if (Number.isFinite(data[i]!)) squares += (data[i]! - mean) ** 2;
  return { nan, infinite, range: count > 0 ? [least, greatest] : null, mean, deviation: Math.sqrt(squares / count) };
}

const bars = "▁▂▃▄▅▆▇█";
const bins = 12;

/** A histogram a dozen letters wide, of letters, since untrusted notebooks drop drawings; nothing where there is little to count. */
function sparkline(data: ArrayLike<number>, [least, greatest]: readonly [number, number]): string {
  if (data.length < bins || greatest <= least) return "";
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (greatest - least);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]!)) continue;
    const bin = Math.min(bins - 1, Math.floor((data[i]! - least) * scale));
    counts[bin] = counts[bin]! + 1;
  }
  const most = counts.reduce((a, b) => Math.max(a, b));
  // A bin that holds anything shows it.
  return counts.map((n) => (n === 0 ? "\u2009" : bars[Math.ceil((n / most) * bars.length) - 1]!)).join("");
}

function factsOf(x: Tensor): string[] {
  const { data } = x;
  const { nan, infinite, range, mean, deviation } = summarize(data);
  const number = (v: number) => String(Number(v.toPrecision(4)));
  const facts = [`<b>Tensor</b> ${escapeHtml(show(x.shape).replaceAll(",", ", "))}`, x.dtype];
  if (range !== null && x.dtype === "bool") facts.push(`${number(100 * mean)} % true`);
  else if (range !== null) {
    const histogram = sparkline(data, range);
    const [least, greatest] = range.map(number);
    facts.push(`${least} … ${greatest}${histogram && ` <span title="histogram">${histogram}</span>`}`);
    facts.push(`${number(mean)} ± ${number(deviation)}`);
  }
  if (x.requiresGrad) facts.push(x.gradFn === null ? "requires gradient" : `from ${escapeHtml(x.gradFn.name)}`);
  const warn = (text: string) => `<span style="color:${alarm};font-weight:bold">${text}</span>`;
  if (nan > 0) facts.push(warn(`${nan} NaN`));
  if (infinite > 0) facts.push(warn(`${infinite} ∞`));
  return facts;
}

function htmlOf(x: Tensor): string {
  const line = `<div style="color:currentColor;opacity:0.75;font-size:90%">${factsOf(x).join(" · ")}</div>`;
  // Columns stand under each other: nbconvert's page does not give an output's <pre> the font of code by itself.
  const values = `<pre style="margin:0.25em 0 0;color:currentColor;font-family:var(--jp-code-font-family,monospace)">${escapeHtml(format(x))}</pre>`;
  const sheet = contactSheet(x);
  if (sheet === null) return `<div>${line}${values}</div>`;
  const { address, width, height, note } = sheet;
  const picture = `<img src="${address}" width="${width}" height="${height}" alt="${note}">`;
  return `<div>${line}${values}<details><summary style="opacity:0.75">${note}</summary>${picture}</details></div>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

Object.defineProperty(Tensor.prototype, display, {
  value(this: Tensor): Record<string, string> {
    return { "text/plain": format(this), "text/html": htmlOf(this) };
  },
  writable: true,
  configurable: true,
});
