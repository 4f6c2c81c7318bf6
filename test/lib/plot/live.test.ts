/** Training that one can watch: what the panel shows, how often, and what remains. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DivergenceError, data, fit, manualSeed, nn, optim, plot } from "../../../lib/index.ts";

const bundleSymbol = Symbol.for("Jupyter.display");

interface Shown {
  readonly bundle: Record<string, unknown>;
  readonly id: string;
  readonly update: boolean;
  readonly at: number;
}

let shown: Shown[] = [];

/** Stands for the kernel. */
const notebook = {
  display(value: Record<symbol, () => unknown>, { id, update }: { id: string; update: boolean }): void {
    // What is shown is read at once, as the kernel does; a chart would paint its picture.
    const bundle = value instanceof plot.Chart ? { chart: value } : (value[bundleSymbol]!() as Record<string, unknown>);
    shown.push({ bundle, id, update, at: performance.now() });
  },
  stopIfInterrupted(): void {},
};
const place = Symbol.for("gradbook.notebook");
const globals = globalThis as { [place]?: typeof notebook };

beforeEach(() => {
  shown = [];
  globals[place] = { ...notebook };
});
afterEach(() => {
  delete globals[place];
});

function training(steps: number, lr = 0.05) {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
  return { model, options: { optimizer: new optim.SGD(model.parameters(), { lr }), steps, validation: data.xor() } };
}

test("trains as fit does, number by number", async () => {
  const one = training(40);
  const history = await plot.live(one.model, data.xor(), one.options);
  const other = training(40);
  expect(history).toEqual(fit(other.model, data.xor(), other.options));
});

test("ends as a chart in the place of the panel", async () => {
  const { model, options } = training(40);
  await plot.live(model, data.xor(), { ...options, title: "XOR" });
  const { chart } = shown.at(-1)!.bundle as { chart: plot.Chart };
  expect(chart.spec.title).toMatchObject({
    text: "XOR",
    subtitle: expect.stringMatching(/^40 steps, best validation loss 0\.\d+$/),
  });
});

describe("while it trains", () => {
  beforeEach(async () => {
    const { model, options } = training(1_000_000);
    // Slow enough for a few pictures, however fast the machine is.
    const begun = performance.now();
    await plot.live(model, data.xor(), { ...options, onStep: () => performance.now() - begun < 900 });
  });

  test("the panel is one display, shown anew at most five times a second", () => {
    expect(shown.length).toBeGreaterThan(2);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(shown.map(({ update }) => update)).toEqual(shown.map((_, i) => i > 0));
    const panels = shown.slice(0, -1);
    const gaps = panels.slice(1).map(({ at }, i) => at - panels[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
  });

  test("the panel is HTML with a drawing and without a script, and says what matters", () => {
    const html = String(shown[1]!.bundle["text/html"]);
    expect(html).not.toMatch(/<script|javascript:|on\w+=/);
    expect(html).toContain("<polyline");
    expect(html).toMatch(
      /step \d+\/1000000, epoch \d+ · loss [\d.e-]+ · validation [\d.e-]+, best [\d.e-]+ · lr 0.05 · ‖g‖ [\d.e-]+ · [\d.e+]+ steps\/s · .+ left/,
    );
    expect(shown[1]!.bundle["text/plain"]).toMatch(/^step \d+\/1000000/);
    // One kind of content from the first picture to the last panel, or front ends would flicker.
    expect(new Set(shown.slice(0, -1).map(({ bundle }) => Object.keys(bundle).join()))).toEqual(
      new Set(["text/html,text/plain"]),
    );
  });
});

test("raises an alarm where the loss is no longer a number, and throws as fit does", async () => {
  const { model, options } = training(500, 1e12);
  await expect(plot.live(model, data.xor(), options)).rejects.toThrow(DivergenceError);
  expect(String(shown.at(-1)!.bundle["text/html"])).toMatch(/color:#D55E00[^>]*>[^<]*(NaN|nan|∞|infin)/i);
});

test("stops where the kernel says that the cell was interrupted, with the model as it was", async () => {
  const { model, options } = training(1_000_000);
  let turns = 0;
  globals[place]!.stopIfInterrupted = () => {
    if (++turns === 2) throw new Error("the cell was interrupted");
  };
  model.eval();
  await expect(plot.live(model, data.xor(), options)).rejects.toThrow("the cell was interrupted");
  expect(model.training).toBe(false);
});

test("trains outside a notebook too, in silence", async () => {
  delete globals[place];
  const { model, options } = training(10);
  expect((await plot.live(model, data.xor(), options)).loss.length).toBe(10);
});
