/** The pages of the book's site that are not reports, and what each report gets to lead on from it. */
import { bodyStart, type Outline } from "./outline.ts";

/** A report of the site. */
export interface Page extends Outline {
  /** Its name in the folder of the site. */
  readonly file: string;
}

/** The book's chapters, by number. */
const chapters: Readonly<Record<string, string>> = {
  "1": "Introduction",
  "2": "Developments",
  "3": "Convolutional networks",
  "4": "Recurrent networks",
  "5": "Transformers",
};

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as HTML has it, in attributes too. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => escapes[sign]!);
}

/** The address of a section. An anchor stands as it is: browsers compare it so before they decode it. */
export function addressOf(file: string, anchor: string): string {
  return anchor === "" ? file : `${file}#${anchor}`;
}

const link = (address: string, text: string, rel = "") =>
  `<a href="${escaped(address)}"${rel === "" ? "" : ` rel="${rel}"`}>${escaped(text)}</a>`;

/** The chapter of a file such as `02-4-initialization.html`; "" for others. */
function chapterOf({ file }: Page): string {
  return /^0?(\d+)-/.exec(file)?.[1] ?? "";
}

/** The page that one begins with: search, chapters, their reports and sections. */
export function indexPage(pages: readonly Page[]): string {
  const numbers = [...new Set(pages.map(chapterOf))];
  const body = numbers.map((number) => {
    const name = chapters[number];
    const heading = name === undefined ? "" : `<h2>${escaped(`${number} ${name}`)}</h2>\n`;
    const reports = pages.filter((page) => chapterOf(page) === number);
    return `${heading}${reports.map(contentsOf).join("\n")}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>gradbook: from the perceptron to the Transformer</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; }
h3 { margin-bottom: 0.3rem; }
ul { margin-top: 0; padding-left: 1.4rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.5rem 0.7rem; }
#results p { margin: 0 0 0.6rem; opacity: 0.8; font-size: 0.9rem; }
</style>
</head>
<body>
<h1>From the perceptron to the Transformer</h1>
<p>The notebooks of the book with all that they show. Figures can be used where scripts run and are pictures elsewhere; nothing here needs a network.</p>
<form role="search" id="search" hidden><input type="search" id="query" placeholder="Search all chapters" aria-label="Search all chapters" autocomplete="off"></form>
<div id="results" aria-live="polite"></div>
<main>
${body.join("\n")}
</main>
<script src="search-index.js"></script>
<script src="search.js"></script>
</body>
</html>
`;
}

function contentsOf({ file, title, sections }: Page): string {
  const items = sections
    .filter(({ level }) => level === 2)
    .map((section) => `<li>${link(addressOf(file, section.anchor), section.title)}</li>`);
  return `<h3>${link(file, title)}</h3>\n<ul>\n${items.join("\n")}\n</ul>`;
}

/** The bar above and below a report: to the one before, the contents, and the one after. */
function navigation(pages: readonly Page[], at: number): string {
  const [previous, next] = [pages[at - 1], pages[at + 1]];
  const parts = [
    previous ? link(previous.file, `← ${previous.title}`, "prev") : "",
    link("index.html", "Contents and search", "index"),
    next ? link(next.file, `${next.title} →`, "next") : "",
  ];
  return `<nav class="gradbook-site" aria-label="Book">${parts.map((part) => `<span>${part}</span>`).join("")}</nav>`;
}

const style = `<style>
.gradbook-site { display: flex; gap: 1rem; padding: 0.6rem 1rem; font: 0.95rem/1.4 system-ui, sans-serif; }
.gradbook-site span { flex: 1; text-align: center; }
.gradbook-site span:first-child { text-align: left; }
.gradbook-site span:last-child { text-align: right; }
.gradbook-site a { color: var(--jp-content-link-color, #0072B2); }
@media print { .gradbook-site { display: none; } }
</style>`;

/** A report as a page of the site. */
export function withNavigation(html: string, pages: readonly Page[], at: number): string {
  const bar = navigation(pages, at);
  const end = html.lastIndexOf("</body>");
  return `${html.slice(0, end)}${bar}\n${html.slice(end)}`.replace(bodyStart, (start) =>
    start.replace("</head>", `${style}\n</head>`).concat(`\n${bar}`),
  );
}
