/** What `jupyter console` is told at every Enter. */
import { describe, expect, test } from "@jest/globals";
import { completeness } from "../../../kernel/compiler/completeness.ts";

describe("a cell is complete", () => {
  test.each([
    "1",
    "",
    "// only a comment",
    "const x = 1;",
    "if (x) { y() }",
    "const x: Array<{ a: number }> = []",
    "await fetch(url)",
    "class A { #x = 1 }",
    "`text (`",
    "/[(]/.test(s)",
    "'(' + \"[\" + `{`",
    "x++",
    "{ a: 1 }",
    "{ a: 1, b: 2 }",
    "@d class A {}",
    "using x = f()",
    "%typecheck off",
    "%typecheck off\nconst x = 1",
  ])("%j", (code) => expect(completeness(code)).toEqual({ status: "complete" }));
});

describe("a cell wants another line, indented for what is open", () => {
  test.each([
    ["function f() {", "  "],
    ["if (x) {\n  while (y) {", "    "],
    ["f(1,", "  "],
    ["const xs = [", "  "],
    ["class A {\n  m() {\n  }", "  "],
    ["const f = () =>", "  "],
    ["x =", "  "],
    ["a +", "  "],
    ["a &&", "  "],
    ["obj.", "  "],
    ["`a template", ""],
    ["/* a comment", ""],
    ["const x: {", "  "],
    ["f(`(`, {", "    "],
    ["try {\n} catch {", "  "],
    ["%typecheck off\nfunction f() {", "  "],
    ["if (x)", "  "],
    ["for (const x of xs)", "  "],
    ["else_ ? 1 :", "  "],
    ["async () => {", "  "],
  ])("%j", (code, indent) => expect(completeness(code)).toEqual({ status: "incomplete", indent }));
});

describe("a cell cannot become right by typing on", () => {
  test.each(["const x = ;", "f())", "'open", "}", "a b", "1 = 2;;)", "let = = 3", "f(]"])("%j", (code) =>
    expect(completeness(code)).toEqual({ status: "invalid" }),
  );
});
