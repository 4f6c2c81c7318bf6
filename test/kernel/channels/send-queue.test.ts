/** A socket takes one send at a time: the queue keeps the order and never sends two at once. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { SendQueue } from "../../../kernel/channels/send-queue.ts";

/** A socket that, as ZeroMQ's do, refuses a second send while one is under way. */
class SlowSocket {
  readonly sent: string[] = [];
  #busy = false;

  async send(frames: Uint8Array[]): Promise<void> {
    if (this.#busy) throw new Error("Socket is busy writing");
    this.#busy = true;
    await setImmediate();
    this.#busy = false;
    this.sent.push(Buffer.concat(frames).toString());
  }
}

test("messages queued at once go out one after the other, in order", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  for (let i = 0; i < 20; i++) queue.send([Buffer.from(String(i))]);
  await queue.flushed();
  expect(socket.sent).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
});

test("flushed() waits also for what is queued while it waits", async () => {
  const socket = new SlowSocket();
  const queue = new SendQueue(socket);
  queue.send([Buffer.from("first")]);
  const flushed = queue.flushed();
  queue.send([Buffer.from("second")]);
  await flushed;
  expect(socket.sent).toEqual(["first", "second"]);
});

test("a queue says when it is crowded and when it is no longer", async () => {
  const queue = new SendQueue(new SlowSocket());
  const said: boolean[] = [];
  queue.onCrowded = (crowded) => said.push(crowded);
  for (let i = 0; i < 40; i++) queue.send([Buffer.alloc(1e6)]);
  expect(said).toEqual([true]);
  await queue.flushed();
  expect(said).toEqual([true, false]);
});

test("a message that the socket refuses is left out, and those behind it go out", async () => {
  const socket = new SlowSocket();
  const refusing = {
    send: (frames: Uint8Array[]) =>
      frames[0]!.length === 0 ? Promise.reject(new Error("refused")) : socket.send(frames),
  };
  const queue = new SendQueue(refusing);
  for (const text of ["first", "", "last"]) queue.send([Buffer.from(text)]);
  await queue.flushed();
  expect(socket.sent).toEqual(["first", "last"]);
});
