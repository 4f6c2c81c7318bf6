/** A kernel whose cell is stopped in the debugger still does all that a kernel does. */
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Kernel, type Pending, startCheckedKernel } from "../support/client.ts";
import { DebugClient } from "../support/debug-client.ts";

const cell = 'console.log("before");\nfor (let i = 0; i < 1e9; i++) {\n  Math.random();\n}';

let kernel: Kernel;
let debug: DebugClient;
let running: Pending;

beforeEach(async () => {
  kernel = await startCheckedKernel();
  debug = new DebugClient(kernel);
  await kernel.execute("let kept = 7;");
  await debug.attach();
  await debug.setBreakpoints(cell, [{ line: 3 }]);
  ({ cell: running } = await debug.run(cell));
});
afterEach(async () => {
  if (kernel.process.exitCode === null) expect(await kernel.stop()).toMatchObject({ killed: false, leftovers: [] });
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

test("an interrupt ends the cell, keeps its variables, and leaves the debugger attached", async () => {
  const continued = debug.event("continued");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await running.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  await continued;
  expect((await kernel.execute("kept")).result).toEqual({ "text/plain": "7" });

  const { cell: again } = await debug.run(cell);
  await debug.do("disconnect");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await again.done).reply.content.ename).toBe("Interrupted");
});

test("control, completion and kernel_info are answered, and what was printed is there", async () => {
  const printed = kernel.messages.filter(
    ({ header, parent }) => header.msg_type === "stream" && parent.msg_id === running.id,
  );
  const info = await kernel.request("kernel_info_request", {}, { channel: "control" });
  expect(info.reply.content.status).toBe("ok");
  const completed = await kernel.request("complete_request", { code: "kept.toF", cursor_pos: 8 });
  expect(completed.reply.content.matches).toContain("toFixed");
  expect(printed.map(({ content }) => content.text)).toEqual(["before\n"]);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  await running.done;
});

test("disconnecting lets the cell go on", async () => {
  await debug.do("disconnect");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await running.done).reply.content.ename).toBe("Interrupted");
  // No breakpoint is left.
  expect((await kernel.execute("for (let i = 0; i < 3; i++) {\n  kept++;\n}\nkept;")).result).toEqual({
    "text/plain": "10",
  });
});

test("terminate ends the cell and the session", async () => {
  const terminated = debug.event("terminated");
  await debug.do("terminate");
  await terminated;
  expect((await running.done).reply.content.ename).toBe("Interrupted");
  expect(await debug.do("debugInfo")).toMatchObject({ isStarted: false, stoppedThreads: [], breakpoints: [] });
});

test("a restart ends the kernel at once", async () => {
  const { code, killed, leftovers, reply } = await kernel.stop({ restart: true });
  expect({ code, killed, leftovers }).toEqual({ code: 0, killed: false, leftovers: [] });
  expect(reply?.content.restart).toBe(true);
});

test("a killed executor is replaced, and its successor has the debugger attached and the breakpoints", async () => {
  const executor = kernel.children().find(({ command }) => command.includes("executor.js"))!;
  process.kill(executor.pid, "SIGKILL");
  expect((await running.done).reply.content).toMatchObject({ status: "error", ename: "ExecutorExit" });
  expect(await debug.do("debugInfo")).toMatchObject({ isStarted: true, stoppedThreads: [] });
  const { cell: again, reason } = await debug.run(cell);
  expect(reason).toBe("breakpoint");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await again.done).reply.content.ename).toBe("Interrupted");
});
