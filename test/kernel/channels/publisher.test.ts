/** A subscriber that does not read costs neither memory without end nor anybody else's messages. */
import { afterEach, expect, test } from "@jest/globals";
import { Subscriber, XPublisher } from "zeromq";
import { ARREARS, Publisher } from "../../../kernel/channels/publisher.ts";

const KB = 1 << 10;
/** Beyond what waits in ZeroMQ and in the system. */
const all = 2 * ARREARS;
const open: (Subscriber | XPublisher)[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function publisher(log: string[]): Promise<{ publisher: Publisher; socket: XPublisher }> {
  const socket = new XPublisher({ sendHighWaterMark: ARREARS, linger: 0 });
  open.push(socket);
  socket.verbosity = "allSubs";
  const made = new Publisher(socket, (text) => log.push(text));
  await socket.bind("tcp://127.0.0.1:*");
  return { publisher: made, socket };
}

async function subscriber(to: XPublisher): Promise<Subscriber> {
  const socket = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
  open.push(socket);
  socket.subscribe();
  socket.connect(to.lastEndpoint!);
  await to.receive();
  return socket;
}

const numbered = (n: number) => [Buffer.from(String(n)), Buffer.alloc(64 * KB)];

test("a subscriber that never reads misses what is beyond the limit, the log says so once, and one that reads gets all", async () => {
  const log: string[] = [];
  const { publisher: to, socket } = await publisher(log);
  await subscriber(socket);
  const quick = await subscriber(socket);
  const got: string[] = [];
  const reading = (async () => {
    while (got.length < all) got.push((await quick.receive())[0]!.toString());
  })();
  for (let i = 0; i < all; i++) await to.send(numbered(i));
  await reading;
  expect(got).toEqual(Array.from({ length: all }, (_, i) => String(i)));
  expect(log).toEqual([expect.stringContaining("does not read")]);
});

test("a subscriber that reads late but reads gets everything, in order", async () => {
  const log: string[] = [];
  const { publisher: to, socket } = await publisher(log);
  const late = await subscriber(socket);
  const sending = (async () => {
    for (let i = 0; i < all; i++) await to.send(numbered(i));
  })();
  // As much as may wait is under way before the first is read.
  await new Promise((resolve) => setImmediate(resolve));
  const got: string[] = [];
  while (got.length < all) got.push((await late.receive())[0]!.toString());
  await sending;
  expect(got).toEqual(Array.from({ length: all }, (_, i) => String(i)));
  expect(log).toEqual([]);
});
