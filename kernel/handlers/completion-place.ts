/** What kind of thing is being typed, judged from the text before the cursor. */

export type CompletionPlace = {
  /** The part that a completion replaces. */
  word: string;
} & (
  | { kind: "name" }
  /** Behind a dot; the target is an expression that can be asked for without running code, or `undefined`. */
  | { kind: "member"; target: string }
  /** In a string, or between the braces of an import: the checker knows what fits. */
  | { kind: "string" | "binding" }
  /** In the string of an import that names a file. */
  | { kind: "path"; typed: string }
  | { kind: "magic" }
);

export function placeOfCompletion(before: string): CompletionPlace {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const magic = /^\s*(%[a-z]*)$/.exec(line);
  if (magic && /^(\s*%.*\n|\s*\n)*\s*%[a-z]*$/.test(before)) return { kind: "magic", word: magic[1]! };
  const typed = openString(line);
  if (typed !== null) {
    const opening = line.slice(0, line.length - typed.length - 1);
    if (!isImport(opening)) return { kind: "string", word: typed };
    if (!/^(\.{0,2}\/)/.test(typed)) return { kind: "string", word: typed };
    return { kind: "path", typed, word: typed.slice(typed.lastIndexOf("/") + 1) };
  }
  const word = /[\p{ID_Continue}$]*$/u.exec(before)![0];
  if (/(^|[\n;])\s*import\s[^;'"]*\{[^};'"]*$/.test(before)) return { kind: "binding", word };
  const target = memberTarget(before.slice(0, before.length - word.length));
  return target === null ? { kind: "name", word } : { kind: "member", target, word };
}

/** What a string that the line leaves open holds so far; null if it leaves none open. */
function openString(line: string): string | null {
  const bare = line.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`(\\.|[^`\\])*`/g, (text) => " ".repeat(text.length));
  const start = bare.search(/["'`]/);
  // Inside `${…}` there is code, not text.
  return start < 0 || /\$\{[^}]*$/.test(bare.slice(start)) ? null : line.slice(start + 1);
}

function isImport(before: string): boolean {
  return /(\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*$/.test(before);
}

/** `foo.bar?.` → `foo.bar`: a chain of plain names, indices and nothing that could be a call. */
function memberTarget(before: string): string | null {
  const match =
    /([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*(?:\?\.|\.)\s*[\p{ID_Continue}$#]+|\[(?:\d+|"[^"]*"|'[^']*')\])*)\s*(?:\?\.|\.)\s*$/u.exec(
      before,
    );
  // `1.5` and a spread are no members.
  if (match && !/^\d/.test(match[1]!)) return match[1]!;
  // A dot after a call, or after anything else, must not offer the global names.
  return /(\?\.|\.)\s*$/.test(before) && !/\.\.\.\s*$/.test(before) ? "undefined" : null;
}
