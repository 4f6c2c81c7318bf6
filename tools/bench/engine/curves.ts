/** How the cost of a training step grows with the batch and with the length of sequences: it should double where they do. */
import { lenetStep, mlpStep, recurrentStep } from "./models.ts";
import type { Workload } from "./workloads.ts";

/** One curve: what is made longer, how long, and the step at each length. */
interface Curve {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly step: (size: number) => () => unknown;
}

export const curves: readonly Curve[] = [
  { name: "MLP 784-128-10, by batch", sizes: [32, 64, 128, 256], step: (batch) => mlpStep("SGD", batch) },
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
    name: "nn.GRU 128, batch 32, by steps",
    sizes: [16, 32, 64, 128],
    step: (steps) => recurrentStep("GRU", { steps }),
  },
];

const pointName = ({ name }: Curve, size: number) => `${name}: ${size}`;

/** The points of all curves as workloads. */
export const curvePoints: Readonly<Record<string, Workload>> = Object.fromEntries(
  curves.flatMap((curve) => curve.sizes.map((size) => [pointName(curve, size), () => curve.step(size)])),
);

/** A row a curve: the size and microseconds of each point, and how much the last costs for each doubling from the first. */
export function curveTable(measure: (name: string) => number): string {
  const rows = curves.map((curve) => {
    const times = curve.sizes.map((size) => measure(pointName(curve, size)));
    const points = curve.sizes.map((size, i) => `${size}: ${times[i]!.toFixed(0)}`).join(", ");
    const doublings = Math.log2(curve.sizes.at(-1)! / curve.sizes[0]!);
    const growth = (times.at(-1)! / times[0]!) ** (1 / doublings);
    return `| ${curve.name} | ${points} | ${growth.toFixed(2)} |`;
  });
  return ["| step of training | size: µs | for each doubling |", "|---|---|---|", ...rows].join("\n");
}
