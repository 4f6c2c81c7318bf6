/**
 * `npm run bench:engine`: the library's engine beside PyTorch, in one run, in turns, so that a busy machine is busy for both. A figure is the least
 * of several rounds.
 *
 *   -- --json FILE   also writes the figures as JSON
 *   -- --write       also puts the table into PERFORMANCE.md
 *   -- --only REGEX  measures only the rows whose name fits
 *   -- --peers       also measures the public engines for JavaScript, which it installs under tools/bench/engine/peers; a quarter of an hour
 *   -- --rounds N    turns of each contender; default 2
 *   -- --curves      also shows how the cost of ours grows with the batch and with the length of sequences
 *
 * PyTorch is the system's own Python's (Debian: apt-get install python3-torch libopenblas0-openmp); GRADBOOK_TORCH_PYTHON names another.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundle, contenders, measure, scriptPeers } from "./bench/engine/contenders.ts";
import { curveTable } from "./bench/engine/curves.ts";
import { peaks, workloads } from "./bench/engine/workloads.ts";
import { isFigure, json, type Measured, type ReportRow, table, writeInto } from "./bench/report.ts";
import { ensureBuild } from "./setup/build.ts";
import { ensureEngine } from "./setup/native.ts";
import { root } from "./setup/step.ts";

/** The least PyTorch / ours that is wanted. */
const targets: Readonly<Record<string, number>> = {
  "add of 10 elements, recorded": 10,
  "5 ops forward and backward, n = 10": 15,
  "XOR MLP step (2-8-1, batch 4, Adam)": 40,
  "MLP 784-128-10, batch 64, SGD": 1.8,
  "MLP 784-128-10, batch 64, Adam": 2.3,
  "LeNet-like CNN, batch 64": 1.25,
  "ResNet-18, 32², batch 16, forward and backward": 1.25,
  "nn.LSTM 128, 32 steps, batch 32": 1.8,
  "LSTM from ops, 128, 32 steps, batch 32": 1.5,
  "nn.GRU 128, 32 steps, batch 32": 1.8,
  "GPT, 2 layers × 128, 64 tokens, batch 16": 1.25,
  "the book's Transformer (d 512, 6 + 6 layers, batch 8, 32 tokens)": 1.1,
  "word2vec with negative sampling, 5,000 words": 1.5,
  "product 64³": 0.97,
  "product 256³": 0.97,
  "product 512³": 0.97,
  "product 1024³": 0.97,
  "product 32 × 784 × 128": 0.95,
  "product 128 × 512 × 2048": 0.95,
  "SVD of 200 × 200": 0.5,
  "eigenvalues and vectors of 200 × 200": 0.5,
  "QR of 200 × 200": 0.5,
  "Cholesky of 200 × 200": 0.5,
  "inverse of 200 × 200": 0.5,
  "QR of 1000 × 1000": 0.5,
  "Cholesky of 1000 × 1000": 0.5,
  "inverse of 1000 × 1000": 0.5,
  "softmax 512 × 1000": 1,
  "layer norm 512 × 1000": 1,
  "exp of 1M": 1,
  "sin of 1M": 1,
  "tan of 1M": 1,
  "sum of 1M": 1,
  "add of 1M": 0.7,
  "relu of 1M": 0.7,
  "sigmoid(a·b + a)·b − a of 1M": 1.7,
  "memory at peak, ResNet-18 step": 1,
};

/** Bundles the workloads over the built library, which is what users run; tsx would give every closure its name at each call. */
async function bundleOurs(): Promise<void> {
  await build({
    entryPoints: [join(root, "tools", "bench", "engine", "ours.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
    plugins: [
      {
        name: "built-library",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/lib\/index\.ts$/ }, () => ({ path: join(root, "dist/lib/index.js"), external: true })),
      },
    ],
  });
}

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    only: { type: "string" },
    peers: { type: "boolean" },
    rounds: { type: "string" },
    curves: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const loadBefore = loadavg()[0]!;
const versions = new Set<string>();
await ensureBuild();
await ensureEngine();
await bundleOurs();
const wanted = new RegExp(values.only ?? "");
const names = Object.keys({ ...workloads, ...peaks }).filter((name) => wanted.test(name));
const all = contenders(values.peers === true);
const rows: ReportRow[] = [];
for (const name of names) {
  console.log(`… ${name}`);
  const best: Record<string, Measured> = {};
  for (let round = 0; round < Number(values.rounds ?? 2); round++) {
    for (const [who, contender] of Object.entries(all)) {
      const { version, figure } = measure(contender, name);
      if (figure === undefined) continue;
      if (version !== "") versions.add(version);
      const before = best[who];
      best[who] = isFigure(before) && isFigure(figure) ? Math.min(before, figure) : figure;
    }
  }
  const { ours, ...peers } = best;
  const ratio = targets[name];
  const target = ratio === undefined ? {} : { target: { ratio, peer: "pytorch" } };
  rows.push({ name, unit: name in peaks ? "MB" : "µs", ours: ours!, peers, ...target });
}
// A machine that others use too slows both down, not always alike: a table says how busy it was.
const busy = `${Math.max(loadBefore, loadavg()[0]!).toFixed(1)} programs waited for ${availableParallelism()} cores`;
const platform = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
const caption = `The least of all rounds, lower is better; ${platform}; ${busy}. ${[...versions].join("; ")}`;
const figures = table(rows, ["pytorch"]);
console.log(`\n${caption}\n\n${figures}`);
if (values.curves) {
  const time = (point: string) => {
    const { figure } = measure(all.ours!, point);
    if (!isFigure(figure)) throw new Error(`${point}: ${figure?.failed}`);
    return figure;
  };
  console.log(`\n${curveTable(time)}`);
}
if (values.write) writeInto("PERFORMANCE.md", "bench:engine", `${caption}\n\n${figures}`);
if (values.peers) {
  // Beside engines for JavaScript no ratio was set: what they can run, ours should run faster.
  const theirs = table(
    rows.map(({ target: _, ...row }) => row),
    scriptPeers,
  );
  console.log(`\n${theirs}`);
  if (values.write) writeInto("PERFORMANCE.md", "bench:engine-peers", `${caption}\n\n${theirs}`);
}
if (values.json) writeFileSync(values.json, json(rows));
// A target missed is a figure to work on; a row that ours cannot do is a defect.
process.exitCode = rows.every(({ ours }) => isFigure(ours)) ? 0 : 1;
