/** Checkpoints: training goes on as if it had not stopped. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  arange,
  type Checkpoint,
  data,
  type FitOptions,
  fit,
  loadCheckpoint,
  manualSeed,
  nn,
  optim,
  RandomGenerator,
  rand,
  saveCheckpoint,
  Tensor,
} from "../../../lib/index.ts";
import { line, train } from "./line.ts";

describe("a checkpoint", () => {
  const build = () => {
    manualSeed(7);
    const model = new nn.Sequential(
      new nn.Linear(1, 4),
      new nn.BatchNorm1d(4),
      new nn.Dropout(0.25, { generator: new RandomGenerator(3) }),
      new nn.Dropout(0.25),
      new nn.Linear(4, 1),
    );
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.1, amsgrad: true });
    const samples = { x: arange(20).reshape([20, 1]), y: arange(20).reshape([20, 1]).mul(0.1) };
    const loader = new data.DataLoader(samples, { batchSize: 6, shuffle: true, generator: new RandomGenerator(5) });
    const schedule = [
      new optim.lrScheduler.ExponentialLR(optimizer, { gamma: 0.9 }),
      new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0 }),
    ];
    const options: FitOptions = {
      optimizer,
      schedule,
      validation: samples,
      earlyStopping: { patience: 20 },
      epochs: 6,
    };
    return { model, loader, options };
  };
  const weights = (model: nn.Module) => Object.values(model.stateDict()).map((t) => t.toArray());

  test("resumes exactly: weights, optimizer, schedules, streams, history", () => {
    const whole = build();
    const history = fit(whole.model, whole.loader, whole.options);
    const half = build();
    const saved: Checkpoint[] = [];
    fit(half.model, half.loader, { ...half.options, epochs: 3, checkpoint: { save: (c) => saved.push(c) } });
    expect(saved.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ]);
    const rest = build();
    // Whatever was drawn since must not matter.
    rand([5]);
    expect(fit(rest.model, rest.loader, { ...rest.options, resume: saved[2] })).toEqual(history);
    expect(weights(rest.model)).toEqual(weights(whole.model));
    // From the second too: checkpoints share nothing with the training that went on.
    const again = build();
    expect(fit(again.model, again.loader, { ...again.options, resume: saved[1] })).toEqual(history);
  });

  test("comes back from a file the same, infinities and whole numbers included", () => {
    const path = join(mkdtempSync(join(tmpdir(), "gradbook-")), "run.json");
    const { model, loader, options } = build();
    let kept: Checkpoint | undefined;
    fit(model, loader, {
      ...options,
      epochs: 1,
      checkpoint: {
        save: (c) => {
          kept = c;
          saveCheckpoint(path, c);
        },
      },
    });
    const read = loadCheckpoint(path);
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Tensor ? [v.dtype, v.shape, ...v.data] : v)));
    expect(plain(read)).toEqual(plain(kept));
    expect(readdirSync(dirname(path))).toEqual(["run.json"]);
    const other = build();
    expect(fit(other.model, other.loader, { ...other.options, resume: read }).epochLoss).toHaveLength(6);
    rmSync(dirname(path), { recursive: true });
  });

  test("is taken every so many whole epochs, and not in the middle of one", () => {
    const epochs: number[] = [];
    const save = ({ epoch }: Checkpoint) => epochs.push(epoch);
    train({ steps: 9, batchSize: 2, checkpoint: { every: 2, save } });
    expect(epochs).toEqual([2, 4]);
    train({ steps: 3, batchSize: 2, checkpoint: { save } });
    expect(epochs).toEqual([2, 4, 1]);
  });

  test("refuses other schedules and other streams", () => {
    const { model, loader, options } = build();
    let kept: Checkpoint | undefined;
    fit(model, loader, {
      ...options,
      epochs: 1,
      checkpoint: {
        save: (c) => {
          kept = c;
        },
      },
    });
    expect(() => fit(model, loader, { ...options, schedule: [], resume: kept })).toThrow(
      "Cannot resume with 0 schedules: the checkpoint has 2",
    );
    expect(() => fit(model, line, { ...options, resume: kept })).toThrow(
      "Cannot resume with 2 random generators: the checkpoint has 3",
    );
    const path = join(mkdtempSync(join(tmpdir(), "gradbook-")), "text.json");
    writeFileSync(path, "{}");
    expect(() => loadCheckpoint(path)).toThrow(
      `Cannot resume from ${path}: it is no checkpoint that saveCheckpoint wrote`,
    );
  });
});
