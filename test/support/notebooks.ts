/** Notebook files, and their execution by nbconvert. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt, type Finished } from "../../tools/setup/step.ts";
import { repository } from "./client.ts";

export interface Output {
  output_type: "stream" | "execute_result" | "display_data" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  execution_count?: number | null;
}

export interface Cell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  metadata?: { jupyter?: { source_hidden?: boolean }; tags?: readonly string[] };
  source: string | string[];
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { name: string }; language_info?: Record<string, unknown> };
}

export const fixture = (name: string): string => join(repository, "test", "fixtures", name);

/** Text that a notebook keeps as one string or as lines. */
export const joined = (text: string | string[] | undefined): string =>
  Array.isArray(text) ? text.join("") : (text ?? "");

export function readNotebook(file: string): Notebook {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Writes a notebook of code cells that nobody has executed, by their ids. */
export function writeNotebook(file: string, sources: Readonly<Record<string, string>>): void {
  const cells = Object.entries(sources).map(([id, source]) => ({
    cell_type: "code",
    id,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const kernelspec = { display_name: "TypeScript (gradbook)", language: "typescript", name: "gradbook" };
  writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
}

/** The notebook as its author wrote it. */
export function withoutOutputs(notebook: Notebook): Notebook {
  const clear = (cell: Cell): Cell =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell;
  return { ...notebook, cells: notebook.cells.map(clear) };
}

/** The cell of that id, or an error that lists the ids. */
export function cellOf(notebook: Notebook, id: string): Cell {
  const cell = notebook.cells.find((cell) => cell.id === id);
  if (!cell) throw new Error(`No cell ${id}: the notebook has ${notebook.cells.map((cell) => cell.id).join(", ")}`);
  return cell;
}

/** Executes a notebook as a reader would on the command line. */
export function nbconvert(notebook: string, to: string, folder: string, ...options: string[]): Promise<Finished> {
  mkdirSync(folder, { recursive: true });
  const args = ["-m", "nbconvert", "--to", to, "--execute", "--output-dir", folder, ...options, notebook];
  return attempt(python, args, pythonEnv());
}
