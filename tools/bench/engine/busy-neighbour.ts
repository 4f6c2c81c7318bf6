/**
 * Whether two threads are never slower with a busy neighbour than one: times kernels with 1 and with 2 threads while another program keeps a core busy.
 *
 *   npx tsx tools/bench/engine/busy-neighbour.ts
 *
 * Rounds go in turns, and each figure is the median of its rounds: the neighbour is never away. Ends with 1 if two threads take over 1.1 times as long
 * as one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randn, setThreads, Tensor } from "../../../lib/index.ts";
import { median } from "../report.ts";
import { recurrentStep } from "./models.ts";

const kernels: Readonly<Record<string, () => unknown>> = (() => {
  const [a, b] = [randn([512, 512]), randn([512, 512])];
  const [x, y] = [randn([1_000_000]), randn([1_000_000])];
  const step = recurrentStep("LSTM");
  return {
    "product 512³": () => a.matmul(b),
    "exp of 1M": () => x.exp().sum().item(),
    "add of 1M": () => x.add(y).sum().item(),
    "softmax 512 × 512": () => a.softmax(1),
    "nn.LSTM 128, 32 steps, batch 32": step,
  };
})();

/** Microseconds of one run. */
function clock(run: () => unknown): number {
  const from = performance.now();
  let turns = 0;
  do {
    const result = run();
    if (result instanceof Tensor) void result.storage.home;
    turns++;
  } while (performance.now() - from < 20);
  return ((performance.now() - from) * 1000) / turns;
}

const hog = spawn(process.execPath, ["--eval", "console.log(); for (;;);"], { stdio: ["ignore", "pipe", "inherit"] });
await once(hog.stdout, "data");
let slower = 0;
console.log("| with a busy neighbour | 1 thread, µs | 2 threads, µs | 1 / 2 |\n|---|---|---|---|");
for (const [name, run] of Object.entries(kernels)) {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 40; round++) {
    for (const threads of [1, 2] as const) {
      setThreads(threads);
      clock(run);
      times[threads - 1]!.push(clock(run));
    }
  }
  const [one, two] = times.map(median) as [number, number];
  if (two > 1.1 * one) slower++;
  console.log(`| ${name} | ${one.toFixed(0)} | ${two.toFixed(0)} | ${(one / two).toFixed(2)}× |`);
}
hog.kill();
process.exitCode = slower === 0 ? 0 : 1;
