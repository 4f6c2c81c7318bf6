import { setTimeout as delay } from "node:timers/promises";
import { importPaths } from "../compiler/import-paths.ts";
import type { Language } from "../compiler/language.ts";
import { splitMagics } from "../compiler/magic-lines.ts";
import type { TypeCompletion } from "../compiler/service.ts";
import type { NameInfo } from "../link/messages.ts";
import type { ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { type CompletionPlace, placeOfCompletion } from "./completion-place.ts";
import { cursorAt } from "./cursor.ts";
import { magicNames } from "./magics.ts";

type Candidate = Omit<TypeCompletion, "kind"> & { kind: TypeCompletion["kind"] | NameInfo["kind"] };

const KEYWORDS =
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace new null of readonly return satisfies set static super switch this throw true try type typeof undefined using var void while yield"
    .split(" ")
    .map((name): Candidate => ({ name, kind: "keyword" }));

/** A running cell may leave the executor no time: then the names that it last told have to do. */
const PATIENCE_MS = 10;

/**
 * Names in scope, members, and what a string can say. The checker knows the types of what cells declared, also while a cell runs; the executor knows the
 * values that exist, and is asked without running any code of the user's.
 */
export class Completion {
  readonly #executor: Executor;
  readonly #language: () => Promise<Language>;
  #lastNames: NameInfo[] | null = null;

  constructor(executor: Executor, language: () => Promise<Language>) {
    this.#executor = executor;
    this.#language = language;
  }

  async complete({ code, cursor_pos }: RequestContent<"complete_request">): Promise<ReplyContent<"complete_request">> {
    const cursor = cursorAt(code, cursor_pos);
    const place = placeOfCompletion(cursor.before);
    const known = unique(await this.#candidates(place, splitMagics(code).code, cursor.before.length));
    const found = known.filter(({ name }) => name.startsWith(place.word)).sort(byUse);
    const start = cursor.codePoint - [...place.word].length;
    return {
      status: "ok",
      matches: found.map(({ name }) => name),
      cursor_start: start,
      cursor_end: cursor.codePoint,
      metadata: {
        _jupyter_types_experimental: found.map(({ name, kind, signature, documentation }) => ({
          text: name,
          type: kind,
          start,
          end: cursor.codePoint,
          ...(signature ? { signature } : {}),
          ...(documentation ? { documentation } : {}),
        })),
      },
    };
  }

  async #candidates(place: CompletionPlace, code: string, end: number): Promise<Candidate[]> {
    const { types, folder } = await this.#language();
    switch (place.kind) {
      case "magic":
        return magicNames().map((name) => ({ name, kind: "keyword" }));
      case "path":
        return importPaths(folder, place.typed);
      case "string":
      case "binding":
        return types.complete(code, end, place.word).catch(() => []);
      case "member": {
        const checked = await types.complete(code, end - place.word.length, place.word).catch(() => []);
        // Of a value whose type says nothing, such as `any`, the value itself knows more.
        return checked.length > 0 ? checked : this.#ask<NameInfo[]>({ op: "members", expression: place.target }, []);
      }
      case "name":
        return this.#names(place.word, code, end);
    }
  }

  async #names(word: string, code: string, end: number): Promise<Candidate[]> {
    const { types } = await this.#language();
    const existing = await this.#existingNames();
    const declared = types.names().map((name): Candidate => ({ name, kind: "instance" }));
    const all = [...existing, ...declared, ...KEYWORDS];
    // With nothing typed yet, everything is offered, and to describe it would take too long.
    if (word === "") return all;
    const written = code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
    const names = [...new Set([...all.map(({ name }) => name), ...written])];
    const fitting = names.filter((name) => name.startsWith(word));
    const meant = await types.resolve(code, end - word.length, fitting).catch(() => []);
    return [...meant, ...all];
  }

  async #existingNames(): Promise<NameInfo[]> {
    const answer = this.#ask<NameInfo[] | null>({ op: "names" }, null).then((names) => {
      if (names) this.#lastNames = names;
      return names;
    });
    const last = this.#lastNames;
    if (!this.#executor.isBusy) return (await answer) ?? last ?? [];
    return (await (last ? Promise.race([answer, delay(PATIENCE_MS, last)]) : answer)) ?? last ?? [];
  }

  async #ask<Answer>(question: Parameters<Executor["ask"]>[0], otherwise: Answer): Promise<Answer> {
    return ((await this.#executor.ask(question)) as Answer | null) ?? otherwise;
  }
}

function unique(candidates: Candidate[]): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const each of candidates) if (!first.has(each.name)) first.set(each.name, each);
  return [...first.values()];
}

function byUse(a: Candidate, b: Candidate): number {
  const hidden = (name: string) => Number(name.startsWith("_"));
  return hidden(a.name) - hidden(b.name) || a.name.localeCompare(b.name);
}
