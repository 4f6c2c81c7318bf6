/**
 * Files for the modules of the cells to come. A new file that is imported makes another program, which takes the checker twenty milliseconds to put together; an
 * imported file that gets another text and imports the same as before is read anew, in one. So a row of empty files is imported before there is anything in
 * them, each of which imports whatever the file of the cell in hand does, and a cell that declares something fills one. Only when a row is full does the
 * program change, for the next row; the files of the full one then import no more than they use, or the program would hold every cell that ever ran.
 */
import { type CellModule, emptyModule } from "../cell-module.ts";
import type { KeptModules } from "./kept-modules.ts";

const IN_A_ROW = 12;

const specifierOf = (name: string): string => `./${name}.js`;

export class ModulePlaces {
  readonly #kept: KeptModules;
  readonly #write: (file: string, text: string) => void;
  /** Of all rows: no two modules are called the same. */
  #count = 0;
  #free: string[] = [];
  /** What is written into the filled files of this row in the end. */
  readonly #lasting = new Map<string, string>();
  /** What every file of this row imports. */
  #imports: readonly string[] = [];

  /** @param write Writes a file that lies beside the one of the cell in hand. */
  constructor(kept: KeptModules, write: (file: string, text: string) => void) {
    this.#kept = kept;
    this.#write = write;
  }

  /** @returns The specifier by which other cells import the module. */
  fill(module: CellModule): string {
    const name = this.#free.shift()!;
    this.#write(fileOf(name), module.text(this.#imports));
    this.#lasting.set(name, module.text([]));
    // What changes the types of everything counts for all cells that follow.
    if (!module.augments) this.#kept.unpin(specifierOf(name));
    if (this.#free.length === 0) this.#next();
    return specifierOf(name);
  }

  /** Leaves what there is, and begins a row that imports what is kept now. */
  restart(): void {
    this.#lasting.clear();
    this.#next();
  }

  #next(): void {
    for (const [name, text] of this.#lasting) this.#write(fileOf(name), text);
    this.#lasting.clear();
    this.#free = Array.from({ length: IN_A_ROW }, () => `gradbook-cell-${++this.#count}`);
    this.#kept.trim();
    for (const name of this.#free) this.#kept.pin(specifierOf(name));
    this.#imports = this.#kept.list();
    const empty = emptyModule(this.#imports);
    for (const name of this.#free) this.#write(fileOf(name), empty);
  }
}

/** No file of the user's is called so. */
function fileOf(name: string): string {
  return `${name}.ts`;
}
