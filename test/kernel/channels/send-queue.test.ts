/** A socket takes one send at a time: the queue keeps the order and never sends two at once. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { SendQueue } from "../../../kernel/channels/send-queue.ts";
import type { Frame } from "../../../kernel/protocol/wire.ts";

/** A socket that, as ZeroMQ's do, refuses a second send while one is under way. */
class SlowSocket {
  readonly sent: string[] = [];
  #busy = false;

  async send(frames: Frame[]): Promise<void> {
    if (this.#busy) throw new Error("Socket is busy writing");
    this.#busy = true;
    await setImmediate();
    this.#busy = false;
    this.sent.push(frames.map(String).join(""));
  }
}

test("messages queued at once go out one after the other, in order", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  for (let i = 0; i < 20; i++) queue.send(() => [String(i)]);
  await queue.flushed();
  expect(socket.sent).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
});

test("flushed() waits also for what is queued while it waits", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  queue.send(() => ["first"]);
  const flushed = queue.flushed();
  queue.send(() => ["second"]);
  await flushed;
  expect(socket.sent).toEqual(["first", "second"]);
});

test("a queue says when it is crowded and when it is no longer", async () => {
  let free = () => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const queue = new SendQueue({ send: () => held });
  const said: boolean[] = [];
  queue.onCrowded = (crowded) => said.push(crowded);
  queue.send(() => ["the socket is busy from now on"]);
  await setImmediate();
  for (let i = 0; i < 40; i++) queue.send(() => [Buffer.alloc(1e6)]);
  expect(said).toEqual([true]);
  free();
  await queue.flushed();
  expect(said).toEqual([true, false]);
});

test("a message that the socket refuses is left out, and those behind it go out", async () => {
  const socket = new SlowSocket();
  const refusing = {
    send: (frames: Frame[]) => (frames[0] === "" ? Promise.reject(new Error("refused")) : socket.send(frames)),
  };
  const queue = new SendQueue(refusing);
  for (const text of ["first", "", "last"]) queue.send(() => [text]);
  await queue.flushed();
  expect(socket.sent).toEqual(["first", "last"]);
});

test("what is queued while there is something to do is encoded when that is done, in order; what comes later at once", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  const encoded: string[] = [];
  const send = (text: string) =>
    queue.send(() => {
      encoded.push(text);
      return [text];
    });
  send("first");
  for (let i = 0; i < 20; i++) await null;
  send("second");
  expect(encoded).toEqual([]);
  while (encoded.length === 0) await setImmediate();
  send("third");
  expect(encoded).toContain("third");
  await queue.flushed();
  expect(socket.sent).toEqual(["first", "second", "third"]);
});

test("a message that cannot be encoded is left out, too", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  queue.send(() => {
    throw new TypeError("a circle");
  });
  queue.send(() => ["last"]);
  await queue.flushed();
  expect(socket.sent).toEqual(["last"]);
});
