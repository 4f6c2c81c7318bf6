/** Output and marks on one stream: no text is lost, none is held back that cannot be a mark, and no mark is shown. */
import { expect, test } from "@jest/globals";
import { outputMark } from "../../../kernel/link/messages.ts";
import { MarkedStream } from "../../../kernel/supervisor/marked-stream.ts";

const token = "b1946ac9";

function read(pieces: (string | Buffer)[]): string[] {
  const events: string[] = [];
  const stream = new MarkedStream(
    token,
    (text) => events.push(text),
    (cell) => events.push(`[mark ${cell}]`),
  );
  for (const piece of pieces) stream.push(Buffer.from(piece));
  return events;
}

test("text before and after marks keeps its place", () => {
  expect(read([`a${outputMark(token, "1")}b${outputMark(token, "2")}c`])).toEqual([
    "a",
    "[mark 1]",
    "b",
    "[mark 2]",
    "c",
  ]);
});

test("a mark is found wherever the stream is cut", () => {
  const whole = `before${outputMark(token, "12")}after`;
  for (let cut = 0; cut <= whole.length; cut++) {
    const events = read([whole.slice(0, cut), whole.slice(cut)]);
    const mark = events.indexOf("[mark 12]");
    expect([events.slice(0, mark).join(""), events.slice(mark + 1).join("")]).toEqual(["before", "after"]);
  }
});

test("NUL characters of the user's own are text", () => {
  expect(read(["a\u0000b", "\u0000", "c\u0000other:1\u0000d"]).join("")).toBe("a\u0000b\u0000c\u0000other:1\u0000d");
});

test("text is given at once unless its end may begin a mark", () => {
  expect(read(["progress: 10%"])).toEqual(["progress: 10%"]);
  expect(read([`shown\u0000${token.slice(0, 3)}`])).toEqual(["shown"]);
  expect(read([`shown\u0000${token.slice(0, 3)}`, "…"]).join("")).toBe(`shown\u0000${token.slice(0, 3)}…`);
});

test("a character cut in two is put together", () => {
  const bytes = Buffer.from("né😀");
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(read([bytes.subarray(0, cut), bytes.subarray(cut)]).join("")).toBe("né😀");
  }
});
