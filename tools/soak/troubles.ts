/** What goes wrong on purpose: interrupts, garbage, a killed executor, a full disk. */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type Kernel, ourKernel, startKernel } from "../../test/support/client.ts";
import { malformed } from "./fuzzer.ts";
import type { Random } from "./random.ts";
import { ended, type Findings, megabytes, plain, quantile, type Scenario } from "./scenario.ts";

const STOPPABLE = [
  "while (true) turns++;",
  "while (true) { try { turns++; } catch {} }",
  "await new Promise(() => {});",
  "while (true) { turns++; await null; }",
  "while (true) { turns++; await new Promise((next) => setTimeout(next, 1)); }",
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "/^(a+)+$/.test('a'.repeat(60) + '!');",
  "for (let i = 0; i < 1e5; i++) console.log(i);",
  "const wrong: number = 'text';",
  "1",
];

async function interrupts(times: number, random: Random): Promise<Findings> {
  const problems: string[] = [];
  const latencies: number[] = [];
  const kernel = await startKernel();
  await kernel.execute("let turns = 0; let kept = 'kept';");
  const executor = plain(await kernel.execute("process.pid"));
  for (let i = 0; i < times; i++) {
    const code = random.pick(STOPPABLE);
    const cell = kernel.start(code);
    await delay(random.below(40));
    const asked = performance.now();
    await kernel.request("interrupt_request", {}, { channel: "control" });
    const { reply } = await cell.done;
    latencies.push(performance.now() - asked);
    if (reply.content.status === "error" && !/Interrupted|TypeScriptError/.test(reply.content.ename!)) {
      problems.push(`interrupt ${i} of ${code}: ${reply.content.ename}: ${reply.content.evalue}`);
    }
    if (i % 25 === 0 && plain(await kernel.execute("kept")) !== "'kept'")
      problems.push(`after interrupt ${i} a variable was gone`);
  }
  if (plain(await kernel.execute("process.pid")) !== executor) problems.push("the executor was replaced");
  await ended(kernel, problems);
  const [half, most] = [quantile(latencies, 0.5), quantile(latencies, 1)];
  return {
    figures: `until the cell ended ${half.toFixed(0)} ms, at most ${most.toFixed(0)} ms; variables kept`,
    problems,
  };
}

/** Whether a cell runs, in the line of requests where a bad one before it may have aborted it. */
async function alive(kernel: Kernel): Promise<boolean> {
  for (let turn = 0; turn < 5; turn++) {
    const executed = await kernel.execute("6 * 7");
    if (executed.reply.content.status !== "aborted") return plain(executed) === "42";
  }
  return false;
}

async function garbage(times: number, random: Random): Promise<Findings> {
  const problems: string[] = [];
  const kernel = await startKernel();
  // With what is loaded when it is first needed.
  await kernel.execute("const warm: number = 1; warm");
  await kernel.request("complete_request", { code: "warm.", cursor_pos: 5 });
  await kernel.request("history_request", { hist_access_type: "tail", n: 1, output: false, raw: true });
  const before = kernel.memory();
  const kinds = new Map<string, number>();
  for (let i = 0; i < times; i++) {
    const { name, frames } = malformed(kernel, random);
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
    const channel = random.pick(["shell", "control", "stdin"] as const);
    await kernel.sendRaw(channel, frames);
    if (name === "sent twice") await kernel.sendRaw(channel, frames);
    if (i % 50 === 0 && !(await alive(kernel))) problems.push(`after message ${i} (${name}) no cell runs`);
  }
  if (!(await alive(kernel))) problems.push("at the end no cell runs");
  if (kernel.output.stderr.includes("Internal error")) problems.push(kernel.output.stderr.slice(0, 500));
  const growth = kernel.memory() - before;
  await ended(kernel, problems, false);
  return { figures: `${kinds.size} kinds; memory grew by ${megabytes(growth)}`, problems };
}

async function killedExecutors(times: number, random: Random): Promise<Findings> {
  const problems: string[] = [];
  const kernel = await startKernel();
  for (let i = 0; i < times; i++) {
    const pid = Number(plain(await kernel.execute("process.pid")));
    const cell = kernel.start(random.pick(STOPPABLE.slice(0, 7)).replace(/^/, "let turns = 0; console.log('here'); "));
    await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
    process.kill(pid, "SIGKILL");
    const { reply } = await cell.done;
    if (reply.content.ename !== "ExecutorExit") problems.push(`kill ${i}: the cell ended with ${reply.content.ename}`);
    if (plain(await kernel.execute("const again = 1; again")) !== "1")
      problems.push(`kill ${i}: the next cell does not run`);
  }
  await ended(kernel, problems);
  return { figures: "each time the cell failed with the reason and the next one ran", problems };
}

async function fullDisk(times: number): Promise<Findings> {
  const problems: string[] = [];
  // A limit on the size of files refuses to write as a full disk does, and needs no rights. SIGXFSZ would end the process instead.
  const limited = ["sh", "-c", `trap "" XFSZ; ulimit -f 400; exec "$@"`, "sh", ...ourKernel];
  const kernel = await startKernel({ argv: limited });
  for (let i = 0; i < times; i++) {
    const { reply } = await kernel.execute(`"${"x".repeat(100_000)}".length + ${i}`);
    if (reply.content.status !== "ok") problems.push(`cell ${i}: ${reply.content.evalue}`);
  }
  const { reply } = await kernel.request("history_request", {
    hist_access_type: "tail",
    n: 1,
    output: false,
    raw: true,
  });
  const [last] = reply.content.history as [number, number, string][];
  if (last?.[1] !== times) problems.push("the last cell is not in the history");
  if (!kernel.output.stderr.includes("History is kept in memory only")) problems.push("the disk was not full");
  await ended(kernel, problems, false);
  return { figures: "cells ran on; the kernel's log says that history is in memory only", problems };
}

async function killedFrontEnds(times: number): Promise<Findings> {
  const problems: string[] = [];
  for (let i = 0; i < times; i++) {
    const kernel = await startKernel();
    const cell = kernel.start("console.log('here'); while (true) {}");
    await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
    const { leftovers } = await kernel.kill();
    for (const { command } of leftovers) problems.push(`kill ${i} left behind: ${command}`);
    if (kernel.process.exitCode === null && kernel.process.signalCode === null) await once(kernel.process, "exit");
  }
  return { figures: "no process was left", problems };
}

export const troubles: Scenario[] = [
  { name: "interrupts at random moments", times: 500, run: interrupts },
  { name: "malformed messages", times: 1000, run: garbage },
  { name: "executors killed in the middle of a cell", times: 50, run: killedExecutors },
  { name: "kernels killed in the middle of a cell", times: 50, run: killedFrontEnds },
  { name: "cells on a full disk", times: 100, run: fullDisk },
];
