/** The scripts of the executor that are the user's, by the files that the user knows them as. */
import { readFile } from "node:fs/promises";
import type { Debugger as V8 } from "node:inspector";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CompiledCell } from "../compiler/cell.ts";
import { isLocal, withoutVersion } from "../executor/local-file.ts";
import { compileModule, isTypeScript } from "../executor/module-compiler.ts";
import { type CellScript, cellUrl, RUNTIME } from "../link/messages.ts";
import type { Inspector } from "../supervisor/inspector.ts";
import type { CellFiles } from "./cell-files.ts";
import { ask } from "./remote.ts";
import { ScriptMap } from "./script-map.ts";

/** How V8 is told where breakpoints are: a file has another URL with every version. */
export type Place = { url: string } | { urlRegex: string };

export interface UserScript {
  place: Place;
  /** What the front end knows it as: a cell's file, or a file. */
  path: string;
  /** What the user knows it as: `Cell [3]`. */
  name: string;
  map: ScriptMap;
}

const CELL = cellUrl("");

/** A file as it would be loaded now. @throws {Error} If it cannot be read, or is not TypeScript. */
export async function fileScript(path: string): Promise<UserScript> {
  const source = await readFile(path, "utf8");
  const { code, map } = isTypeScript(path) ? await compileModule(path, source) : { code: source, map: null };
  const maps = map === null ? [] : [map];
  return { place: fileMatch(path), path, name: basename(path), map: new ScriptMap({ source, code, maps }) };
}

/** All versions of a file, also those that have not been loaded yet: V8 then stops in their first run. */
function fileMatch(path: string): Place {
  return { urlRegex: `^${escaped(pathToFileURL(path).href)}(\\?[^/]*)?$` };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

export class Scripts {
  readonly #files: CellFiles;
  readonly #inspector: () => Inspector;
  readonly #home: string;
  readonly #parsed = new Map<string, V8.ScriptParsedEventDataType>();
  readonly #known = new Map<string, Promise<UserScript | null>>();

  /** @param home URL of the folder where the kernel itself lies, library included. */
  constructor(files: CellFiles, inspector: () => Inspector, home: string) {
    this.#files = files;
    this.#inspector = inspector;
    this.#home = home;
  }

  /** V8 steps over what these match, as if it were one operation. */
  get foreign(): string[] {
    return ["^node:", "/node_modules/", `^${escaped(this.#home)}`];
  }

  /** V8 has read a script. */
  parsed(event: V8.ScriptParsedEventDataType): void {
    this.#parsed.set(event.scriptId, event);
  }

  /** A cell is about to run. */
  add(cell: CompiledCell, path: string): UserScript {
    const url = cellUrl(cell.id);
    const script = { place: { url }, path, name: cell.label, map: new ScriptMap(cell) };
    this.#known.set(url, Promise.resolve(script));
    return script;
  }

  /** @returns Null for what is not the user's. */
  async byId(scriptId: string): Promise<UserScript | null> {
    const event = this.#parsed.get(scriptId);
    return event ? this.#load(event.url, event) : null;
  }

  /** @returns Null for what is not the user's. */
  async byUrl(url: string): Promise<UserScript | null> {
    const event = [...this.#parsed.values()].findLast((script) => script.url === url);
    return event ? this.#load(url, event) : null;
  }

  /** Where breakpoints of a file are to be placed now. A cell's own script is known when it runs. */
  async ofPath(path: string): Promise<UserScript[]> {
    if (this.#files.codeOf(path) !== null) return this.#ofCell(path);
    const file = await fileScript(path).catch(() => null);
    return file ? [file] : [];
  }

  /** All that a cell has become: one that ran twice has two scripts. */
  async #ofCell(path: string): Promise<UserScript[]> {
    const code = this.#files.codeOf(path);
    const ids = code === null ? [] : await ask<string[]>(this.#inspector(), `${RUNTIME}.cellsOf`, code);
    const loaded = await Promise.all([...ids.map((id) => this.#load(cellUrl(id))), ...this.#known.values()]);
    return [...new Set(loaded)].filter((script) => script?.path === path) as UserScript[];
  }

  /** The files that have been loaded, for the list of sources. */
  paths(): string[] {
    return [...new Set([...this.#parsed.values()].flatMap(({ url }) => this.#pathOf(url) ?? []))];
  }

  /** The executor is another one. */
  forget(): void {
    this.#parsed.clear();
    this.#known.clear();
  }

  #load(url: string, event?: V8.ScriptParsedEventDataType): Promise<UserScript | null> {
    let script = this.#known.get(url);
    if (!script) {
      script = (url.startsWith(CELL) ? this.#cell(url) : this.#file(url, event)).catch(() => null);
      this.#known.set(url, script);
    }
    return script;
  }

  /** A cell that ran before anyone debugged. */
  async #cell(url: string): Promise<UserScript | null> {
    const cell = await ask<CellScript | null>(this.#inspector(), `${RUNTIME}.cellScript`, url.slice(CELL.length));
    return (
      cell && { place: { url }, path: this.#files.pathOf(cell.source), name: cell.label, map: new ScriptMap(cell) }
    );
  }

  /** The user's own file that a script is of. */
  #pathOf(url: string): string | null {
    if (!isLocal(url) || url.startsWith(this.#home)) return null;
    return fileURLToPath(withoutVersion(url));
  }

  async #file(url: string, event: V8.ScriptParsedEventDataType | undefined): Promise<UserScript | null> {
    const path = this.#pathOf(url);
    if (path === null || !event) return null;
    const { scriptId } = event;
    const { scriptSource } = await this.#inspector().post<{ scriptSource: string }>("Debugger.getScriptSource", {
      scriptId,
    });
    const inline = /^data:application\/json;(?:charset=[^;]*;)?base64,(.*)$/.exec(event.sourceMapURL ?? "");
    const maps = inline ? [Buffer.from(inline[1]!, "base64").toString()] : [];
    const source = await readFile(path, "utf8");
    return {
      place: fileMatch(path),
      path,
      name: basename(path),
      map: new ScriptMap({ source, code: scriptSource, maps }),
    };
  }
}
