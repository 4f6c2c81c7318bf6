/** What was executed, in SQLite: several kernels write to one file, and none of them can spoil it for the others. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { IN_MEMORY } from "./location.ts";

export interface HistoryEntry {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS history (
    session INTEGER NOT NULL, line INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
    PRIMARY KEY (session, line)
  );`;

/** Another kernel holds the file for a moment at most. */
const PATIENCE_MS = 2000;

const COLUMNS = "SELECT session, line, input, output FROM history";
const OLDEST_FIRST = "ORDER BY session, line";

export class HistoryStore {
  readonly #database: Database.Database;
  /** The number of this session. */
  readonly session: number;

  private constructor(database: Database.Database) {
    this.#database = database;
    database.pragma(`busy_timeout = ${PATIENCE_MS}`);
    database.pragma("journal_mode = WAL");
    // A power cut may cost the last cells, never the file; a sync for every cell would cost milliseconds.
    database.pragma("synchronous = NORMAL");
    database.exec(SCHEMA);
    const { lastInsertRowid } = database
      .prepare("INSERT INTO sessions (started) VALUES (?)")
      .run(new Date().toISOString());
    this.session = Number(lastInsertRowid);
  }

  /** @throws {Error} If the file cannot be opened, or is no history. */
  static async open(file: string): Promise<HistoryStore> {
    // Most kernels are asked for no history until the first cell has run.
    const { default: Sqlite } = await import("libsql");
    if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return new HistoryStore(new Sqlite(file));
  }

  /** Writes all of them or none. A line that exists is replaced. */
  write(entries: readonly Omit<HistoryEntry, "session">[]): void {
    const statement = this.#database.prepare(
      "INSERT OR REPLACE INTO history (session, line, input, output) VALUES (?, ?, ?, ?)",
    );
    this.#database.transaction(() => {
      for (const { line, input, output } of entries) statement.run(this.session, line, input, output);
    })();
  }

  /** The last `n` of all sessions, oldest first. */
  tail(n: number): HistoryEntry[] {
    return this.#all(`SELECT * FROM (${COLUMNS} ORDER BY session DESC, line DESC LIMIT ?) ${OLDEST_FIRST}`, [n]);
  }

  /** The lines of a session from `start` up to, not including, `stop`. */
  range(session: number, start: number, stop: number): HistoryEntry[] {
    return this.#all(`${COLUMNS} WHERE session = ? AND line >= ? AND line < ? ${OLDEST_FIRST}`, [session, start, stop]);
  }

  /** The last `n` whose whole input matches the pattern, in which `*` stands for any text and `?` for one character. */
  search(pattern: string, n: number, unique: boolean): HistoryEntry[] {
    // Brackets stand for themselves.
    const glob = pattern.replaceAll("[", "[[]");
    const latest = unique ? "AND rowid IN (SELECT max(rowid) FROM history GROUP BY input)" : "";
    const newest = `${COLUMNS} WHERE input GLOB ? ${latest} ORDER BY session DESC, line DESC LIMIT ?`;
    return this.#all(`SELECT * FROM (${newest}) ${OLDEST_FIRST}`, [glob, n]);
  }

  close(): void {
    this.#database.close();
  }

  #all(sql: string, parameters: unknown[]): HistoryEntry[] {
    return this.#database.prepare(sql).all(...parameters) as HistoryEntry[];
  }
}
