/**
 * `npm run bench:engine`: the library's engine beside PyTorch, in one run, in turns, so that a busy machine is busy for both. A figure is the least
 * of several rounds.
 *
 *   -- --json FILE   also writes the figures as JSON
 *   -- --write       also puts the table into PERFORMANCE.md
 *   -- --only REGEX  measures only the rows whose name fits
 *   -- --rounds N    turns of each contender; default 2
 *   -- --peers       measures the public engines for JavaScript instead, which it installs under tools/bench/engine/peers; ten minutes
 *   -- --curves      shows instead how the cost of ours grows with the batch and with the length of sequences; two minutes
 *   -- --sweep       shows instead single ops of 100 to 100,000 elements beside PyTorch; four minutes
 *
 * PyTorch is the system's own Python's (Debian: apt-get install python3-torch python3-torchvision libopenblas0-openmp); GRADBOOK_TORCH_PYTHON names another.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundle, contenders, measure, scriptPeers } from "./bench/engine/contenders.ts";
import { curvePoints, curveTable } from "./bench/engine/curves.ts";
import { sweepPoints, sweepTable } from "./bench/engine/sweep.ts";
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
    sweep: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const loadBefore = loadavg()[0]!;
await ensureBuild();
await ensureEngine();
await bundleOurs();
const wanted = new RegExp(values.only ?? "");
const rounds = Number(values.rounds ?? 2);
const all = contenders(values.peers === true);
const versions = new Set<string>();

/** The least of both, or what there is. */
function better(one: Measured | undefined, other: Measured | undefined): Measured | undefined {
  if (isFigure(one) && isFigure(other)) return Math.min(one, other);
  return isFigure(one) ? one : (other ?? one);
}

/** The least of all rounds for each of the workloads, by contender; all are run in one process a round. */
function measureTogether(names: readonly string[], among: readonly string[]): Record<string, Record<string, Measured>> {
  const best: Record<string, Record<string, Measured>> = Object.fromEntries(among.map((who) => [who, {}]));
  for (let round = 0; round < rounds; round++) {
    for (const who of among) {
      const { version, figures } = measure(all[who]!, names);
      if (version !== "") versions.add(version);
      for (const name of names) {
        const least = better(best[who]![name], figures[name]);
        if (least !== undefined) best[who]![name] = least;
      }
    }
  }
  return best;
}

/** A row a workload: contenders take turns, and who is ten times as slow as ours is not asked again. */
function measureRow(name: string, among: readonly string[]): ReportRow {
  console.log(`… ${name}`);
  const best: Record<string, Measured> = {};
  for (let round = 0; round < rounds; round++) {
    for (const who of among) {
      const before = best[who];
      const isFar = isFigure(before) && isFigure(best.ours) && before > 10 * best.ours;
      if (who !== "ours" && who !== "pytorch" && round > 0 && (!isFigure(before) || isFar)) continue;
      const { version, figures } = measure(all[who]!, [name]);
      if (version !== "") versions.add(version);
      const least = better(before, figures[name]);
      if (least !== undefined) best[who] = least;
    }
  }
  const { ours, ...peers } = best;
  const ratio = targets[name];
  // Beside engines for JavaScript no ratio was set: what they can run, ours should run faster.
  const target = ratio === undefined || values.peers ? {} : { target: { ratio, peer: "pytorch" } };
  return { name, unit: name in peaks ? "MB" : "µs", ours: ours!, peers, ...target };
}

/** What stands above a table. A machine that others use too slows all down, not always alike: so it says how busy it was. */
function caption(): string {
  const busy = `${Math.max(loadBefore, loadavg()[0]!).toFixed(1)} programs waited for ${availableParallelism()} cores`;
  const platform = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return `The least of all rounds, lower is better; ${platform}; ${busy}. ${[...versions].join("; ")}`;
}

function show(benchmark: string, figures: string): void {
  const text = `${caption()}\n\n${figures}`;
  console.log(`\n${text}`);
  if (values.write) writeInto("PERFORMANCE.md", benchmark, text);
}

if (values.curves) {
  const points = Object.keys(curvePoints).filter((name) => wanted.test(name));
  const { ours } = measureTogether(points, ["ours"]);
  show("bench:engine-curves", curveTable(ours!));
  process.exit(points.every((name) => isFigure(ours![name])) ? 0 : 1);
}
if (values.sweep) {
  const points = Object.keys(sweepPoints).filter((name) => wanted.test(name));
  const { ours, pytorch } = measureTogether(points, ["ours", "pytorch"]);
  show("bench:engine-sweep", sweepTable(ours!, pytorch!));
  process.exit(points.every((name) => isFigure(ours![name])) ? 0 : 1);
}
const names = Object.keys({ ...workloads, ...peaks }).filter((name) => wanted.test(name));
const rows: ReportRow[] = [];
if (values.peers) {
  const has = scriptPeers.map((who): [string, readonly string[]] => [who, measure(all[who]!, []).has ?? names]);
  for (const name of names) {
    const able = has.filter(([, list]) => list.includes(name)).map(([who]) => who);
    if (able.length > 0) rows.push(measureRow(name, ["ours", ...able]));
  }
  show("bench:engine-peers", table(rows, scriptPeers));
} else {
  for (const name of names) rows.push(measureRow(name, Object.keys(all)));
  show("bench:engine", table(rows, ["pytorch"]));
}
if (values.json) writeFileSync(values.json, json(rows));
// A target missed is a figure to work on; a row that ours cannot do is a defect.
process.exitCode = rows.every(({ ours }) => isFigure(ours)) ? 0 : 1;
