/** Outputs one below the other, as a notebook keeps them. */
import { stripVTControlCharacters } from "node:util";
import type { ErrorContent, MimeBundle } from "../notebook.ts";
import { escapeHtml } from "./escape.ts";

type StreamName = "stdout" | "stderr";

interface Stream {
  readonly output_type: "stream";
  readonly name: StreamName;
  readonly text: string;
}

type Output =
  | Stream
  | ({ readonly output_type: "display_data" } & MimeBundle)
  | ({ readonly output_type: "error" } & ErrorContent);

/** The place of an output that is still being made, or has a name under which it may be another one later. */
interface Entry {
  readonly id?: string;
  output: Output | null;
}

/** What a place holds: texts, displays and errors, some of them still being made. */
export class Outputs {
  private entries: Entry[] = [];
  /** Whether what comes next comes instead of what is there. */
  private isOld = false;

  /** Text goes on where text of that stream ended. */
  write(name: StreamName, text: string): void {
    this.renew();
    const last = this.entries.at(-1);
    const before = last?.output;
    if (last && before?.output_type === "stream" && before.name === name) {
      last.output = { ...before, text: joined(before.text, text) };
    } else {
      this.entries.push({ output: { output_type: "stream", name, text: joined("", text) } });
    }
  }

  /** Tells of an error. */
  fail(error: ErrorContent): void {
    this.renew();
    this.entries.push({ output: { output_type: "error", ...error } });
  }

  /** A place at the end; with `update`, those that have the id. @returns Null if there is none any more. */
  place(id: string, { update }: { update: boolean }): { fill(bundle: MimeBundle): void } | null {
    let places: Entry[];
    if (update) {
      places = this.entries.filter((entry) => entry.id === id);
    } else {
      this.renew();
      places = [{ id, output: null }];
      this.entries.push(...places);
    }
    if (places.length === 0) return null;
    return {
      fill: ({ data, metadata }) => {
        for (const entry of places) entry.output = { output_type: "display_data", data, metadata };
      },
    };
  }

  /** Removes all; with `wait`, when the next output comes. */
  clear({ wait }: { wait: boolean }): void {
    this.isOld = wait;
    if (!wait) this.entries = [];
  }

  private renew(): void {
    if (this.isOld) this.clear({ wait: false });
  }

  /** Those that are made. */
  list(): Output[] {
    return this.entries.flatMap(({ output }) => output ?? []);
  }

  /** Without a script, for readers without widgets. */
  html(): string {
    return `<div>${this.list().map(htmlOf).join("")}</div>`;
  }

  /** For consoles. */
  toString(): string {
    return this.list().map(textOf).join("");
  }
}

/** As a terminal would show it: a line that returns to its start is written over. */
function joined(before: string, text: string): string {
  return (before + text).replaceAll("\r\n", "\n").replaceAll(/[^\n]*\r(?=[^\n])/g, "");
}

/** The output's HTML, else its picture, else its text. */
function htmlOf(output: Output): string {
  if (output.output_type !== "display_data") return `<pre>${escapeHtml(textOf(output))}</pre>`;
  const { "text/html": html, "image/png": png, "text/plain": text } = output.data;
  if (typeof html === "string") return html;
  const { width } = (output.metadata["image/png"] ?? {}) as { width?: number };
  const size = width === undefined ? "" : ` width="${Number(width)}"`;
  const words = escapeHtml(String(text ?? ""));
  return typeof png === "string"
    ? `<img src="data:image/png;base64,${png}" alt="${words}"${size}>`
    : `<pre>${words}</pre>`;
}

function textOf(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return stripVTControlCharacters(output.text);
    case "error":
      return `${stripVTControlCharacters(output.traceback.join("\n"))}\n`;
    case "display_data":
      return `${String(output.data["text/plain"] ?? "")}\n`;
  }
}
