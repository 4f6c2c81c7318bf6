/** What a debugger's console offers while one types: the names of a frame, of cells and of the library, and members of values that no code has to run for. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { placeOfCompletion } from "../handlers/completion-place.ts";
import type { NameInfo } from "../link/messages.ts";
import type { Inspection } from "./inspection.ts";
import type { UserFrame } from "./pause.ts";

const TYPES: Partial<Record<NameInfo["kind"], DebugProtocol.CompletionItemType>> = {
  function: "function",
  method: "method",
  class: "class",
  property: "property",
  instance: "variable",
};

/** Where lines and columns begin, for the front end. */
const FIRST = 1;

/**
 * @param frame Null where nothing is stopped.
 * @param known Names that are in scope everywhere.
 */
export async function completions(
  { text, column, line = FIRST }: DebugProtocol.CompletionsArguments,
  { inspection, frame, known }: { inspection: Inspection; frame: UserFrame | null; known: readonly string[] },
): Promise<DebugProtocol.CompletionItem[]> {
  const lines = text.split("\n").slice(0, line - FIRST + 1);
  lines.push(lines.pop()!.slice(0, column - FIRST));
  const place = placeOfCompletion(lines.join("\n"));
  const { word } = place;
  const found =
    place.kind === "member"
      ? // What cannot be computed without a side effect has no members to offer.
        await inspection.members(place.target, frame).catch(() => [])
      : place.kind === "name"
        ? [...(await inspection.names(frame)), ...known].map((name): NameInfo => ({ name, kind: "instance" }))
        : [];
  const fitting = new Map(found.filter(({ name }) => name.startsWith(word)).map((each) => [each.name, each.kind]));
  return [...fitting].map(([label, kind]) => {
    const type = TYPES[kind];
    return { label, start: column - word.length, length: word.length, ...(type ? { type } : {}) };
  });
}
