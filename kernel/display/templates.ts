/** Templates: html`<b>${name}</b>`, md`**${name}**`, tex`x^2`. What is put in is text, and escaped; what is markup already goes in as it is. */
import { escapeHtml, escapeMarkdown } from "./escape.ts";
import { methodOf } from "./lookup.ts";
import { HTML, Latex, Markdown, SVG } from "./markup.ts";

/** HTML with what is put in escaped; arrays are put in one after the other, nothing for null, undefined and false. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): HTML {
  return new HTML(joined(parts, values, htmlOf));
}

/** Markdown with what is put in taken as text; formulas and HTML go in as they are. */
export function md(parts: TemplateStringsArray, ...values: unknown[]): Markdown {
  return new Markdown(joined(parts, values, markdownOf));
}

/** A formula, in which a backslash is a backslash: tex`\frac{1}{2}`. */
export function tex(parts: TemplateStringsArray, ...values: unknown[]): Latex {
  return new Latex(joined(parts.raw, values, String));
}

function joined(parts: readonly string[], values: readonly unknown[], textOf: (value: unknown) => string): string {
  return parts.map((text, index) => text + (index < values.length ? textOf(values[index]) : "")).join("");
}

function htmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(htmlOf).join("");
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof HTML || value instanceof SVG) return value.source;
  const bundle = ownHtml(value);
  return bundle ?? escapeHtml(String(value));
}

/** Other values that show themselves as HTML at once, such as a tensor or a chart's table. */
function ownHtml(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const bundle = methodOf(value, Symbol.for("Jupyter.display"))?.call(value) as Record<string, unknown> | undefined;
  const text = bundle?.["text/html"];
  return typeof text === "string" ? text : null;
}

function markdownOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(markdownOf).join("");
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markdown || value instanceof HTML || value instanceof SVG) return value.source;
  if (value instanceof Latex) return /\$/.test(value.source) ? value.source : `$${value.source}$`;
  return escapeMarkdown(String(value));
}
