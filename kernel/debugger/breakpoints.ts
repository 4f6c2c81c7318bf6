/** Breakpoints: those that the front end wants by file and line, and those that V8 has by script and place. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Inspector } from "../supervisor/inspector.ts";
import { javaScript } from "./expression.ts";
import { countedHits } from "./hit-condition.ts";
import type { ScriptMap } from "./script-map.ts";
import type { UserScript } from "./scripts.ts";

/** A cell that runs again and again leaves scripts behind: only the last ones still matter. */
const SCRIPTS_KEPT = 10;

interface Wanted {
  id: number;
  line: number;
  /** JavaScript; stops only if true. */
  condition: string;
  /** As the front end has it. */
  requested: DebugProtocol.SourceBreakpoint;
}

interface Placed {
  /** V8's ids. */
  ids: string[];
  /** Where, to know whether there is anything to change. */
  stops: string;
}

export class Breakpoints {
  readonly #inspector: () => Inspector;
  readonly #wanted = new Map<string, Wanted[]>();
  /** Of each file, what V8 has by script, the latest script last. */
  readonly #placed = new Map<string, Map<string, Placed>>();
  readonly #ids = new Map<string, number>();
  #count = 0;

  constructor(inspector: () => Inspector) {
    this.#inspector = inspector;
  }

  /**
   * Replaces all breakpoints of a file.
   *
   * @param map Of the file, to know on which lines there is something to stop at; null if the file is no code.
   */
  async replace(
    path: string,
    requested: readonly DebugProtocol.SourceBreakpoint[],
    map: ScriptMap | null,
  ): Promise<DebugProtocol.Breakpoint[]> {
    await this.#remove(path);
    const wanted: Wanted[] = [];
    const answers: DebugProtocol.Breakpoint[] = [];
    for (const breakpoint of requested) {
      const id = ++this.#count;
      const line = map?.stopAt(breakpoint.line)?.source.line;
      const condition = await conditionOf(breakpoint, id).catch((error: Error) => error);
      const problem =
        line === undefined ? "There is no statement to stop at" : condition instanceof Error ? condition.message : null;
      if (problem !== null || line === undefined || condition instanceof Error) {
        answers.push({ id, verified: false, line: breakpoint.line, message: problem ?? "" });
      } else {
        wanted.push({ id, line, condition, requested: breakpoint });
        answers.push({ id, verified: true, line, source: { path } });
      }
    }
    if (wanted.length > 0) this.#wanted.set(path, wanted);
    else this.#wanted.delete(path);
    return answers;
  }

  /** Has V8 stop in a script where the front end wants it; before the script is run, if that is possible. */
  async place({ path, place, map }: Pick<UserScript, "path" | "place" | "map">): Promise<void> {
    const wanted = this.#wanted.get(path) ?? [];
    if (wanted.length === 0) return;
    const scripts = this.#placed.get(path) ?? new Map<string, Placed>();
    this.#placed.set(path, scripts);
    const found = wanted.map(({ id, line, condition }) => ({ id, condition, stop: map.stopAt(line) }));
    const stops = JSON.stringify(found);
    const key = JSON.stringify(place);
    const before = scripts.get(key);
    if (before?.stops === stops) return;
    const placed: Placed = { ids: [], stops };
    scripts.set(key, placed);
    await this.#removeFromV8(before?.ids ?? []);
    for (const { id, stop, condition } of found) {
      if (!stop) continue;
      const { breakpointId } = await this.#inspector().post<{ breakpointId: string }>("Debugger.setBreakpointByUrl", {
        ...place,
        lineNumber: stop.script.line - 1,
        columnNumber: stop.script.column,
        condition,
      });
      placed.ids.push(breakpointId);
      this.#ids.set(breakpointId, id);
    }
    if (scripts.size > SCRIPTS_KEPT) {
      const [oldest, { ids }] = scripts.entries().next().value!;
      scripts.delete(oldest);
      await this.#removeFromV8(ids);
    }
  }

  /** The front end's numbers for V8's. */
  idsOf(hit: readonly string[]): number[] {
    return hit.flatMap((breakpointId) => this.#ids.get(breakpointId) ?? []);
  }

  /** What a front end that is loaded anew needs to have them again. */
  list(): { source: string; breakpoints: DebugProtocol.SourceBreakpoint[] }[] {
    return [...this.#wanted].map(([source, wanted]) => ({
      source,
      breakpoints: wanted.map(({ line, requested }) => ({ ...requested, line })),
    }));
  }

  /** What V8 had is gone with its process; what the front end wants stays. */
  displaced(): void {
    this.#placed.clear();
    this.#ids.clear();
  }

  clear(): void {
    this.displaced();
    this.#wanted.clear();
  }

  async #remove(path: string): Promise<void> {
    const scripts = this.#placed.get(path);
    this.#placed.delete(path);
    for (const { ids } of scripts?.values() ?? []) await this.#removeFromV8(ids);
  }

  async #removeFromV8(ids: readonly string[]): Promise<void> {
    for (const breakpointId of ids) {
      this.#ids.delete(breakpointId);
      await this.#inspector().post("Debugger.removeBreakpoint", { breakpointId });
    }
  }
}

/** Hits are counted where the condition is true. A log point is a condition that prints and is never true. */
async function conditionOf(
  { condition, hitCondition, logMessage }: DebugProtocol.SourceBreakpoint,
  id: number,
): Promise<string> {
  const conditions = [
    ...(condition?.trim() ? [`(${await javaScript(condition)})`] : []),
    ...(hitCondition?.trim() ? [countedHits(hitCondition, id)] : []),
  ];
  const when = conditions.join(" && ");
  if (!logMessage) return when;
  const parts = logMessage.split(/\{([^{}]*)\}/);
  const values: string[] = [];
  for (const [index, part] of parts.entries()) {
    values.push(index % 2 === 0 ? JSON.stringify(part) : await javaScript(part));
  }
  const print = `(console.log([${values.join(", ")}].map((part) => typeof part === "string" ? part : String(part)).join("")), false)`;
  return when ? `${when} && ${print}` : print;
}
