/** Messages between the two processes, whatever pieces the stream cuts them into. */
import { expect, test } from "@jest/globals";
import { encodeFrame, FrameReader } from "../../../kernel/link/frames.ts";

const messages = [{ op: "ready" }, { text: "ζ 😀\u0000\n" }, {}, { text: "x".repeat(100_000) }, [1, null]];
const stream = Buffer.concat(messages.map(encodeFrame));

function readInPieces(size: number): unknown[] {
  const received: unknown[] = [];
  const reader = new FrameReader((message) => received.push(message));
  for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
  return received;
}

test.each([1, 2, 3, 5, 7, 1000, 65_536, stream.length])("pieces of %i bytes give the same messages", (size) => {
  expect(readInPieces(size)).toEqual(messages);
});

test("a message is given as soon as it is whole, before the next begins", () => {
  const received: unknown[] = [];
  const reader = new FrameReader((message) => received.push(message));
  const frame = encodeFrame({ a: 1 });
  reader.push(frame.subarray(0, -1));
  expect(received).toEqual([]);
  reader.push(frame.subarray(-1));
  expect(received).toEqual([{ a: 1 }]);
});
