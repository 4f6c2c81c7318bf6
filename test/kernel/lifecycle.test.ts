/** The kernel's end, however it comes: nothing is left running. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type Kernel, ourKernel, startKernel } from "../support/client.ts";
import type { ProcessInfo } from "../support/processes.ts";

/** A kernel in the middle of something, with children of the cell's own. */
async function busyKernel(code: string): Promise<Kernel> {
  const kernel = await startKernel();
  await kernel.execute(`
    import { spawn } from "node:child_process";
    const child = spawn("sleep", ["300"]);
    const grandchild = spawn("sh", ["-c", "sleep 300 & sleep 300"], { stdio: "ignore" });
    0`);
  const cell = kernel.start(`console.log("here"); ${code}`);
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  return kernel;
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const tell = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}

test.each([false, true])("shutdown_request with restart %s is answered, then the kernel ends", async (restart) => {
  const kernel = await startKernel();
  await kernel.execute("1");
  const stopped = await kernel.stop({ restart });
  expect(stopped).toMatchObject({ code: 0, signal: null, killed: false, leftovers: [] });
  expect(stopped.reply?.content).toEqual({ status: "ok", restart });
  // The whole exchange was published before the sockets closed.
  const mine = kernel.messages.filter(({ parent }) => parent.msg_id === stopped.reply?.parent.msg_id);
  const published = mine.filter(({ channel }) => channel === "iopub").map(({ content }) => content);
  // Those who did not ask hear of it, too.
  expect(published).toEqual([{ execution_state: "busy" }, { execution_state: "idle" }, { status: "ok", restart }]);
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

test("shutdown_request on shell works as well", async () => {
  const kernel = await startKernel();
  const { reply } = await kernel.send("shutdown_request", { restart: false });
  expect((await reply).content).toEqual({ status: "ok", restart: false });
  expect(await kernel.exited).toEqual({ code: 0, signal: null });
  expect((await kernel.kill()).leftovers).toEqual([]);
});

test.each([
  ["a cell that spins", "while (true) {}"],
  ["a cell that waits", "await new Promise(() => {})"],
  [
    "a child that ignores every signal that can be ignored",
    `
    spawn("sh", ["-c", "trap '' INT TERM HUP; sleep 300"]); await new Promise(() => {})`,
  ],
])("shutdown during %s leaves no process behind", async (_name, code) => {
  const kernel = await busyKernel(code);
  expect(kernel.family().length).toBeGreaterThan(2);
  expect(await kernel.stop()).toMatchObject({ code: 0, killed: false, leftovers: [] });
});

test.each(["SIGKILL", "SIGTERM", "SIGHUP"] as const)("%s to the kernel ends all its processes", async (signal) => {
  const kernel = await busyKernel("while (true) {}");
  expect(kernel.family().length).toBeGreaterThan(2);
  expect((await kernel.kill(signal)).leftovers).toEqual([]);
});

test.each([0, 150, 300, 450])("a kernel killed %i ms after its start leaves nothing either", async (ms) => {
  const kernel = await startKernel();
  // Not waited for anything: the moment is the point. The type checker loads about now.
  await new Promise((resolve) => setTimeout(resolve, ms));
  expect((await kernel.kill()).leftovers).toEqual([]);
});

test("a kernel whose front end was killed ends by itself", async () => {
  // A shell in between plays the front end: it starts the kernel and dies without a word.
  const kernel = await startKernel({
    argv: ["sh", "-c", `"$0" "$@" & wait`, ...ourKernel],
    env: { JPY_PARENT_PID: "1" },
  });
  await kernel.execute("1");
  const family = kernel.family();
  expect(family.length).toBeGreaterThan(1);
  expect((await kernel.kill()).leftovers).toEqual([]);
});

test("an executor killed from outside is replaced, the cell fails with the reason, and the kernel goes on", async () => {
  const kernel = await startKernel();
  const pid = Number((await kernel.execute("let lost = 1; process.pid")).result?.["text/plain"]);
  const cell = kernel.start("console.log('here'); await new Promise(() => {})");
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  process.kill(pid, "SIGKILL");
  const { reply } = await cell.done;
  expect(reply.content).toMatchObject({ status: "error", ename: "ExecutorExit" });
  expect(reply.content.evalue).toMatch(/SIGKILL.*fresh executor was started, and all variables are gone/);
  expect((await kernel.execute("lost")).error?.traceback.join("\n")).toMatch(/lost/);
  expect((await kernel.execute("const lost = 2; lost")).result?.["text/plain"]).toBe("2");
  expect((await kernel.stop()).leftovers).toEqual([]);
});

test("an executor that is about to start is not ended by interrupts", async () => {
  const kernel = await startKernel();
  const pid = Number((await kernel.execute("process.pid")).result?.["text/plain"]);
  process.kill(pid, "SIGKILL");
  await kernel.waitForIopub("stream", ({ content }) => /fresh executor was started/.test(content.text ?? ""));
  for (let i = 0; i < 200; i++) await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await kernel.execute("6 * 7")).result?.["text/plain"]).toBe("42");
  expect((await kernel.stop()).leftovers).toEqual([]);
});

test("a cell that waits for an executor runs, also if the one that it waits for is killed before it could start", async () => {
  const kernel = await startKernel();
  const first = Number((await kernel.execute("process.pid")).result?.["text/plain"]);
  process.kill(first, "SIGKILL");
  const isExecutor = ({ command, zombie }: ProcessInfo) => /executor\.js/.test(command) && !zombie;
  let second: ProcessInfo | undefined;
  // That a process began is told by no message.
  while (!second) {
    second = kernel.children().find((info) => isExecutor(info) && info.pid !== first);
    await setImmediate();
  }
  const cell = kernel.start("6 * 7");
  process.kill(second.pid, "SIGKILL");
  const { reply } = await cell.done;
  // Had it started already, the cell was lost with it.
  expect(["ok", "ExecutorExit"]).toContain(reply.content.ename ?? reply.content.status);
  expect((await kernel.execute("6 * 7")).result?.["text/plain"]).toBe("42");
  expect((await kernel.stop()).leftovers).toEqual([]);
});

test("a native call that cannot be interrupted costs the executor, and the user is told that variables are gone", async () => {
  const kernel = await startKernel();
  await kernel.execute("import { pbkdf2Sync } from 'node:crypto'; let gone = 1;");
  const cell = kernel.start("console.log('here'); pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')");
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  const { evalue, ename } = (await cell.done).reply.content;
  expect(ename).toBe("ExecutorExit");
  expect(evalue).toBe(
    "The cell did not stop when it was interrupted: a fresh executor was started, and all variables are gone",
  );
  expect((await kernel.execute("typeof gone")).error?.evalue).toMatch(/Cannot find name 'gone'/);
  expect((await kernel.execute("const gone = 2; gone")).result?.["text/plain"]).toBe("2");
  expect((await kernel.stop()).leftovers).toEqual([]);
});

test("a connection file that others could read is theirs no more", async () => {
  // A shell in between makes the file what it should not be.
  const kernel = await startKernel({
    argv: ["sh", "-c", `chmod 644 "$0" && exec "$@"`, "{connection_file}", ...ourKernel],
  });
  expect(statSync(kernel.connectionFile).mode & 0o777).toBe(0o600);
  await kernel.stop();
});

test("the sockets listen at the connection file's address and nowhere else", async () => {
  // All of 127.x.x.x is this machine on Linux; elsewhere only 127.0.0.1 is.
  const ip = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";
  const kernel = await startKernel({ connection: { ip } });
  const { reply } = await kernel.request("connect_request");
  const { shell_port, control_port, stdin_port, iopub_port, hb_port } = kernel.connection;
  expect(reply.content).toEqual({ status: "ok", shell_port, control_port, stdin_port, iopub_port, hb_port });
  for (const port of [shell_port, control_port, stdin_port, iopub_port, hb_port]) {
    const listeners = ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map((address) => listens(address, port));
    expect(await Promise.all(listeners)).toEqual([ip === "127.0.0.1", ip === "127.0.0.2", false]);
  }
  await kernel.stop();
});

test("history outlives the kernel, a killed one too", async () => {
  const env = { GRADBOOK_HISTORY: join(mkdtempSync(join(tmpdir(), "gradbook-history-")), "history.sqlite") };
  const request = { hist_access_type: "tail", n: 3, output: true, raw: true };
  const first = await startKernel({ env });
  await first.execute("const first = 1");
  await first.stop();
  const second = await startKernel({ env });
  await second.execute("6 * 7");
  await second.request("history_request", request);
  await second.kill();
  const third = await startKernel({ env });
  await third.execute("'third'");
  const { reply } = await third.request("history_request", request);
  expect(reply.content.history).toEqual([
    [1, 1, ["const first = 1", null]],
    [2, 1, ["6 * 7", "42"]],
    [3, 1, ["'third'", "'third'"]],
  ]);
  await third.stop();
  rmSync(dirname(env.GRADBOOK_HISTORY), { recursive: true });
});
