/** What the kernel answers while a cell keeps its executor busy. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Subscriber } from "zeromq";
import { type Kernel, startCheckedKernel } from "../support/client.ts";
import { decode } from "../support/wire.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startCheckedKernel();
});

afterAll(async () => {
  await kernel.stop();
});

test("heartbeat, control, and requests that need no executor are answered while a cell spins", async () => {
  const cell = kernel.start("while (true) {}");
  await kernel.waitForIopub("execute_input", ({ parent }) => parent.msg_id === cell.id);

  expect(await kernel.heartbeat("are you there?")).toBe("are you there?");
  const control = await kernel.request("kernel_info_request", {}, { channel: "control" });
  expect(control.reply).toMatchObject({ channel: "control", content: { status: "ok" } });
  const shell = await kernel.request("kernel_info_request");
  expect(shell.reply.content).toMatchObject({ status: "ok" });
  const complete = await kernel.request("is_complete_request", { code: "f(" });
  expect(complete.reply.content).toEqual({ status: "incomplete", indent: "  " });
  const comms = await kernel.request("comm_info_request", {});
  expect(comms.reply.content).toEqual({ status: "ok", comms: {} });
  // A front end shows the last state that it heard: after each idle of these, the cell's busy is said again.
  const idle = comms.iopub.at(-1)!.order;
  await kernel.waitForIopub(
    "status",
    ({ content, parent }) => content.execution_state === "busy" && parent.msg_id === cell.id,
    { after: idle },
  );

  const interrupt = await kernel.request("interrupt_request", {}, { channel: "control" });
  expect(interrupt.reply.content).toEqual({ status: "ok" });
  expect((await cell.done).reply.content.ename).toBe("Interrupted");
});

test("every front end is greeted when its subscription has reached the kernel", async () => {
  const other = await kernel.connect();
  for (const each of [kernel, other]) {
    const welcome = await each.waitForIopub("iopub_welcome");
    expect(welcome.content).toEqual({ subscription: "" });
    expect(welcome.parent).toEqual({});
  }
  other.close();
});

test("one that subscribes to a topic only is greeted in this topic, or it would not hear it", async () => {
  const socket = new Subscriber({ linger: 0 });
  try {
    socket.subscribe("a.topic.");
    socket.connect(kernel.address("iopub"));
    const { topic, header, content } = decode(await socket.receive(), kernel.connection.key, "iopub", 0);
    expect(topic.map(String)).toEqual(["a.topic."]);
    expect(header.msg_type).toBe("iopub_welcome");
    expect(content).toEqual({ subscription: "a.topic." });
  } finally {
    socket.close();
  }
});

test("a second front end sees what the first executes, and can execute itself", async () => {
  const other = await kernel.connect();
  const after = other.mark();
  const { id } = await kernel.execute("const shared = 'for both'; console.log(shared)");
  const seen = await other.waitForIopub("stream", ({ parent }) => parent.msg_id === id, { after });
  expect(seen.content.text).toBe("for both\n");
  expect((await other.execute("shared")).result?.["text/plain"]).toBe("'for both'");
  // Replies go to whoever asked.
  expect(other.messages.filter(({ channel, parent }) => channel === "shell" && parent.msg_id === id)).toEqual([]);
  other.close();
});
