/**
 * Compiled files, kept by what they are made of: the compiler, its flags, the file and every file that it includes, as the compiler told of it the last
 * time. So a header that changes costs only what includes it.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Compiler {
  readonly command: string;
  /** What `--version` prints: objects of another compiler are not used. */
  readonly version: string;
}

/** One file with its flags. Paths among them are relative to the folder of the sources, which the compiler runs in. */
export interface Unit {
  /** Without `.cpp`. */
  readonly file: string;
  readonly flags: readonly string[];
}

export interface Places {
  readonly sources: string;
  /** Where objects are kept from build to build. */
  readonly kept: string;
  /** Where they are made. */
  readonly work: string;
}

/** The path of the compiled file: from the cache, if nothing that it is made of has changed. */
export async function objectOf({ file, flags }: Unit, compiler: Compiler, places: Places): Promise<string> {
  const { sources, kept, work } = places;
  const name = `${file}-${hashOf([JSON.stringify([compiler.version, flags])])}`;
  const list = join(kept, `${name}.json`);
  const object = (included: readonly string[]) =>
    join(kept, `${name}-${hashOf(included.flatMap((path) => [path, readFileSync(join(sources, path))]))}.o`);

  const known = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as string[]) : [];
  // The list holds until one of the files on it changes, and then the object has another name.
  if (known.length > 0 && known.every((path) => existsSync(join(sources, path)))) {
    const path = object(known);
    if (existsSync(path)) return path;
  }

  const made = join(work, `${name}.o`);
  const rule = join(work, `${name}.d`);
  const begun = Date.now();
  await run(compiler.command, [...flags, "-MMD", "-MF", rule, "-c", `${file}.cpp`, "-o", made], sources);
  const included = prerequisites(readFileSync(rule, "utf8"));
  // What was written meanwhile may not be what the compiler has read.
  if (included.some((path) => statSync(join(sources, path)).mtimeMs > begun + 1)) return made;
  mkdirSync(kept, { recursive: true });
  const path = object(included);
  renameSync(made, path);
  writeFileSync(join(work, `${name}.json`), JSON.stringify(included));
  renameSync(join(work, `${name}.json`), list);
  return path;
}

/** The files that a rule for make names as what its target is made of. */
function prerequisites(rule: string): string[] {
  const text = rule.slice(rule.indexOf(": ") + 2).replaceAll("\\\n", " ");
  return (text.match(/(?:\\.|\S)+/g) ?? []).map((path) => path.replace(/\\([ #])/g, "$1").replaceAll("$$", "$"));
}

function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest("hex").slice(0, 32);
}

/** Runs the compiler in a folder; fails with the first lines of what it says. */
export function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(output.trim().split("\n").slice(0, 5).join("\n"))),
    );
  });
}
