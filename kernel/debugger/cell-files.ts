/** Cells as the files by which the debugger's protocol knows them: named by the hash of their code, so that a front end finds the cell to a file. */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { murmur2 } from "./murmur2.ts";

export const HASH_SEED = 0x6772_6164;
export const SUFFIX = ".ts";

export class CellFiles {
  readonly #folder = join(tmpdir(), `gradbook-${process.pid}-${randomUUID().slice(0, 8)}`);
  readonly #codes = new Map<string, string>();

  get prefix(): string {
    return this.#folder + sep;
  }

  /** The path of a cell, whose code is known from here on. */
  pathOf(code: string): string {
    const path = `${this.prefix}${murmur2(code, HASH_SEED)}${SUFFIX}`;
    this.#codes.set(path, code);
    return path;
  }

  /** The code of a cell that was dumped or has run; null for every other path. */
  codeOf(path: string): string | null {
    return this.#codes.get(path) ?? null;
  }

  /** Writes the cell to its file. @returns The path. */
  dump(code: string): string {
    const path = this.pathOf(code);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, code, { mode: 0o600 });
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
