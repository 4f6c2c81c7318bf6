/**
 * `npx tsx tools/bench-debugger.ts`: what the debugger costs while nothing stops. A kernel that no debugger was ever attached to beside one that has one
 * attached, without breakpoints, and one whose debugger has left again, in turns; the least of many rounds each.
 */
import { type Kernel, startKernel } from "../test/support/client.ts";
import { DebugClient } from "../test/support/debug-client.ts";
import { ensureBuild } from "./setup/build.ts";

const ROUNDS = 15;

const order = ["never", "attached", "left"] as const;

interface Work {
  name: string;
  run(kernel: Kernel): Promise<number>;
}

async function timed(kernel: Kernel, code: string, times = 1): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const { error } = await kernel.execute(code);
    if (error) throw new Error(`${error.ename}: ${error.evalue}`);
  }
  return performance.now() - start;
}

const works: Work[] = [
  {
    name: "a hot loop, 10⁸ turns",
    run: (kernel) => timed(kernel, "let sum = 0;\nfor (let i = 0; i < 1e8; i++) sum = (sum + i) | 0;\nsum"),
  },
  {
    name: "a hot function, 10⁷ calls with an object each",
    run: (kernel) =>
      timed(
        kernel,
        "const next = (p: { x: number }) => ({ x: p.x + 1 });\nlet at = { x: 0 };\nfor (let i = 0; i < 1e7; i++) at = next(at);\nat.x",
      ),
  },
  {
    name: "10⁵ awaits",
    run: (kernel) => timed(kernel, "let turns = 0;\nfor (let i = 0; i < 1e5; i++) turns += await 1;\nturns"),
  },
  { name: "200 cells", run: (kernel) => timed(kernel, "1 + 1", 200) },
];

await ensureBuild();
const kernels = { never: await startKernel(), attached: await startKernel(), left: await startKernel() };
await new DebugClient(kernels.attached).attach();
const leaving = new DebugClient(kernels.left);
await leaving.attach();
await leaving.do("disconnect");

console.log(
  "ms, and as a multiple of a kernel that was never debugged".padEnd(60),
  "attached".padStart(10),
  "left".padStart(10),
);
for (const { name, run } of works) {
  const least = { never: Number.POSITIVE_INFINITY, attached: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    // None of them always comes first.
    const turn = round % order.length;
    for (const which of [...order.slice(turn), ...order.slice(0, turn)]) {
      least[which] = Math.min(least[which], await run(kernels[which]));
    }
  }
  const ratio = (ms: number) => `${(ms / least.never).toFixed(2)}×`.padStart(10);
  console.log(`${name}: ${least.never.toFixed(1)} ms`.padEnd(60), ratio(least.attached), ratio(least.left));
}
for (const kernel of Object.values(kernels)) await kernel.stop();
process.exit(0);
