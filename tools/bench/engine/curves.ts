/** How the cost of a training step grows with the batch and with the length of sequences: it should double where they do, but for attention. */
import { isFigure, type Measured } from "../report.ts";
import { gptStep, lenetStep, mlpStep, recurrentStep, writtenLstmStep } from "./models.ts";
import type { Workload } from "./workloads.ts";

/** One curve: what is made longer, how long, and the step at each length. */
interface Curve {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly step: (size: number) => () => unknown;
}

export const curves: readonly Curve[] = [
  { name: "MLP 784-128-10, by batch", sizes: [32, 64, 128, 256, 512], step: (batch) => mlpStep("SGD", batch) },
  { name: "LeNet-like CNN, by batch", sizes: [16, 32, 64, 128], step: lenetStep },
  {
    name: "nn.LSTM 128, 32 steps, by batch",
    sizes: [16, 32, 64, 128],
    step: (batch) => recurrentStep("LSTM", { batch }),
  },
  {
    name: "nn.LSTM 128, batch 32, by steps",
    sizes: [16, 32, 64, 128],
    step: (steps) => recurrentStep("LSTM", { steps }),
  },
  {
    name: "nn.GRU 128, 32 steps, by batch",
    sizes: [16, 32, 64, 128],
    step: (batch) => recurrentStep("GRU", { batch }),
  },
  {
    name: "nn.GRU 128, batch 32, by steps",
    sizes: [16, 32, 64, 128],
    step: (steps) => recurrentStep("GRU", { steps }),
  },
  {
    name: "LSTM from ops 128, batch 32, by steps",
    sizes: [16, 32, 64, 128],
    step: (steps) => writtenLstmStep({ steps }),
  },
  { name: "GPT, 2 layers × 128, 64 tokens, by batch", sizes: [4, 8, 16, 32], step: (batch) => gptStep({ batch }) },
  {
    name: "GPT, 2 layers × 128, batch 4, by tokens",
    sizes: [32, 64, 128, 256, 512],
    step: (tokens) => gptStep({ batch: 4, length: tokens }),
  },
];

const pointName = ({ name }: Curve, size: number) => `${name}: ${size}`;

/** The points of all curves as workloads. */
export const curvePoints: Readonly<Record<string, Workload>> = Object.fromEntries(
  curves.flatMap((curve) => curve.sizes.map((size) => [pointName(curve, size), () => curve.step(size)])),
);

/**
 * A row a curve: the microseconds of each point, and by how much the cost grows where the size doubles, from the first to the last. Linear growth is 2,
 * less if a part does not grow at all.
 */
export function curveTable(figures: Readonly<Record<string, Measured>>): string {
  const rows = curves
    .filter((curve) => curve.sizes.every((size) => pointName(curve, size) in figures))
    .map((curve) => {
      const times = curve.sizes.map((size) => figures[pointName(curve, size)]!);
      const points = curve.sizes.map((size, i) => {
        const time = times[i]!;
        return `${size}: ${isFigure(time) ? time.toFixed(0) : `fails, ${time.failed}`}`;
      });
      const growths = times.slice(1).map((time, i) => {
        const before = times[i]!;
        return isFigure(time) && isFigure(before) ? (time / before).toFixed(2) : "–";
      });
      return `| ${curve.name} | ${points.join(", ")} | ${growths.join(", ")} |`;
    });
  return ["| a step of training | size: µs | growth where the size doubles |", "|---|---|---|", ...rows].join("\n");
}
