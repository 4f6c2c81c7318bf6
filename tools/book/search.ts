/** On the book's first page: the search. All texts stand in search-index.js, so that it works from files, where a page may fetch nothing. */
import MiniSearch from "minisearch";

/** A section as search-index.js has it. */
export interface Entry {
  readonly id: number;
  readonly address: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

declare global {
  var gradbookSections: readonly Entry[];
}

const entries = globalThis.gradbookSections;
const search = new MiniSearch<Entry>({ fields: ["title", "text"] });
search.addAll(entries);

/** The most sections that are listed. */
const most = 12;

/** Some words around the first place of a text that has one of the terms. */
function excerpt(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...places, text.length) - 60);
  return `${from > 0 ? "…" : ""}${text.slice(from, from + 180)}…`;
}

function show(query: string, results: HTMLElement): void {
  const found = search.search(query, { prefix: true, fuzzy: 0.15, combineWith: "AND", boost: { title: 3 } });
  const items = found.slice(0, most).map(({ id, terms }) => {
    const { address, page, title, text } = entries[id as number]!;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title === page ? title : `${title} (${page})`;
    const line = document.createElement("p");
    line.textContent = excerpt(text, terms);
    return [link, line];
  });
  const nothing = document.createElement("p");
  nothing.textContent = "Nothing found.";
  results.replaceChildren(...(items.length > 0 ? items.flat() : query === "" ? [] : [nothing]));
}

const form = document.querySelector<HTMLFormElement>("#search")!;
const input = document.querySelector<HTMLInputElement>("#query")!;
const results = document.querySelector<HTMLElement>("#results")!;
form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", () => show(input.value.trim(), results));
