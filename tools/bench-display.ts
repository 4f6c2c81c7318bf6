/**
 * `npm run bench:display`: how long charts take to be shown, and how large they are, against the limits that we set ourselves: a display call (spec
 * and picture) in 100 ms and a picture in 80 ms, medians once warm; ten thousand points in 400 kB.
 *
 *   -- --json FILE   also writes the figures as JSON, with the limit as peer
 *   -- --write       also puts the table into PERFORMANCE.md
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  arange,
  data,
  F,
  manualSeed,
  nn,
  optim,
  plot,
  rand,
  randn,
  softmax,
  tensor,
  fit as train,
} from "../lib/index.ts";
import { json, median, met, type ReportRow, table, writeInto } from "./bench/report.ts";

type Shown = plot.Chart | plot.Figure;

const rounds = 9;
/** The first call loads what is lazy; those after it are slow until V8 has compiled what they run, which is megabytes of other people's scripts. */
const warming = 10;
const limit = "limit";

manualSeed(0);
const curves = Object.fromEntries(
  ["train", "validation"].map((name) => [
    name,
    arange(100)
      .mul(-0.03)
      .exp()
      .add(randn([100]).mul(0.02))
      .add(name.length / 50),
  ]),
);
const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
const moons = data.moons({ count: 200, noise: 0.1 });
train(
  model,
  { x: moons.x, y: moons.y.float().unsqueeze(1) },
  { optimizer: new optim.Adam(model.parameters(), { lr: 0.02 }), steps: 100 },
);
const w = tensor([0.5, -1], { requiresGrad: true });
const [points, cloud, sample] = [randn([1000, 2]), randn([10_000, 2]), randn([1_000_000])];
const bowl = (x: number, y: number) => x * x + 3 * y * y;

const charts: Readonly<Record<string, () => Shown>> = {
  "line, 2 × 100 points": () => plot.line(curves, { title: "Losses", xLabel: "epoch", yLabel: "loss", yScale: "log" }),
  "scatter, 1,000 points": () => plot.scatter(points),
  "scatter, 10,000 points": () => plot.scatter(cloud),
  "histogram, 1,000,000 numbers": () => plot.histogram(sample),
  "heat map, 10 × 10": () => plot.heatmap(rand([10, 10])),
  "contour with a path": () =>
    plot.contour(bowl, {
      paths: [
        [2, 2],
        [1, 0.5],
        [0, 0],
      ],
    }),
  "decision surface": () => plot.decisionSurface(model, moons),
  "function and derivative": () => plot.functionAndDerivative(F.gelu),
  "image grid, 32 pictures": () => plot.imageGrid(rand([32, 28, 28])),
  "attention, 4 heads": () => plot.attention(softmax(randn([4, 12, 12]), 3 - 1)),
  network: () => plot.neuralNet(model),
  "computation graph": () =>
    plot.graph(
      F.sigmoid(w.mul([1, 2]).sum())
        .sub(1)
        .pow(2),
    ),
  "surface, 41 × 41": () => plot.lossSurface(bowl, { title: "Loss" }),
  "plotly lines": () =>
    new plot.Figure({
      data: [
        { y: [1, 3, 2], name: "a" },
        { y: [2, 1, 3], name: "b" },
      ],
    }),
};

async function displayed(chart: Shown): Promise<number> {
  const method = (chart as unknown as Record<symbol, () => Promise<object>>)[Symbol.for("Jupyter.display")]!;
  return JSON.stringify(await method.call(chart)).length;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < warming; i++) await work();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push(await timed(work));
  return median(times);
}

function row(name: string, unit: string, ours: number, most: number): ReportRow {
  return { name, unit, ours, peers: { [limit]: most }, target: { ratio: 1, peer: limit } };
}

const rows: ReportRow[] = [];
const times: { display: number[]; png: number[] } = { display: [], png: [] };
for (const [name, make] of Object.entries(charts)) {
  const [display, png] = [await medianOf(() => displayed(make())), await medianOf(() => make().png())];
  times.display.push(display);
  times.png.push(png);
  rows.push(row(`${name}: display`, "ms", display, 100), row(`${name}: picture`, "ms", png, 80));
  if (name.includes("10,000")) rows.push(row(`${name}: bundle`, "kB", (await displayed(make())) / 1000, 400));
}
const notebook = 30 * (await displayed(charts["line, 2 × 100 points"]!()));
rows.push(row("30 line charts: notebook", "kB", notebook / 1000, 1500));
rows.push(
  row("all charts: median display", "ms", median(times.display), 100),
  row("all charts: median picture", "ms", median(times.png), 80),
);

const { values } = parseArgs({ options: { json: { type: "string" }, write: { type: "boolean" } } });
const figures = `Medians, lower is better; Node ${process.versions.node}, ${process.platform} ${process.arch}\n\n${table(rows, [limit])}`;
console.log(figures);
console.log(`\n${rows.filter((one) => met(one)).length} of ${rows.length} within the limit`);
if (values.write) writeInto("PERFORMANCE.md", "bench:display", figures);
if (values.json) writeFileSync(values.json, json(rows));
process.exit(0);
