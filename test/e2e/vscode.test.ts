/**
 * What VS Code does without a Jupyter server: it starts what the kernelspec says, connects straight to the sockets, asks for kernel_info on shell and
 * control until there is a reply and something on iopub, and in the end kills the tree of processes without a shutdown_request.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { environmentFolder } from "../../tools/setup/python.ts";
import { Kernel, newConnection } from "../support/client.ts";

interface KernelSpec {
  argv: string[];
  language: string;
  interrupt_mode: string;
}

const spec: KernelSpec = JSON.parse(
  readFileSync(join(environmentFolder, "share", "jupyter", "kernels", "gradbook", "kernel.json"), "utf8"),
);
let kernel: Kernel;

const control = (type: string) => kernel.request(type, {}, { channel: "control" });

/** VS Code's own words in an execute_request. */
const asVsCode = { silent: false, stop_on_error: false, allow_stdin: true, store_history: true };

beforeAll(async () => {
  // The kernel's process knows of no Jupyter: nobody tells it whose death should be its own.
  const env = { JPY_PARENT_PID: undefined, GRADBOOK_HISTORY: "off" };
  kernel = new Kernel(await newConnection({ kernel_name: "gradbook" }), { argv: spec.argv, env });
});

afterAll(async () => {
  await kernel.kill();
});

test("the kernelspec says what VS Code looks at: the language, and that interrupts are messages", () => {
  expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "message" });
  expect(spec.argv).toContain("{connection_file}");
});

test("kernel_info is answered on shell and on control, as often as it is asked, and iopub speaks", async () => {
  // Asked before the kernel listens: the messages wait in the sockets.
  const asked = Array.from({ length: 3 }, () => [
    kernel.send("kernel_info_request"),
    kernel.send("kernel_info_request", {}, { channel: "control" }),
  ]).flat();
  for (const { reply } of asked)
    expect((await reply).content).toMatchObject({ status: "ok", implementation: "gradbook" });
  await kernel.waitFor(({ channel }) => channel === "iopub");
  await kernel.ready();
});

test("a cell runs, with its output and its answer on stdin", async () => {
  const { stdout, result, reply } = await kernel.execute(
    "const name = await input('Who? '); console.log('hello ' + name); name.length",
    asVsCode,
    { input: () => "Ada" },
  );
  expect(reply.content).toMatchObject({ status: "ok", execution_count: 1 });
  expect({ stdout, text: result?.["text/plain"] }).toEqual({ stdout: "hello Ada\n", text: "3" });
});

test("Stop is an interrupt_request on control", async () => {
  const cell = kernel.start("console.log('here'); while (true) {}", asVsCode);
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  expect((await control("interrupt_request")).reply.content).toEqual({ status: "ok" });
  expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect((await kernel.execute("name", asVsCode)).result?.["text/plain"]).toBe("'Ada'");
});

test("completion, hover and comm_info are answered with what VS Code reads of them", async () => {
  const completion = await kernel.request("complete_request", { code: "Math.sq", cursor_pos: 7 });
  expect(completion.reply.content).toMatchObject({ status: "ok", matches: ["sqrt"], cursor_start: 5, cursor_end: 7 });
  const hover = await kernel.request("inspect_request", { code: "name", cursor_pos: 4, detail_level: 0 });
  expect(hover.reply.content).toMatchObject({ found: true, data: { "text/plain": expect.stringContaining("string") } });
  expect((await kernel.request("comm_info_request", {})).reply.content).toEqual({ status: "ok", comms: {} });
});

test("killing the tree, children first, leaves nothing behind", async () => {
  const cell = kernel.start(
    "import { spawn } from 'node:child_process'; spawn('sleep', ['300']); console.log('here'); while (true) {}",
    asVsCode,
  );
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  for (const { pid } of kernel.children().toReversed()) process.kill(pid, "SIGTERM");
  expect((await kernel.kill("SIGTERM")).leftovers).toEqual([]);
});
