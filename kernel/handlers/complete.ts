import type { Language } from "../compiler/language.ts";
import type { NameInfo } from "../link/messages.ts";
import type { ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { cursorAt } from "./cursor.ts";

const KEYWORDS =
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace new null of readonly return satisfies set static super switch this throw true try type typeof undefined using var void while yield"
    .split(" ")
    .map((name): NameInfo => ({ name, kind: "keyword" }));

/**
 * Names in scope and members. The checker knows the types of what cells declared, also while a cell runs; the executor knows the values that exist, and
 * is asked without running any code of the user's.
 */
export async function complete(
  { code, cursor_pos }: RequestContent<"complete_request">,
  executor: Executor,
  language: () => Promise<Language>,
): Promise<ReplyContent<"complete_request">> {
  const cursor = cursorAt(code, cursor_pos);
  const word = /[\p{ID_Continue}$]*$/u.exec(cursor.before)![0];
  const before = cursor.before.slice(0, cursor.before.length - word.length);
  const known = unique(await candidates(code, before, executor, (await language()).types));
  const found = known.filter(({ name }) => name.startsWith(word)).sort(byUse);
  const start = cursor.codePoint - [...word].length;
  return {
    status: "ok",
    matches: found.map(({ name }) => name),
    cursor_start: start,
    cursor_end: cursor.codePoint,
    metadata: {
      _jupyter_types_experimental: found.map(({ name, kind }) => ({
        text: name,
        type: kind,
        start,
        end: cursor.codePoint,
      })),
    },
  };
}

async function candidates(
  code: string,
  before: string,
  executor: Executor,
  types: Language["types"],
): Promise<NameInfo[]> {
  if (inString(before)) return [];
  const member = memberTarget(before);
  if (member !== null) {
    const [checked, existing] = await Promise.all([
      types.complete(code, before.length).catch(() => []),
      executor.ask({ op: "members", expression: member }),
    ]);
    return checked.length > 0 ? checked : ((existing as NameInfo[] | null) ?? []);
  }
  const existing = ((await executor.ask({ op: "names" })) as NameInfo[] | null) ?? [];
  const declared = types.names().map((name): NameInfo => ({ name, kind: "instance" }));
  return [...existing, ...declared, ...KEYWORDS];
}

/** Whether the line so far opens a string that it does not close. */
function inString(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /["'`]/.test(line.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`(\\.|[^`\\])*`/g, ""));
}

/** `foo.bar?.` → `foo.bar`: a chain of plain names, indices and nothing that could be a call. */
function memberTarget(before: string): string | null {
  const match =
    /([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*(?:\?\.|\.)\s*[\p{ID_Continue}$#]+|\[(?:\d+|"[^"]*"|'[^']*')\])*)\s*(?:\?\.|\.)\s*$/u.exec(
      before,
    );
  if (match) return match[1]!;
  // A dot after a call, or after anything else, must not offer the global names.
  return /(\?\.|\.)\s*$/.test(before) && !/\.\.\.\s*$/.test(before) ? "undefined" : null;
}

function unique(names: NameInfo[]): NameInfo[] {
  const first = new Map<string, NameInfo>();
  for (const each of names) if (!first.has(each.name)) first.set(each.name, each);
  return [...first.values()];
}

function byUse(a: NameInfo, b: NameInfo): number {
  const hidden = (name: string) => Number(name.startsWith("_"));
  return hidden(a.name) - hidden(b.name) || a.name.localeCompare(b.name);
}
