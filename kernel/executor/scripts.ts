/** The cells that have run, and the way back from a place in their scripts to a place in their sources. */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type CellScript, cellUrl } from "../link/messages.ts";
import { withoutVersion } from "./local-file.ts";

export interface Place {
  cell: string;
  label: string;
  source: string;
  line: number;
  column: number;
}

/** Traces of older cells show the script's own lines. */
const KEPT = 2000;

/** Of a cell that ran again and again, the debugger looks at so many. */
const SAME_KEPT = 10;

const scripts = new Map<string, CellScript>();

export function remember(script: CellScript): void {
  scripts.set(script.id, script);
  if (scripts.size > KEPT) scripts.delete(scripts.keys().next().value as string);
}

/** The script of a cell that has run; null where it has been forgotten. */
export function cellScript(cell: string): CellScript | null {
  return scripts.get(cell) ?? null;
}

/** The latest cells with a text. */
export function cellsOf(source: string): string[] {
  const found = [...scripts.values()].filter((script) => script.source === source);
  return found.slice(-SAME_KEPT).map(({ id }) => id);
}

/** Whether a cell has come to us, be it that it runs or has ended. */
export function hasCome(cell: string): boolean {
  return scripts.has(cell);
}

/** @param line, column From 1, as V8's stack traces count. */
export function sourcePlace(cell: string, line: number, column: number): Place | null {
  const script = scripts.get(cell);
  if (!script) return null;
  let at = { line, column: column - 1 };
  for (const map of script.maps) {
    const original = originalPositionFor(new TraceMap(map), at);
    if (original.line === null) return { cell, label: script.label, source: script.source, line: 1, column: 1 };
    at = { line: original.line, column: original.column };
  }
  return { cell, label: script.label, source: script.source, line: at.line, column: at.column + 1 };
}

const FRAME = new RegExp(`${cellUrl("").replace(/[.*+?^$()|[\]\\]/g, "\\$&")}(\\d+):(\\d+):(\\d+)`);

/** The place that a line of a stack trace names, if it is in a cell. */
export function placeInFrame(frame: string): Place | null {
  const match = FRAME.exec(frame);
  return match ? sourcePlace(match[1]!, Number(match[2]), Number(match[3])) : null;
}

/** A line of a stack trace with the user's name for the cell: `at f (Cell [3]:2:5)`. */
export function readableFrame(frame: string): string {
  const place = placeInFrame(frame);
  return place ? frame.replace(FRAME, `${place.label}:${place.line}:${place.column}`) : withoutVersion(frame);
}
