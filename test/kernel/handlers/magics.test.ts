/** Lines that are addressed to the kernel. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import type { Language } from "../../../kernel/compiler/language.ts";
import { MagicError, obeyMagics } from "../../../kernel/handlers/magics.ts";

const language = () => ({ typecheck: "error" }) as Language;

test("a cell without magics is left as it is", () => {
  for (const code of ["", "1 % 2", "a\n%b", "const s = `\n%typecheck off`"])
    expect(obeyMagics(code, language())).toEqual({ code, prelude: "", payloads: [] });
});

test("a magic is obeyed, and blanks stand in its place, so that positions stay right", () => {
  const setting = language();
  expect(obeyMagics("%typecheck off\nf()", setting).code).toBe("              \nf()");
  expect(setting.typecheck).toBe("off");
});

test("several magics may stand in front, with empty lines and blanks between", () => {
  const setting = language();
  expect(obeyMagics("\n  %typecheck off \n\n%typecheck   warn\nf()\n%g", setting).code.trim()).toBe("f()\n%g");
  expect(setting.typecheck).toBe("warn");
});

test("what a magic does not take is refused with what it does", () => {
  expect(() => obeyMagics("%typecheck maybe", language())).toThrow("%typecheck maybe: expected error, warn, off");
});

test("%load has the front end put the text of a file in place of the cell, from the notebook's folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-magics-"));
  writeFileSync(join(folder, "some file.ts"), "const a = 1;\n");
  try {
    const { payloads, prelude } = obeyMagics("%load some file.ts", { folder } as Language);
    expect({ payloads, prelude }).toEqual({
      payloads: [{ source: "set_next_input", text: "const a = 1;\n", replace: true }],
      prelude: "",
    });
    expect(() => obeyMagics("%load none.ts", { folder } as Language)).toThrow(/^%load none.ts: .*no such file/);
    expect(() => obeyMagics("%load", { folder } as Language)).toThrow("%load: expected a file");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("exit and quit, as a cell of their own, have a console leave, unless a cell has declared the name", () => {
  const declared = (...names: string[]) => ({ types: { names: () => names } }) as unknown as Language;
  const leave = (keepkernel: boolean) => ({ payloads: [{ source: "ask_exit", keepkernel }], code: "" });
  for (const code of ["exit", " quit ", "exit()", "quit( );\n"]) {
    const { payloads, code: rest } = obeyMagics(code, declared("total"));
    expect({ payloads, code: rest.trim() }).toEqual(leave(false));
  }
  expect(obeyMagics("exit()", declared("exit"))).toEqual({ code: "exit()", prelude: "", payloads: [] });
  for (const code of ["exit(1)", "exit.code", "exit\nquit"]) expect(obeyMagics(code, declared()).payloads).toEqual([]);
  expect(obeyMagics("%exit keep", language()).payloads).toEqual(leave(true).payloads);
  expect(() => obeyMagics("%exit now", language())).toThrow("%exit now: expected nothing, or keep");
});

test("%edit has the front end open a file of the notebook's folder, at a line", () => {
  const edit = (code: string) => obeyMagics(code, { folder: "/notes" } as Language).payloads;
  expect(edit("%edit my model.ts:12")).toEqual([
    { source: "edit", filename: resolve("/notes/my model.ts"), line_number: 12 },
  ]);
  expect(edit("%edit ./model.ts")).toEqual([{ source: "edit", filename: resolve("/notes/model.ts"), line_number: 1 }]);
  expect(() => edit("%edit")).toThrow("%edit: expected a file");
});

test("an unknown magic is refused with the ones there are, inherited names of objects too", () => {
  for (const name of ["matplotlib", "constructor", "toString"]) {
    expect(() => obeyMagics(`%${name} inline`, language())).toThrow(MagicError);
    expect(() => obeyMagics(`%${name} inline`, language())).toThrow(`There is no magic %${name}: this kernel knows %`);
  }
});
