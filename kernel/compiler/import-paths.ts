/** Files that an import could name, for completion: the checker lists packages, and files only of folders that it reads cells from. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const IMPORTABLE = /\.([mc]?[jt]s|[jt]sx|json|wasm|node)$/;

/**
 * @param folder The notebook's.
 * @param typed What stands in the string so far, such as `./lib/mo`.
 * @returns Names that go on after its last slash, folders with a slash of their own.
 */
export function importPaths(folder: string, typed: string): { name: string; kind: "file" | "folder" }[] {
  const slash = typed.lastIndexOf("/");
  const prefix = typed.slice(slash + 1);
  const parent = typed.slice(0, slash + 1);
  try {
    return readdirSync(parent.startsWith("/") ? parent : join(folder, parent), { withFileTypes: true })
      .filter(({ name }) => name.startsWith(prefix) && (prefix.startsWith(".") || !name.startsWith(".")))
      .flatMap((entry): { name: string; kind: "file" | "folder" }[] => {
        if (entry.isDirectory())
          return entry.name === "node_modules" ? [] : [{ name: `${entry.name}/`, kind: "folder" }];
        return IMPORTABLE.test(entry.name) ? [{ name: entry.name, kind: "file" }] : [];
      })
      .sort((a, b) => a.name.localeCompare(b.name));
  } catch {
    // No such folder, or one that may not be read: nothing to offer.
    return [];
  }
}
