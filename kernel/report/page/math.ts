/** In a report: sets the formulas of its texts and outputs, marked as in every Jupyter front end. */
import renderMathInElement from "katex/contrib/auto-render";

const environments = ["equation", "equation*", "align", "align*", "gather", "gather*"];
const delimiters = [
  { left: "$$", right: "$$", display: true },
  { left: "$", right: "$", display: false },
  { left: "\\(", right: "\\)", display: false },
  { left: "\\[", right: "\\]", display: true },
  ...environments.map((name) => ({ left: `\\begin{${name}}`, right: `\\end{${name}}`, display: true })),
];

document.addEventListener("DOMContentLoaded", () => {
  for (const text of document.querySelectorAll<HTMLElement>(
    ".jp-RenderedMarkdown, .jp-MarkdownOutput, .jp-RenderedLatex",
  )) {
    renderMathInElement(text, { delimiters, throwOnError: false });
  }
});
