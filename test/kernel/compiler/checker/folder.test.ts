import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { CellFolder } from "../../../../kernel/compiler/checker/folder.ts";

const notebook = mkdtempSync(join(tmpdir(), "gradbook-folder-"));
const folder = new CellFolder(notebook);

afterEach(() => {
  folder.close();
  rmSync(notebook, { recursive: true });
});

test("a file says what was written last and nothing of what it said before", () => {
  for (const text of ["const length = 1;\n", "const größe = '→';\n", "let a", "const longer: string = 'ö';\n", ""]) {
    const path = folder.write("cell.ts", text);
    expect(path).toBe(folder.path("cell.ts"));
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});
