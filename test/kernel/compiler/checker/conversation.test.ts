import { PassThrough } from "node:stream";
import { beforeEach, expect, test } from "@jest/globals";
import { Conversation } from "../../../../kernel/compiler/checker/conversation.ts";

let written: string;
let output: PassThrough;
let conversation: Conversation;

beforeEach(() => {
  written = "";
  const input = new PassThrough({ encoding: "utf8" });
  input.on("data", (text: string) => {
    written += text;
  });
  output = new PassThrough();
  conversation = new Conversation(input, output);
});

const framed = (message: object): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};

test("a question is a frame with its length in bytes", () => {
  void conversation.sendRequest({ method: "ask" }, { text: "größe" });
  void conversation.sendRequest({ method: "initialize" }, null);
  const [first, second] = written.split(/Content-Length: (?=\d)/).slice(1);
  const [length, body] = first!.split("\r\n\r\n");
  expect(Number(length)).toBe(Buffer.byteLength(body!));
  expect(JSON.parse(body!)).toEqual({ jsonrpc: "2.0", id: 1, method: "ask", params: { text: "größe" } });
  expect(JSON.parse(second!.split("\r\n\r\n")[1]!)).toEqual({
    jsonrpc: "2.0",
    id: 2,
    method: "initialize",
    params: [null],
  });
});

test("answers find their questions in whatever order and pieces they come", async () => {
  const first = conversation.sendRequest({ method: "a" }, {});
  const second = conversation.sendRequest({ method: "b" }, {});
  const third = conversation.sendRequest({ method: "c" }, {});
  const bytes = Buffer.concat([
    framed({ jsonrpc: "2.0", id: 2, result: "zweitens: ü" }),
    framed({ jsonrpc: "2.0", id: 99, result: "nobody asked" }),
    framed({ jsonrpc: "2.0", id: 3, error: { code: -1, message: "no such thing" } }),
    framed({ jsonrpc: "2.0", id: 1, result: null }),
  ]);
  for (const byte of bytes) output.write(Buffer.of(byte));
  expect(await second).toBe("zweitens: ü");
  await expect(third).rejects.toThrow("no such thing");
  expect(await first).toBeNull();
});

test("several answers may come at once, and a long one in many pieces", async () => {
  const questions = Array.from({ length: 3 }, () => conversation.sendRequest({ method: "a" }, {}));
  const long = "→".repeat(200_000);
  const bytes = Buffer.concat([1, 2, 3].map((id) => framed({ jsonrpc: "2.0", id, result: id === 2 ? long : id })));
  for (let at = 0; at < bytes.length; at += 65_536) output.write(bytes.subarray(at, at + 65_536));
  expect(await Promise.all(questions)).toEqual([1, long, 3]);
});
