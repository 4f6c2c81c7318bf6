/** A stop of the executor's main thread, as V8 tells it, in the user's terms. */
import type { Debugger as V8 } from "node:inspector";
import type { Position } from "./script-map.ts";
import type { Scripts, UserScript } from "./scripts.ts";

export interface UserFrame {
  id: number;
  name: string;
  script: UserScript;
  /** From 1, both. */
  line: number;
  column: number;
  call: V8.CallFrame;
}

export interface PausedException {
  name: string;
  description: string;
  isCaught: boolean;
}

export interface Pause {
  /** What V8 itself knows of the reason. */
  cause: "breakpoint" | "exception" | "debugger statement" | "other";
  /** The user's frames, the innermost first; there is at least one. */
  frames: UserFrame[];
  /** V8's breakpoints that it stopped at. */
  hit: readonly string[];
  exception: PausedException | null;
  /** Whether code that is not the user's is on top of the frames: V8 steps into Node's own, whatever it was told to step over. */
  isElsewhere: boolean;
}

let frames = 0;

/** Numbers of frames are never given twice. */
export function nextFrameId(): number {
  return ++frames;
}

/** @returns Null where no code of the user's is on the stack. */
export async function describePause(event: V8.PausedEventDataType, scripts: Scripts): Promise<Pause | null> {
  const { callFrames, reason, data, hitBreakpoints: hit = [] } = event;
  const found = (await Promise.all(callFrames.map((call) => userFrame(call, scripts)))).filter((frame) => !!frame);
  const [top] = found;
  if (!top) return null;
  const isElsewhere = top.call !== callFrames[0];
  if (/exception|promiseRejection/i.test(reason)) {
    const { className, description, value, uncaught } = (data ?? {}) as Record<string, unknown>;
    // To V8, what a cell throws after an await is caught: by who evaluates the cell.
    const isOpen = !isElsewhere && top.script.map.isOpen(placeOf(top.call));
    const isCaught = uncaught !== true && !isOpen;
    const exception = { name: String(className ?? "value"), description: String(description ?? value), isCaught };
    return { cause: "exception", frames: found, hit, exception, isElsewhere };
  }
  const stopsItself = top.script.map.isDebuggerStatement(placeOf(top.call));
  const cause = hit.length > 0 ? "breakpoint" : stopsItself ? "debugger statement" : "other";
  return { cause, frames: found, hit, exception: null, isElsewhere };
}

async function userFrame(call: V8.CallFrame, scripts: Scripts): Promise<UserFrame | null> {
  const script = await scripts.byId(call.location.scriptId);
  const place = script?.map.toSource(placeOf(call));
  if (!script || !place) return null;
  const { line, column } = place;
  return { id: nextFrameId(), name: call.functionName || script.name, script, line, column: column + 1, call };
}

/** Where in its script a frame is. */
export function placeOf({ location }: V8.CallFrame): Position {
  return { line: location.lineNumber + 1, column: location.columnNumber ?? 0 };
}

/** Whether a step has led from one place of a script to another that is the same to the user: to what the compiler put around it. */
export function isSamePlace({ frames: [before] }: Pause, { frames: [after] }: Pause): boolean {
  if (before!.script !== after!.script || before!.line !== after!.line || before!.column !== after!.column)
    return false;
  const [a, b] = [placeOf(before!.call), placeOf(after!.call)];
  return a.line !== b.line || a.column !== b.column;
}
