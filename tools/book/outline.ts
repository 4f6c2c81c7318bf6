/** What stands in a report: its title, its sections and their words, for the table of contents and the search. */
import { JSDOM } from "jsdom";

/** A part of a report from one heading to the next. */
export interface Section {
  /** The heading's anchor, as an address has it after `#`; "" before the first heading. */
  readonly anchor: string;
  readonly title: string;
  /** 1 for the report's title, 2 for a section, 3 for a part of one. */
  readonly level: number;
  /** Its prose, code and printed lines. */
  readonly text: string;
}

/** A report's headings in order. */
export interface Outline {
  readonly title: string;
  readonly sections: readonly Section[];
}

const headings = "h1, h2, h3";

/** Where a report's body begins: scripts in its head may speak of bodies too. */
export const bodyStart: RegExp = /<\/head>\s*<body[^>]*>/;

/**
 * Reads a report that nbconvert made.
 *
 * @throws {RangeError} If it has no body or no heading.
 */
export function outlineOf(html: string): Outline {
  const start = bodyStart.exec(html);
  if (start === null) throw new RangeError("Cannot read a report without a body: nbconvert's template has changed");
  const { document } = new JSDOM(html.slice(start.index + "</head>".length)).window;
  const sections: { anchor: string; title: string; level: number; words: string[] }[] = [];
  for (const part of document.querySelectorAll(
    ".jp-MarkdownOutput > *, .jp-InputArea .highlight pre, .jp-OutputArea-output > pre, .jp-RenderedImage > img",
  )) {
    if (part.matches(headings)) {
      part.querySelector(".anchor-link")?.remove();
      sections.push({ anchor: part.id, title: textOf(part), level: Number(part.tagName[1]), words: [] });
    } else sections.at(-1)?.words.push(part.getAttribute("alt") ?? textOf(part));
  }
  const [first] = sections;
  if (first === undefined) throw new RangeError("Cannot make contents of a report without a heading");
  return { title: first.title, sections: sections.map(({ words, ...rest }) => ({ ...rest, text: words.join(" ") })) };
}

function textOf(element: Element): string {
  return (element.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}
