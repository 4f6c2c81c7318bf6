/** What cells print, in the real kernel: in which order it comes, under which cell, and that nothing of it is lost or late. */
import { describe, expect, test } from "@jest/globals";
import { type Exchange, startCheckedKernel } from "../support/client.ts";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

/** Types of an exchange's iopub messages, a status by its state. */
const kinds = ({ iopub }: Exchange) =>
  iopub.map(({ header, content }) => (header.msg_type === "status" ? content.execution_state : header.msg_type));

describe("order", () => {
  test("is busy, input, outputs as they came, idle; and the reply is there", async () => {
    const exchange = await kernel.execute(`
      console.log("one");
      display("two");
      console.error("three");
      console.log("four");
      "five"`);
    expect(kinds(exchange)).toEqual([
      "busy",
      "execute_input",
      "stream",
      "display_data",
      "stream",
      "stream",
      "execute_result",
      "idle",
    ]);
    expect(exchange.iopub.every(({ parent }) => parent.msg_id === exchange.id)).toBe(true);
  });

  test("holds for every request: nothing between two requests' messages, nothing after idle", async () => {
    const after = kernel.mark();
    const cells = Array.from({ length: 20 }, (_, i) =>
      kernel.start(`console.log(${i});\nawait null;\nprocess.stderr.write("e${i}\\n");\n${i}`),
    );
    await Promise.all(cells.map(({ done }) => done));
    const iopub = kernel.messages.slice(after).filter(({ channel }) => channel === "iopub");
    // The messages of each request stand together.
    const owners = iopub.map(({ parent }) => parent.msg_id);
    expect(owners.filter((owner, i) => owner !== owners[i - 1])).toEqual(cells.map(({ id }) => id));
    for (const { id } of cells) {
      const mine = iopub.filter(({ parent }) => parent.msg_id === id);
      expect([mine[0]!.content.execution_state, mine.at(-1)!.content.execution_state]).toEqual(["busy", "idle"]);
      expect(mine).toHaveLength(6);
    }
  });
});

describe("streams", () => {
  test("keep a flood whole and in order, in few messages, all before idle", async () => {
    const { stdout, iopub } = await kernel.execute("for (let i = 0; i < 10_000; i++) console.log(i)");
    expect(stdout).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(""));
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
    // A score on a machine that is at rest; where the executor has to wait for a processor, what it has printed leaves before.
    expect(iopub.length).toBeLessThan(250);
  });

  test("take text with any character, in pieces as they were written", async () => {
    const { stdout } = await kernel.execute(
      `process.stdout.write("é😀\\0\\u2028"); process.stdout.write(Buffer.from("ζ")); process.stdout.write("|")`,
    );
    expect(stdout).toBe("é😀\0\u2028ζ|");
  });

  test("bring what a cell prints while it runs at once, not when it ends", async () => {
    const cell = kernel.start(`console.log("early"); await new Promise((go) => (globalThis as any).go = go)`);
    await kernel.waitForIopub(
      "stream",
      ({ parent, content }) => parent.msg_id === cell.id && /early/.test(content.text!),
    );
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await cell.done).reply.content.ename).toBe("Interrupted");
  });

  test("bring what a timer prints later under the cell that started it, also while another runs", async () => {
    const first = await kernel.execute(`
      let announce = () => {};
      setTimeout(function tick() { if (announce === never) return setTimeout(tick, 1); console.log("late"); announce(); }, 1);
      const never = announce;`);
    const second = kernel.start("await new Promise<void>((done) => (announce = done)); console.log('own')");
    const late = await kernel.waitForIopub("stream", ({ content }) => /late/.test(content.text ?? ""));
    expect(late.parent.msg_id).toBe(first.id);
    const { messages } = await second.done;
    expect(messages.filter(({ header }) => header.msg_type === "stream").map(({ content }) => content.text)).toEqual([
      "own\n",
    ]);
  });
});

describe("output of native code and of child processes", () => {
  test("is all there before idle", async () => {
    const { stdout, stderr, iopub } = await kernel.execute(`
      import { execSync } from "node:child_process";
      import { writeSync } from "node:fs";
      writeSync(1, "native\\n");
      execSync("echo child; echo complaint >&2", { stdio: "inherit" });`);
    expect(stdout).toBe("native\nchild\n");
    expect(stderr).toBe("complaint\n");
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
  });

  test("comes under the cell that is running, cell by cell, however quickly they follow each other", async () => {
    await kernel.execute("import { execSync } from 'node:child_process'; import { writeSync } from 'node:fs';");
    const cells = Array.from({ length: 60 }, (_, i) =>
      kernel.start(
        `writeSync(1, "native ${i}\\n"); ${i % 10 === 0 ? `execSync("echo child ${i}", { stdio: "inherit" });` : ""}`,
      ),
    );
    const exchanges = await Promise.all(cells.map(({ done }) => done));
    for (const [i, { iopub }] of exchanges.entries()) {
      const text = iopub.map(({ content }) => content.text ?? "").join("");
      expect(text).toBe(`native ${i}\n${i % 10 === 0 ? `child ${i}\n` : ""}`);
      expect(iopub.at(-1)!.content.execution_state).toBe("idle");
    }
  });

  test("is not overtaken by the end of its cell, which comes on another way, behind a flood", async () => {
    const cells = Array.from({ length: 60 }, (_, i) =>
      kernel.start(`for (let k = 0; k < 3000; k++) console.log("flood"); writeSync(1, "native ${i}\\n");`),
    );
    const exchanges = await Promise.all(cells.map(({ done }) => done));
    for (const [i, { iopub }] of exchanges.entries()) {
      const text = iopub.map(({ content }) => content.text ?? "").join("");
      expect(text.includes(`native ${i}\n`)).toBe(true);
    }
  });

  test("is whole where it is more than a pipe holds", async () => {
    const { stdout, iopub } = await kernel.execute(
      "execSync('i=0; while [ $i -lt 60 ]; do head -c 100000 /dev/zero | tr \"\\\\0\" x; i=$((i+1)); done', { stdio: 'inherit' });",
    );
    expect(stdout).toBe("x".repeat(6_000_000));
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
  });

  test("that goes on for ever in the background keeps no cell from its end", async () => {
    const { reply } = await kernel.execute(`
      import { spawn } from "node:child_process";
      const endless = spawn("sh", ["-c", "while :; do echo on; done"], { stdio: ["ignore", "inherit", "ignore"] });`);
    expect(reply.content.status).toBe("ok");
    const ended = await kernel.execute(
      "endless.kill('SIGKILL'); await new Promise((gone) => endless.once('exit', gone)); 'ended'",
    );
    expect(ended.result).toEqual({ "text/plain": "'ended'" });
  });

  test("is waited for in vain nowhere: a cell that closes stdout and stderr comes to its end", async () => {
    const closing = await startCheckedKernel();
    await closing.execute("import { closeSync } from 'node:fs'; closeSync(1); closeSync(2); console.log('closed')");
    expect(await closing.execute("console.log('still here'); 1")).toMatchObject({
      stdout: "still here\n",
      result: { "text/plain": "1" },
    });
    await closing.stop();
  });
});
