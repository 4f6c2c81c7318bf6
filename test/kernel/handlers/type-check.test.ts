import { expect, test } from "@jest/globals";
import type { Language } from "../../../kernel/compiler/language.ts";
import { checkTypes } from "../../../kernel/handlers/type-check.ts";
import type { Executor } from "../../../kernel/supervisor/executor.ts";

test("a number or a text alone has no types to check, and everything else has", async () => {
  const checked: string[] = [];
  const module = (source: string) => ({ source, parses: source !== "{{" });
  const check = async ({ source }: { source: string }) => {
    checked.push(source);
    return [];
  };
  const language = { typecheck: "error", checkFailures: 0, types: { module, check } } as unknown as Language;
  for (const source of ["42", "1_000.5", "'text';", '"text"', "a", "4 + 2", '"a" + "b"', "`a`", "{{"]) {
    await checkTypes(source, "Cell [1]", language, {} as Executor, () => {});
  }
  expect(checked).toEqual(["a", "4 + 2", '"a" + "b"', "`a`"]);
});
