/** Comms: opened, spoken on and closed from either side, with bytes. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { Message } from "../support/client.ts";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

const bytes = (message: Message | undefined) => message?.buffers.map((buffer) => [...buffer]);
const ofType = (iopub: Message[], type: string) => iopub.filter(({ header }) => header.msg_type === type);
const openComms = async (target_name?: string) =>
  (await kernel.request("comm_info_request", target_name ? { target_name } : {})).reply.content.comms;

/** Sends a comm message, which has no reply, and waits until the kernel is idle again. */
async function say(type: string, content: object, buffers: Buffer[] = []): Promise<Message[]> {
  const after = kernel.mark();
  const { id } = kernel.send(type, content, { buffers, metadata: { from: "test" } });
  const isMine = ({ parent }: Message) => parent.msg_id === id;
  await kernel.waitForIopub("status", (message) => isMine(message) && message.content.execution_state === "idle", {
    after,
  });
  return kernel.messages.slice(after).filter((message) => message.channel === "iopub" && isMine(message));
}

test("a cell opens a comm, sends data with bytes, and closes it", async () => {
  const { iopub } = await kernel.execute(`
    const comm = comms.open("viewer", { at: 1 }, { metadata: { version: "2" }, buffers: [new Uint8Array([1, 2, 3])] });
    comm.send({ step: 2 }, { buffers: [new Float32Array([1]), new DataView(new ArrayBuffer(2))] });
    comm.close({ why: "done" });
    0`);
  const [opened, sent, closed] = ["comm_open", "comm_msg", "comm_close"].map((type) => ofType(iopub, type)[0]);
  expect(opened).toMatchObject({ content: { target_name: "viewer", data: { at: 1 } }, metadata: { version: "2" } });
  expect(bytes(opened)).toEqual([[1, 2, 3]]);
  expect(sent!.content).toEqual({ comm_id: opened!.content.comm_id, data: { step: 2 } });
  expect(bytes(sent)).toEqual([
    [0, 0, 128, 63],
    [0, 0],
  ]);
  expect(closed!.content).toEqual({ comm_id: opened!.content.comm_id, data: { why: "done" } });
});

test("what a cell sends keeps its place among what it prints", async () => {
  const { iopub } = await kernel.execute(`
    const placed = comms.open("viewer"); console.log("one"); placed.send({}); console.log("two"); placed.close(); 0`);
  expect(iopub.map(({ header }) => header.msg_type)).toEqual([
    "status",
    "execute_input",
    "comm_open",
    "stream",
    "comm_msg",
    "stream",
    "comm_close",
    "execute_result",
    "status",
  ]);
});

describe("a front end", () => {
  const id = randomUUID();

  test("opens a comm to a registered target, which hears it with its bytes and answers", async () => {
    await kernel.execute(`
      comms.registerTarget("echo", (comm, { data, buffers }) => {
        comm.send({ opened: data, bytes: buffers.map((each) => each.length) });
        comm.onMessage = ({ data, metadata, buffers }) => {
          console.log("heard", data.text);
          comm.send({ ...data, metadata }, { buffers: buffers.map((each) => each.toReversed()) });
        };
        comm.onClose = ({ data }) => console.log("closed", data.why);
      });`);
    const answers = await say("comm_open", { comm_id: id, target_name: "echo", data: { hello: "there" } }, [
      Buffer.from([7]),
    ]);
    expect(ofType(answers, "comm_msg").map(({ content }) => content.data)).toEqual([
      { opened: { hello: "there" }, bytes: [1] },
    ]);
  });

  test("sees it in comm_info, by target too", async () => {
    expect(await openComms()).toEqual({ [id]: { target_name: "echo" } });
    expect(await openComms("echo")).toEqual({ [id]: { target_name: "echo" } });
    expect(await openComms("other")).toEqual({});
  });

  test("speaks, and what the listener prints stands under the message that woke it", async () => {
    const answers = await say("comm_msg", { comm_id: id, data: { text: "hi" } }, [Buffer.from([1, 2, 3])]);
    expect(ofType(answers, "stream").map(({ content }) => content.text)).toEqual(["heard hi\n"]);
    const [answer] = ofType(answers, "comm_msg");
    expect(answer!.content.data).toEqual({ text: "hi", metadata: { from: "test" } });
    expect(bytes(answer)).toEqual([[3, 2, 1]]);
  });

  test("is answered while a cell runs, between its awaits", async () => {
    const cell = kernel.start("let finish = (_: number) => {}; await new Promise<number>((done) => (finish = done))");
    await kernel.waitForIopub("execute_input", ({ parent }) => parent.msg_id === cell.id);
    const answers = await say("comm_msg", { comm_id: id, data: { text: "meanwhile" } });
    expect(ofType(answers, "comm_msg")).toHaveLength(1);
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await cell.done).reply.content.status).toBe("error");
  });

  test("closes it, which its listener hears, and it is gone from comm_info", async () => {
    const answers = await say("comm_close", { comm_id: id, data: { why: "enough" } });
    expect(ofType(answers, "stream")[0]?.content.text).toBe("closed enough\n");
    expect(await openComms()).toEqual({});
  });

  test("that opens a comm to nobody is told by a comm_close", async () => {
    const nobody = randomUUID();
    const answers = await say("comm_open", { comm_id: nobody, target_name: "nobody", data: {} });
    expect(ofType(answers, "comm_close")[0]?.content.comm_id).toBe(nobody);
    expect(await openComms()).toEqual({});
  });

  test.each([
    ["comm_msg", { comm_id: "never opened", data: {} }],
    ["comm_close", { comm_id: "never opened" }],
    ["comm_open", {}],
    ["comm_msg", { comm_id: 5 }],
  ])("may say %s %j: the kernel goes on", async (type, content) => {
    const states = (await say(type, content)).filter(({ header }) => header.msg_type === "status");
    expect(states.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
    expect((await kernel.execute("1")).reply.content.status).toBe("ok");
  });
});

test("a listener that throws is told under the message, and the comm lives", async () => {
  const id = randomUUID();
  await kernel.execute(`
    comms.registerTarget("touchy", (comm) => { comm.onMessage = ({ data }) => { if (data.bad) throw new RangeError("ouch"); comm.send({ fine: true }); } });`);
  await say("comm_open", { comm_id: id, target_name: "touchy", data: {} });
  const complaint = ofType(await say("comm_msg", { comm_id: id, data: { bad: true } }), "stream")[0];
  expect(complaint?.content).toMatchObject({
    name: "stderr",
    text: expect.stringMatching(/listener of a comm failed:[\s\S]*ouch/),
  });
  expect(ofType(await say("comm_msg", { comm_id: id, data: {} }), "comm_msg")).toHaveLength(1);
});

test("a new executor has no comms: the front end is told that they are closed", async () => {
  await kernel.execute(`const doomed = comms.open("viewer"); 0`);
  const [id] = Object.keys((await openComms("viewer")) as object);
  const after = kernel.mark();
  await kernel.execute("process.exit()");
  await kernel.waitForIopub("comm_close", ({ content }) => content.comm_id === id, { after });
  expect(await openComms()).toEqual({});
});
