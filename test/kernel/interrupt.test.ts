/** Stop works on every kind of cell, and what was computed is kept. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, startKernel } from "../support/client.ts";
import { interruptKinds, interruptPrelude } from "../support/interrupts.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startKernel();
  await kernel.execute(interruptPrelude);
});

afterAll(async () => {
  await kernel.stop();
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

const kinds = [
  ...interruptKinds.filter(({ name }) => !name.includes("timer")),
  {
    name: "an async loop that catches everything",
    code: "console.log('here'); while (true) { try { turns++; await new Promise((next) => setTimeout(next, 1)); } catch {} }",
  },
  {
    name: "a child process that is awaited",
    code: `import { spawn } from "node:child_process"; console.log("here");
     await new Promise((done) => spawn("sleep", ["300"]).on("exit", done));`,
  },
];

async function interrupt(): Promise<void> {
  await kernel.request("interrupt_request", {}, { channel: "control" });
}

describe.each(kinds)("$name", ({ code }) => {
  test("is stopped by an interrupt, and variables are kept", async () => {
    const pid = (await kernel.execute("process.pid")).result;
    const cell = kernel.start(code);
    await kernel.waitForIopub(
      "stream",
      ({ parent, content }) => parent.msg_id === cell.id && /here/.test(content.text!),
    );
    await interrupt();
    const { status, ename } = (await cell.done).reply.content;
    expect(status).toBe("error");
    // A program that is waited for is ended by the signal, and execFileSync() says so, unless the machine is so busy that the cell is terminated first.
    expect(code.includes("execFileSync(") ? ["Error", "Interrupted"] : ["Interrupted"]).toContain(ename);

    expect((await kernel.execute("kept")).result?.["text/plain"]).toBe("'all of it'");
    expect((await kernel.execute("process.pid")).result).toEqual(pid);
  });
});

test.each(["{ STEP }", "{ try { STEP } catch {} }"])(
  "an interrupted async loop takes no further turn: while (true) %s",
  async (body) => {
    // Of its own: a loop of another test may still take its last turns.
    await kernel.execute("let steps = 0;");
    const step = "steps++; await new Promise((next) => setImmediate(next));";
    const cell = kernel.start(`console.log("here"); while (true) ${body.replace("STEP", step)}`);
    await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
    await interrupt();
    await cell.done;
    const count = async () =>
      Number((await kernel.execute("await new Promise((next) => setTimeout(next, 50)); steps")).result?.["text/plain"]);
    // A loop that catches its interruption is ended after a hundred turns, which take their time on a busy machine.
    let [before, after] = [Number.NaN, await count()];
    for (let tries = 0; tries < 20 && after !== before; tries++) [before, after] = [after, await count()];
    expect(after).toBe(before);
  },
);

test("a loop in the timer of a cell that has finished is stopped", async () => {
  const started = kernel.mark();
  await kernel.execute("setTimeout(() => { console.log('spinning'); while (true) turns++; }, 0); 0");
  await kernel.waitForIopub("stream", ({ content }) => /spinning/.test(content.text!), { after: started });
  // The next cell cannot begin: an interrupt ends what holds it up.
  const cell = kernel.start("kept");
  await kernel.waitForIopub("execute_input", ({ parent }) => parent.msg_id === cell.id);
  await interrupt();
  await cell.done;
  expect((await kernel.execute("kept")).result?.["text/plain"]).toBe("'all of it'");
});

test("an interrupt when nothing runs changes nothing", async () => {
  await interrupt();
  expect((await kernel.execute("kept")).result?.["text/plain"]).toBe("'all of it'");
});

test("the finally block of an interrupted cell runs", async () => {
  const cell = kernel.start(
    "try { console.log('here'); while (true) await new Promise((next) => setTimeout(next, 1)); } finally { kept += ', and more'; }",
  );
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  await interrupt();
  expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect((await kernel.execute("kept")).result?.["text/plain"]).toBe("'all of it, and more'");
});

test("interrupts at any moment leave the kernel working", async () => {
  for (let i = 0; i < 20; i++) {
    const cell = kernel.start("for (let i = 0; i < 20; i++) { await null; for (let j = 0; j < 1e5; j++) turns += j; }");
    await interrupt();
    const { reply } = await cell.done;
    expect(["ok", "error"]).toContain(reply.content.status);
  }
  expect((await kernel.execute("typeof kept")).result?.["text/plain"]).toBe("'string'");
});

test("cells that wait behind an interrupted one are aborted, as after every error", async () => {
  const [first, second] = [kernel.start("console.log('here'); while (true) {}"), kernel.start("'second'")];
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === first.id);
  await interrupt();
  expect((await first.done).reply.content.status).toBe("error");
  expect((await second.done).reply.content.status).toBe("aborted");
});

test("SIGINT to the kernel interrupts too", async () => {
  const cell = kernel.start("console.log('here'); while (true) {}");
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  process.kill(kernel.pid, "SIGINT");
  expect((await cell.done).reply.content.ename).toBe("Interrupted");
});
