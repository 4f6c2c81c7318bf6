/** A summary as text, as HTML and as LaTeX. */
import { show } from "../shape.ts";
import type { Summary, SummaryNode } from "./summary.ts";

/** A number of a line as text, and which part it is of the whole model's, from 0 to 1. */
interface Amount {
  readonly text: string;
  readonly share: number;
}

/** A line of the tree: what stands before its name, and its cells. */
interface Line {
  readonly depth: number;
  readonly branch: string;
  readonly label: string;
  readonly output: string;
  readonly amounts: readonly Amount[];
}

const headings = ["layer", "output", "parameters", "multiply-adds", "memory"];

/** How wide the bar of a whole is: signs of text, and em of a LaTeX rule. */
const barWidth = { text: 6, latex: 3 };

const count = (n: number): string => n.toLocaleString("en-US");

/** Bytes in the unit that leaves one to three digits before the point. */
function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

function linesOf(node: SummaryNode, root = node, depth = 0, before = "", connector = ""): Line[] {
  const label = node.name === "" ? node.type : `${node.name}: ${node.type}`;
  const amount = (n: number, whole: number, write: (n: number) => string): Amount =>
    n === 0 ? { text: "–", share: 0 } : { text: write(n), share: n / whole };
  const own: Line = {
    depth,
    branch: before + connector,
    label,
    output: node.output ? show(node.output) : "–",
    amounts: [
      amount(node.parameters, root.parameters, count),
      amount(node.multiplyAdds, root.multiplyAdds, count),
      amount(node.outputBytes, root.outputBytes, size),
    ],
  };
  const below = depth === 0 ? "" : before + (connector === "└─ " ? "   " : "│  ");
  const last = node.children.length - 1;
  const children = node.children.flatMap((child, i) =>
    linesOf(child, root, depth + 1, below, i === last ? "└─ " : "├─ "),
  );
  return [own, ...children];
}

/** A bar of blocks, down to an eighth of a sign; whatever is there at all can be seen. */
function barOf(share: number): string {
  const eighths = share === 0 ? 0 : Math.max(1, Math.round(share * barWidth.text * 8));
  return "█".repeat(eighths >> 3) + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths & 7]!;
}

function footer(summary: Summary): string[] {
  const frozen = summary.parameters - summary.trainable;
  return [
    `${count(summary.parameters)} parameters${frozen > 0 ? `, ${count(frozen)} of them frozen` : ""}`,
    `${count(summary.multiplyAdds)} multiply-adds`,
    `${size(summary.bytes)} of parameters and buffers, ${size(summary.tree.outputBytes)} of outputs`,
  ];
}

/** The tree in columns of text, a bar after each number: its share of the whole. */
export function textOf(summary: Summary): string {
  const tree = linesOf(summary.tree);
  const rows = [
    headings.flatMap((text, c) => (c < 2 ? [text] : [text, ""])),
    ...tree.map(({ branch, label, output, amounts }) => [
      branch + label,
      output,
      ...amounts.flatMap(({ text, share }) => [text, barOf(share)]),
    ]),
  ];
  const isNumber = (c: number) => c >= 2 && c % 2 === 0;
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, c) => (isNumber(c) ? `${cell.padStart(widths[c]!)} ` : cell.padEnd(widths[c]! + 2)))
      .join("")
      .trimEnd(),
  );
  const rule = "─".repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1), rule, ...footer(summary)].join("\n");
}

/** The tree as a table with inline styles only, which an untrusted notebook shows too; behind each number a bar, its share of the whole. */
export function htmlOf(summary: Summary): string {
  const border = "1px solid color-mix(in srgb, currentColor 25%, transparent)";
  const cell = (tag: "td" | "th", text: string, c: number, style = "") =>
    `<${tag} style="padding:0.25em 0.75em;border-bottom:${border};text-align:${c < 2 ? "left" : "right"}${style}">${escapeHtml(text)}</${tag}>`;
  const bar = (share: number) => {
    if (share === 0) return "";
    const [end, colour] = [`${Number((100 * share).toPrecision(3))}%`, "rgba(0,114,178,0.3)"];
    return `;background:linear-gradient(to right,${colour} ${end},transparent ${end})`;
  };
  const head = headings.map((text, c) => cell("th", text, c)).join("");
  const body = linesOf(summary.tree).map(({ depth, label, output, amounts }) => {
    const name = cell("td", label, 0, depth > 0 ? `;padding-left:${0.75 + 1.5 * depth}em` : "");
    const numbers = amounts.map(({ text, share }, i) => cell("td", text, 2 + i, bar(share)));
    return `<tr>${[name, cell("td", output, 1), ...numbers].join("")}</tr>`;
  });
  const notes = footer(summary).map((text) => `<div>${escapeHtml(text)}</div>`);
  return `<div><table style="border-collapse:collapse;color:currentColor"><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table><div style="opacity:0.75;padding:0.25em 0.75em">${notes.join("")}</div></div>`;
}

/** The tree as a LaTeX `tabular`, a rule after each number as long as its share. */
export function latexOf(summary: Summary): string {
  const bar = (share: number) => (share === 0 ? "" : `\\rule{${(barWidth.latex * share).toFixed(2)}em}{0.6em}`);
  const body = linesOf(summary.tree).map(({ depth, label, output, amounts }) => {
    const indent = depth > 0 ? `\\hspace*{${depth}em}` : "";
    const numbers = amounts.flatMap(({ text, share }) => [escapeLatex(text), bar(share)]);
    return `${[indent + escapeLatex(label), escapeLatex(output), ...numbers].join(" & ")} \\\\`;
  });
  const notes = footer(summary).map((text) => `\\multicolumn{8}{l}{${escapeLatex(text)}} \\\\`);
  return [
    "\\begin{tabular}{ll*{3}{r@{ }l}}",
    "\\hline",
    `${headings.map((text, c) => (c < 2 ? text : `${text} &`)).join(" & ")} \\\\`,
    "\\hline",
    ...body,
    "\\hline",
    ...notes,
    "\\hline",
    "\\end{tabular}",
  ].join("\n");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function escapeLatex(text: string): string {
  return text.replaceAll(/[\\{}$&#^_%~–]/g, (sign) => {
    if (sign === "–") return "--";
    if (sign === "\\") return "\\textbackslash{}";
    return sign === "^" || sign === "~" ? `\\${sign}{}` : `\\${sign}`;
  });
}
