/** What the protocol process (A) and the executor (B) say to each other. */
import type { ErrorContent, ExpressionResult, MimeBundle } from "../protocol/messages.ts";
import type { LinkedComm } from "./comms.ts";

/** A cell of TypeScript made into a script, with what is needed to point back into its source. */
export interface CellScript {
  /** Unique for one execution; part of the script's URL. */
  id: string;
  /** The number that the user sees: `Cell [3]`. */
  label: string;
  source: string;
  code: string;
  /** Source maps from the script back to the source, the last step of the compiler first. */
  maps: string[];
}

/** What the executor is told on its command line. */
export interface ExecutorOptions {
  /** URL of the module whose exports are in scope in every cell, and its name in imports. */
  library: { url: string; name: string } | null;
}

export type ToExecutor =
  | { op: "execute"; cell: CellScript; expressions: Record<string, CellScript | ErrorContent>; allowStdin: boolean }
  | { op: "interrupt"; cells: string[]; sequence: number }
  | { op: "comm"; id: string; message: LinkedComm }
  | { op: "input_reply"; id: number; value: string | null }
  | { op: "names"; id: number }
  | { op: "members"; id: number; expression: string }
  | { op: "describe"; id: number; expression: string; detail: 0 | 1 };

export interface OutputChunk {
  cell: string | null;
  name: "stdout" | "stderr";
  text: string;
}

export type Outcome =
  | { status: "ok"; result: MimeBundle | null; expressions: Record<string, ExpressionResult> }
  | ({ status: "error" } & ErrorContent);

export type FromExecutor =
  | { op: "ready" }
  | { op: "exit"; code: number }
  | { op: "output"; chunks: OutputChunk[] }
  | { op: "display"; cell: string | null; bundle: MimeBundle; displayId?: string; update: boolean }
  | { op: "comm"; cell: string | null; message: LinkedComm }
  | { op: "comm_done"; id: string }
  | { op: "clear"; cell: string | null; wait: boolean }
  | { op: "input"; id: number; cell: string | null; prompt: string; password: boolean }
  | { op: "done"; cell: string; outcome: Outcome }
  | { op: "answer"; id: number; value: unknown };

/** How a member of an object or a name in scope looks to completion. */
export interface NameInfo {
  name: string;
  kind: "function" | "method" | "class" | "instance" | "keyword" | "property" | "module";
}

/** What inspection says of a value. */
export interface Description {
  type: string;
  text: string;
}

/** The object in the executor that compiled cells call. */
export const RUNTIME = "__gradbook__";

/** The URL of a cell's script, by which a stack frame is known to be the user's. */
export function cellUrl(id: string): string {
  return `gradbook-cell:${id}`;
}

/** Descriptors that the two processes share. */
export const LINK_FD = 3;
export const WATCHDOG_FD = 4;
export const INSPECTOR_FD = 5;

/** What A writes to the watchdog: signed integers of so many bytes. Above zero, the number of an interrupt; below, of a process that ends with A. */
export const WATCHDOG_BYTES = 4;

/** What A asks of the inspector of B's main thread, in the Chrome DevTools Protocol. */
export interface ToInspector {
  id: number;
  method: string;
  params: object;
}

/** The answer to a question, or a notification. */
export type FromInspector =
  | { id: number; result: object }
  | { id: number; error: string }
  | { method: string; params: object };
