/** Places in the user's own files, in the lines that the user wrote: compiled TypeScript has others. */
import { existsSync, readFileSync } from "node:fs";
import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { isLocal, withoutVersion } from "./local-file.ts";

export interface LocalPlace {
  path: string;
  line: number;
  column: number;
}

/** @returns Null where the URL is not of a file of the user's. */
export function localPlace(url: string | null | undefined, line: number, column: number): LocalPlace | null {
  if (!url || !isLocal(url)) return null;
  const path = fileURLToPath(withoutVersion(url));
  const origin = findSourceMap(url)?.findOrigin(line, column);
  return origin && "lineNumber" in origin
    ? { path, line: origin.lineNumber, column: origin.columnNumber }
    : { path, line, column };
}

/** The file's text; null if it is gone. */
export function sourceOf({ path }: LocalPlace): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** The place that a line of a stack trace names, if it is in a file of the user's. */
export function localPlaceInFrame(frame: string): LocalPlace | null {
  const match = /(?:\(|at )(\/[^()]*):(\d+):(\d+)\)?$/.exec(frame);
  if (!match || match[1]!.includes("/node_modules/")) return null;
  return { path: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}
