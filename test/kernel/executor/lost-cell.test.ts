/** The executor by itself, spoken to over its link: what it does about a cell that never came to it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterEach, expect, test } from "@jest/globals";
import { encodeFrame, FrameReader } from "../../../kernel/link/frames.ts";
import { type FromExecutor, LINK_FD, type ToExecutor } from "../../../kernel/link/messages.ts";
import { repository } from "../../support/client.ts";

const options = JSON.stringify({ library: null });
const flags = ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning"];

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function startExecutor() {
  const child = spawn(process.execPath, [...flags, join(repository, "dist/kernel/executor.js"), options], {
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  ends.push(() => child.kill("SIGKILL"));
  const link = child.stdio[LINK_FD] as Duplex;
  const received: FromExecutor[] = [];
  let wake = () => {};
  const reader = new FrameReader<FromExecutor>((message) => {
    received.push(message);
    wake();
  });
  link.on("data", (chunk: Buffer) => reader.push(chunk));
  return {
    /** The cells that were said to have ended, in order. */
    ended: () => received.flatMap((message) => (message.op === "done" ? [message.cell] : [])),
    send: (message: ToExecutor) => link.write(encodeFrame(message)),
    /** The first message of a kind, received or still to come. */
    async first<Kind extends FromExecutor["op"]>(op: Kind): Promise<Extract<FromExecutor, { op: Kind }>> {
      for (;;) {
        const found = received.find((message) => message.op === op);
        if (found) return found as Extract<FromExecutor, { op: Kind }>;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test("an interrupted cell that never came is said to be interrupted", async () => {
  const executor = startExecutor();
  await executor.first("ready");
  executor.send({ op: "interrupt", cells: ["never came"], sequence: 1 });
  expect(await executor.first("done")).toMatchObject({
    cell: "never came",
    outcome: { status: "error", ename: "Interrupted" },
  });
});

test("a cell that came and ended is not ended a second time", async () => {
  const executor = startExecutor();
  await executor.first("ready");
  const cell = { id: "1", label: "Cell [1]", source: "1", code: "1", maps: [] };
  executor.send({ op: "execute", cell, expressions: {}, allowStdin: false });
  expect(await executor.first("done")).toMatchObject({ cell: "1", outcome: { status: "ok" } });
  executor.send({ op: "interrupt", cells: ["1", "never came"], sequence: 1 });
  executor.send({ op: "names", id: 7 });
  await executor.first("answer");
  expect(executor.ended()).toEqual(["1", "never came"]);
});
