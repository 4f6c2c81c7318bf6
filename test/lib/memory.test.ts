/** Long training must not fill memory: graphs are freed step by step, and hooks, gradients and states do not pile up. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

/** A process of its own, so that nothing else allocates while it measures, with the collector at hand. */
const program = `
import { data, nn, noGrad, optim, F, manualSeed } from ${JSON.stringify(new URL("../../lib/index.ts", import.meta.url).href)};
manualSeed(0);
const model = new nn.Sequential(new nn.Linear(2, 16), new nn.BatchNorm1d(16), new nn.Tanh(), new nn.Dropout(0.1), new nn.Linear(16, 1));
const optimizer = new optim.Adam(model.parameters());
const { x, y } = data.xor();
const train = (steps) => {
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    F.mseLoss(model(x), y).backward();
    optim.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    if (i % 10 === 0) noGrad(() => model(x).sum().item());
  }
};
const used = () => {
  gc();
  gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
};
train(2000);
const before = used();
train(10_000);
console.log(used() - before);
`;

test("10,000 training steps of a small net hold memory flat", () => {
  const output = execFileSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", "--input-type=module", "--eval", program],
    { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" },
  );
  const growth = Number(output.trim().split("\n").at(-1));
  // One tensor kept a step would be over 2 MB, a graph tens of megabytes. V8's own notes on hot code are some 100 kB.
  expect(growth).toBeLessThan(400_000);
});
