/** How tensors are printed: as text, the way PyTorch does. Notebooks show more: `plot/tensor-display.ts`. */
import { isFloating } from "./dtype.ts";
import { show } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** PyTorch's print options. */
const precision = 4;
const threshold = 1000;
const edgeItems = 3;
const lineWidth = 80;

const prefix = "tensor(";

/**
 * A tensor as text, as PyTorch prints it: four decimals, one width for all elements, scientific where magnitudes differ much, and only the edges
 * of more than 1000 elements. Booleans are `true` and `false`.
 *
 * @example format(tensor([[1, 2], [3, 4]])) // "tensor([[1., 2.],\n        [3., 4.]])"
 */
export function format(x: Tensor): string {
  const suffixes: string[] = [];
  const isEmpty = x.size === 0;
  if (isEmpty && x.ndim !== 1) suffixes.push(`size=${show(x.shape).replaceAll(",", ", ")}`);
  if (x.dtype !== "float32" && (x.dtype !== "bool" || isEmpty)) suffixes.push(`dtype=${x.dtype}`);
  if (x.gradFn !== null) suffixes.push(`gradFn=<${x.gradFn.name}>`);
  else if (x.requiresGrad) suffixes.push("requiresGrad=true");
  let text = prefix + (isEmpty ? "[]" : formatElements(x));
  let column = text.length - text.lastIndexOf("\n") - 1;
  for (const suffix of suffixes) {
    // A suffix that does not fit goes to a line of its own.
    const fits = column + suffix.length + 2 <= lineWidth;
    text += fits ? `, ${suffix}` : `,\n${" ".repeat(prefix.length)}${suffix}`;
    column = fits ? column + suffix.length + 2 : prefix.length + suffix.length;
  }
  return `${text})`;
}

/** Which indices of a dimension are shown; null stands for the dots. */
function shownIndices(size: number, summarize: boolean): (number | null)[] {
  if (!summarize || size <= 2 * edgeItems) return Array.from({ length: size }, (_, i) => i);
  const edge = Array.from({ length: edgeItems }, (_, i) => i);
  return [...edge, null, ...edge.map((i) => size - edgeItems + i)];
}

function formatElements(x: Tensor): string {
  const summarize = x.size > threshold;
  const { array } = x.storage;
  const shown: number[] = [];
  const collect = (dim: number, at: number): void => {
    if (dim === x.ndim) shown.push(array[at]!);
    else
      for (const i of shownIndices(x.shape[dim]!, summarize))
        if (i !== null) collect(dim + 1, at + i * x.strides[dim]!);
  };
  collect(0, x.offset);
  const write = writerFor(shown, x.dtype);
  // As in PyTorch, zeros and what is not finite do not widen the columns.
  const counted = isFloating(x.dtype) ? shown.filter((v) => Number.isFinite(v) && v !== 0) : shown;
  const width = counted.reduce((most, v) => Math.max(most, write(v).length), 1);
  const cell = (at: number) => write(array[at]!).padStart(width);
  const lines = (dim: number, at: number, indent: number): string => {
    if (dim === x.ndim) return cell(at);
    const indices = shownIndices(x.shape[dim]!, summarize);
    const place = (i: number) => at + i * x.strides[dim]!;
    if (dim === x.ndim - 1) {
      const cells = indices.map((i) => (i === null ? " ..." : cell(place(i))));
      return `[${wrap(cells, Math.max(1, Math.floor((lineWidth - indent) / (width + 2))), indent + 1)}]`;
    }
    const parts = indices.map((i) => (i === null ? "..." : lines(dim + 1, place(i), indent + 1)));
    return `[${parts.join(`,${"\n".repeat(x.ndim - dim - 1)}${" ".repeat(indent + 1)}`)}]`;
  };
  return lines(0, x.offset, prefix.length);
}

function wrap(cells: readonly string[], perLine: number, indent: number): string {
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(", "));
  return lines.join(`,\n${" ".repeat(indent)}`);
}

/** How to write each of the values, chosen by looking at all of them. */
function writerFor(values: readonly number[], dtype: Tensor["dtype"]): (value: number) => string {
  if (dtype === "bool") return (v) => (v === 0 ? "false" : "true");
  if (!isFloating(dtype)) return String;
  const sizes = values.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const whole = sizes.every(Number.isInteger);
  const scientific = sizes.length > 0 && (most / least > 1000 || most > 1e8 || (!whole && least < 1e-4));
  const write = scientific ? exponential : whole ? (v: number) => `${v.toFixed(0)}.` : fixed;
  return (v) => {
    if (Number.isNaN(v)) return "nan";
    if (!Number.isFinite(v)) return v > 0 ? "inf" : "-inf";
    return Object.is(v, -0) ? `-${write(0)}` : write(v);
  };
}

/** Four decimals; ties go to the even digit, as in C, where toFixed sends them up. */
function fixed(value: number): string {
  // A tie after four decimals is an odd number of 1/32: only those are exact in binary.
  const tie = Math.abs((value * 32) % 2) === 1;
  return (tie ? (2 * Math.round(value * 5000)) / 1e4 : value).toFixed(precision);
}

/** As C's `%.4e`. */
function exponential(value: number): string {
  const exact = value.toExponential(40);
  const [digits, power] = value.toExponential(precision).split("e") as [string, string];
  // JavaScript rounds ties up, C to the even digit.
  const tie = /^-?\d\.\d{4}50*e/.test(exact) && Number(exact[exact.indexOf(".") + precision]) % 2 === 0;
  const mantissa = tie ? exact.slice(0, exact.indexOf(".") + precision + 1) : digits;
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}
