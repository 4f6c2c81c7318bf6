/** The protocol counts the cursor in code points: an emoji before it must not move it. */
import { expect, test } from "@jest/globals";
import { cursorAt } from "../../../kernel/handlers/cursor.ts";

test("a cursor after characters outside the basic plane stands where the front end shows it", () => {
  expect(cursorAt("😀𝒳.ab", 3)).toEqual({ before: "😀𝒳.", after: "ab", codePoint: 3 });
});

test("a cursor that is missing or past the end is at the end, one before the start at the start", () => {
  expect(cursorAt("😀a", undefined)).toEqual({ before: "😀a", after: "", codePoint: 2 });
  expect(cursorAt("😀a", 99)).toEqual({ before: "😀a", after: "", codePoint: 2 });
  expect(cursorAt("ab", -1)).toEqual({ before: "", after: "ab", codePoint: 0 });
});
