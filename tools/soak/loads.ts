/** Much of everything: cells, restarts, front ends, output. */
import { Subscriber } from "zeromq";
import { type Message, startKernel } from "../../test/support/client.ts";
import { residentBytes } from "../../test/support/processes.ts";
import { ended, type Findings, megabytes, plain, quantile, type Scenario } from "./scenario.ts";

/** The process that holds the sockets alone, without its children. */
const ownMemory = (pid: number) => residentBytes(pid, { family: false });

async function cells(times: number): Promise<Findings> {
  const problems: string[] = [];
  const kernel = await startKernel();
  const run = async (i: number) => {
    const executed = await kernel.execute(`const value${i % 50} = ${i}; console.log(${i}); value${i % 50} + 1`);
    if (plain(executed) !== String(i + 1) || executed.stdout !== `${i}\n`)
      problems.push(`cell ${i} gave ${plain(executed)}`);
    if (executed.reply.content.execution_count !== i + 1) problems.push(`cell ${i} was counted otherwise`);
  };
  const warm = Math.min(100, times);
  for (let i = 0; i < warm; i++) await run(i);
  const before = kernel.memory();
  const started = performance.now();
  for (let i = warm; i < times; i++) await run(i);
  const ms = (performance.now() - started) / Math.max(1, times - warm);
  const growth = kernel.memory() - before;
  await ended(kernel, problems);
  return { figures: `${ms.toFixed(1)} ms a cell; memory of all processes grew by ${megabytes(growth)}`, problems };
}

async function restarts(times: number): Promise<Findings> {
  const problems: string[] = [];
  const starts: number[] = [];
  for (let i = 0; i < times; i++) {
    const kernel = await startKernel();
    starts.push(kernel.startMs);
    if (i % 2 === 0) await kernel.execute("1");
    await ended(kernel, problems);
  }
  return {
    figures: `start ${quantile(starts, 0.5).toFixed(0)} ms, at most ${quantile(starts, 1).toFixed(0)} ms`,
    problems,
  };
}

async function frontEnds(times: number): Promise<Findings> {
  const problems: string[] = [];
  const kernel = await startKernel();
  const all = [kernel, ...(await Promise.all(Array.from({ length: 7 }, () => kernel.connect())))];
  const marks = all.map((each) => each.mark());
  const requests = all.flatMap((each, who) =>
    Array.from({ length: times }, (_, i) => each.start(`console.log("${who} ${i}"); "${who} ${i}"`)),
  );
  const started = performance.now();
  await Promise.all(requests.map(({ done }) => done));
  const ms = performance.now() - started;
  const last = await kernel.execute("'last'");
  const ours = new Set(requests.map(({ id }) => id));
  const seen: string[] = [];
  for (const [index, each] of all.entries()) {
    const isLast = (message: Message) =>
      message.parent.msg_id === last.id && message.content.execution_state === "idle";
    await each.waitForIopub("status", isLast, { after: marks[index]! });
    const iopub = each.messages.filter(({ channel, parent }) => channel === "iopub" && ours.has(parent.msg_id ?? ""));
    seen.push(iopub.map(({ header }) => header.msg_id).join());
  }
  if (new Set(seen).size !== 1) problems.push("front ends saw different messages, or another order");
  for (const each of all.slice(1)) each.close();
  await ended(kernel, problems);
  return {
    figures: `${requests.length} cells in ${(ms / 1000).toFixed(1)} s; all saw the same messages in one order`,
    problems,
  };
}

const CHUNK = 1 << 16;

/** Prints so many megabytes, numbered, so that a gap shows. */
const flood = (mb: number) =>
  `for (let i = 0; i < ${mb * 16}; i++) process.stdout.write(String(i).padStart(9) + "x".repeat(${CHUNK - 10}) + "\\n");`;

function gaps(messages: readonly Message[], id: string, mb: number): string[] {
  let text = 0;
  let next = 0;
  let rest = "";
  for (const { header, parent, content } of messages) {
    if (header.msg_type !== "stream" || parent.msg_id !== id) continue;
    text += content.text!.length;
    const lines = (rest + content.text).split("\n");
    rest = lines.pop()!;
    for (const line of lines)
      if (Number(line.slice(0, 9)) !== next++) return [`line ${next - 1} is missing or out of order`];
  }
  return text === mb * 16 * CHUNK ? [] : [`${text} of ${mb * 16 * CHUNK} characters arrived`];
}

type Kernel = Awaited<ReturnType<typeof startKernel>>;

/** Floods a kernel: what is missing of it, how long it took, and by how many bytes the protocol process grew meanwhile. */
async function watchedFlood(kernel: Kernel, mb: number, deadline: number) {
  const before = ownMemory(kernel.pid);
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, ownMemory(kernel.pid));
  }, 20);
  const after = kernel.mark();
  const started = performance.now();
  const { id } = await kernel.start(flood(mb), {}, { deadline }).done;
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  return { problems: gaps(kernel.messages.slice(after), id, mb), seconds, grown: peak - before };
}

async function output(mb: number): Promise<Findings> {
  const kernel = await startKernel();
  await kernel.execute("console.log('warm')");
  const { problems, seconds, grown } = await watchedFlood(kernel, mb, 120_000);
  if (grown > 200e6) problems.push(`memory of the protocol process grew by ${megabytes(grown)}`);
  await ended(kernel, problems);
  return {
    figures: `${(mb / seconds).toFixed(0)} MB/s; the protocol process grew by ${megabytes(grown)}`,
    problems,
  };
}

async function slowReader(mb: number): Promise<Findings> {
  const kernel = await startKernel();
  // Subscribed to everything, and reads nothing while the kernel prints.
  const slow = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
  slow.subscribe();
  slow.connect(kernel.address("iopub"));
  await slow.receive();
  const after = kernel.mark();
  const { id } = await kernel.start(flood(mb), {}, { deadline: 120_000 }).done;
  const problems = gaps(kernel.messages.slice(after), id, mb);
  if (plain(await kernel.execute("6 * 7")) !== "42") problems.push("the kernel does not go on");
  let bytes = 0;
  while (bytes < mb * 16 * CHUNK) {
    const frames = await slow.receive();
    bytes += frames.reduce((sum, frame) => sum + frame.length, 0);
  }
  slow.close();
  await ended(kernel, problems);
  return { figures: `the quick reader got ${mb} MB at once, the slow one later`, problems };
}

/** 500 messages of 128 KB wait for a subscriber, with what is on its way and what the collector of garbage has not come to; 1000 MB would show. */
const ARREARS = 300e6;

async function deafReader(mb: number): Promise<Findings> {
  const kernel = await startKernel();
  const deaf = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
  deaf.subscribe();
  deaf.connect(kernel.address("iopub"));
  await deaf.receive();
  const { problems, seconds, grown } = await watchedFlood(kernel, mb, 300_000);
  if (grown > ARREARS) problems.push(`memory of the protocol process grew by ${megabytes(grown)}`);
  if (plain(await kernel.execute("6 * 7")) !== "42") problems.push("the kernel does not go on");
  if (mb > 100 && !kernel.output.stderr.includes("does not read")) problems.push("the log does not tell of the loss");
  deaf.close();
  await ended(kernel, problems, false);
  return {
    figures: `another reader got all, ${(mb / seconds).toFixed(0)} MB/s; the protocol process grew by ${megabytes(grown)}`,
    problems,
  };
}

export const loads: Scenario[] = [
  { name: "cells executed", times: 10_000, run: cells },
  { name: "restarts", times: 200, run: restarts },
  { name: "cells from each of 8 front ends at once", times: 100, run: frontEnds },
  { name: "MB printed by one cell", times: 100, run: output },
  { name: "MB printed with a reader that does not read", times: 20, run: slowReader },
  { name: "MB printed with a reader that never reads", times: 1000, run: deafReader },
];
