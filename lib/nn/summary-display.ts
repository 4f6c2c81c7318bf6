/** A summary as text, as HTML and as LaTeX. */
import { show } from "../shape.ts";
import type { Summary, SummaryNode } from "./summary.ts";

/** A line of the tree: what stands before its name, and its cells. */
interface Line {
  readonly depth: number;
  readonly branch: string;
  readonly label: string;
  readonly cells: readonly string[];
}

const headings = ["layer", "output", "parameters", "multiply-adds"];

const count = (n: number): string => n.toLocaleString("en-US");

/** Bytes in the unit that leaves one to three digits before the point. */
function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

function linesOf(node: SummaryNode, depth = 0, before = "", connector = ""): Line[] {
  const label = node.name === "" ? node.type : `${node.name}: ${node.type}`;
  const none = (n: number) => (n === 0 ? "–" : count(n));
  const cells = [node.output ? show(node.output) : "–", none(node.parameters), none(node.multiplyAdds)];
  const own: Line = { depth, branch: before + connector, label, cells };
  const below = depth === 0 ? "" : before + (connector === "└─ " ? "   " : "│  ");
  const last = node.children.length - 1;
  return [own, ...node.children.flatMap((child, i) => linesOf(child, depth + 1, below, i === last ? "└─ " : "├─ "))];
}

function footer(summary: Summary): string[] {
  const frozen = summary.parameters - summary.trainable;
  return [
    `${count(summary.parameters)} parameters${frozen > 0 ? `, ${count(frozen)} of them frozen` : ""}`,
    `${count(summary.multiplyAdds)} multiply-adds`,
    `${size(summary.bytes)} of parameters and buffers, ${size(summary.tree.outputBytes)} of outputs`,
  ];
}

/** The tree in columns of text. */
export function textOf(summary: Summary): string {
  const rows = [headings, ...linesOf(summary.tree).map(({ branch, label, cells }) => [branch + label, ...cells])];
  const widths = headings.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, c) => (c < 2 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1), rule, ...footer(summary)].join("\n");
}

/** The tree as a table with inline styles only, which an untrusted notebook shows too. */
export function htmlOf(summary: Summary): string {
  const border = "1px solid color-mix(in srgb, currentColor 25%, transparent)";
  const cell = (tag: "td" | "th", text: string, c: number, depth = 0) =>
    `<${tag} style="padding:0.25em 0.75em;border-bottom:${border};text-align:${c < 2 ? "left" : "right"}${depth > 0 ? `;padding-left:${0.75 + 1.5 * depth}em` : ""}">${escapeHtml(text)}</${tag}>`;
  const head = headings.map((text, c) => cell("th", text, c)).join("");
  const body = linesOf(summary.tree).map(
    ({ depth, label, cells }) =>
      `<tr>${[label, ...cells].map((text, c) => cell("td", text, c, c === 0 ? depth : 0)).join("")}</tr>`,
  );
  const notes = footer(summary).map((text) => `<div>${escapeHtml(text)}</div>`);
  return `<div><table style="border-collapse:collapse;color:currentColor"><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table><div style="opacity:0.75;padding:0.25em 0.75em">${notes.join("")}</div></div>`;
}

/** The tree as a LaTeX `tabular`. */
export function latexOf(summary: Summary): string {
  const body = linesOf(summary.tree).map(({ depth, label, cells }) => {
    const indent = depth > 0 ? `\\hspace*{${depth}em}` : "";
    return `${[indent + escapeLatex(label), ...cells.map(escapeLatex)].join(" & ")} \\\\`;
  });
  const notes = footer(summary).map((text) => `\\multicolumn{4}{l}{${escapeLatex(text)}} \\\\`);
  return [
    "\\begin{tabular}{llrr}",
    "\\hline",
    `${headings.join(" & ")} \\\\`,
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
