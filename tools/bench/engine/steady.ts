/**
 * Whether memory stays flat over any number of steps: 100,000 of a small net with all that training has, in one synchronous loop, as a cell runs them.
 *
 *   npx tsx --expose-gc tools/bench/engine/steady.ts [steps]
 *
 * Prints what the process held after each tenth; ends with 1 if the last is more than a megabyte and a half above the second.
 */
import { data, F, memory, nn, noGrad, optim, randn } from "../../../lib/index.ts";

const steps = Number(process.argv[2] ?? 100_000);
const net = new nn.Sequential(
  new nn.Linear(2, 16),
  new nn.BatchNorm1d(16),
  new nn.Tanh(),
  new nn.Dropout(0.1),
  new nn.Linear(16, 1),
);
const optimizer = new optim.Adam(net.parameters());
const { x, y } = data.xor();
// Something whose results are large enough to be used again.
const [wide, heavy] = [randn([64, 64]), randn([64, 64], { requiresGrad: true })];

function train(count: number): void {
  for (let i = 0; i < count; i++) {
    optimizer.zeroGrad();
    F.mseLoss(net(x), y).backward();
    optim.clipGradNorm_(net.parameters(), 1);
    optimizer.step();
    if (i % 10 === 0) noGrad(() => net(x).sum().item());
    heavy.grad = null;
    wide.matmul(heavy).relu().mul(wide).sum().backward();
  }
}

function held(): number {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1e6;
}

const figures: number[] = [];
for (let tenth = 1; tenth <= 10; tenth++) {
  train(Math.ceil(steps / 10));
  figures.push(held());
  const { inUse, peak, kinds } = memory();
  console.log(
    `${(tenth * steps) / 10} steps: ${figures.at(-1)!.toFixed(2)} MB held, ${(inUse / 1e6).toFixed(2)} MB in use (${(kinds.spare / 1e6).toFixed(2)} spare), peak ${(peak / 1e6).toFixed(2)}, resident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
}
const growth = figures.at(-1)! - figures[1]!;
console.log(`grown by ${growth.toFixed(2)} MB since a fifth of the steps`);
process.exitCode = growth < 1.5 ? 0 : 1;
