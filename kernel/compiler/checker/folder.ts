/**
 * Where the checker finds the cells: a temporary folder that stands for the notebook's. A file there resolves relative imports as if it lay beside the
 * notebook (the `rootDirs` of config.ts), and packages through links to every `node_modules` on the way up. Nothing is written into the user's folder,
 * and the checker reads plain files, which is twice as fast as asking us for each through a callback.
 */
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, parse } from "node:path";

const PREFIX = "gradbook-types-";

export class CellFolder {
  /** The folder that stands for the root of the file system. */
  readonly root: string;
  readonly #folder: string;

  /** @param notebook The notebook's folder. */
  constructor(notebook: string) {
    sweep();
    this.root = realpathSync(mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`)));
    this.#folder = join(this.root, belowRoot(notebook));
    mkdirSync(this.#folder, { recursive: true });
    for (let folder = notebook; ; folder = dirname(folder)) {
      // A link to what does not exist is one to what may be installed later.
      for (const name of ["node_modules", "package.json"]) {
        symlinkSync(join(folder, name), join(this.root, belowRoot(folder), name));
      }
      if (folder === dirname(folder)) break;
    }
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    const bytes = Buffer.from(text);
    // A file that is emptied and written anew goes to the disk when it is closed, on ext4, and who closes it waits: here the text is cut to its length last.
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
    try {
      writeFileSync(file, bytes);
      ftruncateSync(file, bytes.length);
    } finally {
      closeSync(file);
    }
    return path;
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function belowRoot(folder: string): string {
  return folder.slice(parse(folder).root.length);
}

/** Removes what kernels left that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0;
    if (pid > 0 && !lives(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process lives too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
