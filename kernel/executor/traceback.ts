/** Errors as a reader wants them: the user's frames only, in the cell's own lines, with the failing line shown. */
import { inspect, types } from "node:util";
import type { ErrorContent } from "../protocol/messages.ts";
import { codeFrame } from "../traceback/code-frame.ts";
import { localPlace, localPlaceInFrame, sourceOf } from "./local-place.ts";
import { type Place, placeInFrame, readableFrame } from "./scripts.ts";

/** Thrown into a cell that the user stopped. */
export class Interrupted extends Error {
  override name = "Interrupted";
  constructor() {
    super("the cell was interrupted");
  }
}

/** Files of the kernel itself lie here. */
const OURS = new URL(".", import.meta.url).href;

const RAW_FRAMES = Symbol("frames");

interface Traced {
  [RAW_FRAMES]?: string[];
}

/** Frames that V8 takes down: those that are hidden must not use up what there is to show. */
const FRAMES_TAKEN = 50;

/**
 * Makes `error.stack` name cells and leave out Node's and our own frames, for every error, wherever it is printed.
 *
 * @param library The library's bundle, whose frames say nothing to who called it; they are shown where there is nothing else.
 */
export function installStackTraces(library: string | null): void {
  Error.stackTraceLimit = FRAMES_TAKEN;
  Error.prepareStackTrace = (error, sites) => {
    const all = sites.filter((site) => isUsers(`    at ${site.toString()}`));
    const outside = all.filter((site) => library === null || !site.toString().includes(library));
    const frames = (outside.length > 0 ? outside : all).map(frameOf);
    // Kept aside: the printed form no longer says which script a frame was in.
    Object.defineProperty(error, RAW_FRAMES, { value: frames, configurable: true });
    return [header(error), ...readable(frames)].join("\n");
  };
}

/** Recursion shows once, with how often it was. */
function readable(frames: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < frames.length; ) {
    let end = at + 1;
    while (frames[end] === frames[at]) end++;
    lines.push(readableFrame(frames[at]!));
    if (end - at === 2) lines.push(readableFrame(frames[at]!));
    else if (end - at > 2) lines.push(`    … ${end - at - 1} more times the same`);
    at = end;
  }
  return lines;
}

/** `at f (path:line:column)`, with the lines of the TypeScript where that is what the user wrote. */
function frameOf(site: NodeJS.CallSite): string {
  const text = `    at ${site.toString()}`;
  const [url, line, column] = [site.getFileName(), site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
  const place = localPlace(url, line, column);
  return place ? text.replace(`${url}:${line}:${column}`, `${place.path}:${place.line}:${place.column}`) : text;
}

function isUsers(frame: string): boolean {
  return !frame.includes(OURS) && !/\bnode:|\(<anonymous>\)$|at <anonymous>$/.test(frame);
}

/** As V8 writes it, also for what only has the name and the message of an error, as what console.trace() prints. */
function header(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** The frames of an error as V8 gave them; empty for what is no error, or has a stack of its own making. */
function rawFrames(error: unknown): string[] {
  if (!isError(error)) return [];
  // Reading the stack is what makes V8 format it.
  void property(error, "stack");
  return (error as Traced)[RAW_FRAMES] ?? [];
}

/** Where in a cell an error arose. */
export function placeOf(error: unknown): Place | null {
  for (const frame of rawFrames(error)) {
    const place = placeInFrame(frame);
    if (place) return place;
  }
  return null;
}

/**
 * @param fallback Where the error arose if its stack does not say: V8 knows that of syntax errors.
 */
export function errorContent(error: unknown, fallback: Place | null = null): ErrorContent {
  if (!isError(error)) {
    const shown = safeInspect(error);
    const lines = [`${bold("Uncaught")} ${shown}`, ...(fallback ? placeLines(fallback) : [])];
    return { ename: "Uncaught", evalue: shown, traceback: lines };
  }
  const ename = String(property(error, "name") || "Error");
  const evalue = String(property(error, "message") ?? "");
  return { ename, evalue, traceback: errorLines(error, fallback, new Set()) };
}

function errorLines(error: Error, fallback: Place | null, seen: Set<unknown>): string[] {
  seen.add(error);
  const ename = String(property(error, "name") || "Error");
  const evalue = String(property(error, "message") ?? "");
  const lines = [evalue ? `${bold(ename)}: ${evalue}` : bold(ename)];
  const frames = rawFrames(error);
  const place = placeOf(error) ?? fallback;
  if (place && !placeOf(error)) lines.push(...placeLines(place));
  else lines.push(...readable(frames));
  lines.push(...failingFile(frames));
  if (place && placeOf(error)) lines.push("", ...codeFrame(place.source, place.line, place.column));
  const cause = property(error, "cause");
  if (cause !== undefined && !seen.has(cause)) lines.push("", ...nested("caused by", cause, seen));
  const errors = property(error, "errors");
  if (Array.isArray(errors)) {
    for (const [index, each] of errors.entries()) {
      if (!seen.has(each)) lines.push("", ...nested(`errors[${index}]`, each, seen));
    }
  }
  return lines;
}

/** The line of the user's own file in which the error arose, if it was in one. */
function failingFile([top]: string[]): string[] {
  const place = top === undefined ? null : localPlaceInFrame(top);
  const source = place && sourceOf(place);
  return place && source ? ["", ...codeFrame(source, place.line, place.column)] : [];
}

function placeLines({ label, source, line, column }: Place): string[] {
  return [`    at ${label}:${line}:${column}`, "", ...codeFrame(source, line, column)];
}

function nested(title: string, error: unknown, seen: Set<unknown>): string[] {
  const lines = isError(error) ? errorLines(error, null, seen) : [safeInspect(error)];
  return [`${title} ${lines[0]}`, ...lines.slice(1)].map((line) => `  ${line}`);
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** A property of an error that a getter or a proxy may guard with a throw of its own. */
function property(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function safeInspect(value: unknown): string {
  try {
    return inspect(value, { depth: 3, maxArrayLength: 50, maxStringLength: 2000 });
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function bold(text: string): string {
  return `\u001b[1;31m${text}\u001b[0m`;
}
