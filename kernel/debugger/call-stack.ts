/** The stack of a stop as front ends show it: the frames that run and, below them, those that wait for them. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { RUNTIME } from "../link/messages.ts";
import type { AwaitingFrame } from "../link/stack.ts";
import type { Inspector } from "../supervisor/inspector.ts";
import { nextFrameId, type Pause, type UserFrame } from "./pause.ts";
import { ask } from "./remote.ts";
import type { Scripts, UserScript } from "./scripts.ts";

type Place = Pick<UserFrame, "id" | "name" | "script" | "line" | "column">;

export class CallStack {
  readonly #inspector: () => Inspector;
  readonly #scripts: Scripts;
  /** Found out once a stop, so that frames keep their numbers. */
  readonly #awaiting = new WeakMap<Pause, Promise<DebugProtocol.StackFrame[]>>();

  constructor(inspector: () => Inspector, scripts: Scripts) {
    this.#inspector = inspector;
    this.#scripts = scripts;
  }

  /** All frames of a stop, the innermost first; those after the label have no variables any more that could be shown. */
  async frames(pause: Pause): Promise<DebugProtocol.StackFrame[]> {
    return [...pause.frames.map(shown), ...(await this.#awaitingOf(pause))];
  }

  /** Whether the frame waits: nothing can be computed in it. */
  async isAwaiting(pause: Pause, id: number): Promise<boolean> {
    return (await this.#awaitingOf(pause)).some((frame) => frame.id === id);
  }

  #awaitingOf(pause: Pause): Promise<DebugProtocol.StackFrame[]> {
    let found = this.#awaiting.get(pause);
    if (!found) {
      // The executor may be lost meanwhile; the frames that run are known in any case.
      found = this.#find().catch(() => []);
      this.#awaiting.set(pause, found);
    }
    return found;
  }

  async #find(): Promise<DebugProtocol.StackFrame[]> {
    const awaiting = await ask<AwaitingFrame[]>(this.#inspector(), `${RUNTIME}.awaiting`);
    const places = await Promise.all(awaiting.map((frame) => this.#place(frame)));
    const frames = places.flatMap((place) => (place ? [shown(place)] : []));
    if (frames.length === 0) return [];
    const label = { id: nextFrameId(), name: "await", line: 0, column: 0, presentationHint: "label" as const };
    return [label, ...frames];
  }

  async #place({ name, url, line, column }: AwaitingFrame): Promise<Place | null> {
    const script: UserScript | null = await this.#scripts.byUrl(url);
    const source = script?.map.toSource({ line, column: column - 1 });
    if (!script || !source) return null;
    return { id: nextFrameId(), name: name || script.name, script, line: source.line, column: source.column + 1 };
  }
}

function shown({ id, name, script, line, column }: Place): DebugProtocol.StackFrame {
  return { id, name, source: { name: script.name, path: script.path }, line, column };
}
