/** Generators: state, seeds, errors, and the elementary functions behind normal numbers. */
import { afterEach, describe, expect, test } from "@jest/globals";
import {
  bernoulli,
  manualSeed,
  multinomial,
  RandomGenerator,
  rand,
  randint,
  randn,
  randperm,
  zeros,
} from "../../../lib/index.ts";
import { circlePoint, ln, ln1p } from "../../../lib/random/elementary.ts";
import { normal_, uniform_ } from "../../../lib/random.ts";

afterEach(() => {
  manualSeed(0);
});

describe("a generator", () => {
  test("gives MT19937's published numbers from seed 5489", () => {
    // The 10,000th number of the reference implementation's default seed.
    const generator = new RandomGenerator(5489);
    let last = 0;
    for (let i = 0; i < 10_000; i++) last = generator.random();
    expect(last).toBe(4123659995);
  });

  test("gives the same stream from the same seed, and another from another", () => {
    const draw = (seed: number) => [...randn([20], { generator: new RandomGenerator(seed) }).data];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test("goes on where a saved state was taken, the spare normal number included", () => {
    const generator = new RandomGenerator(3);
    randn([3], { generator });
    const state = JSON.parse(JSON.stringify(generator.getState()));
    const next = [...randn([5], { generator }).data, ...rand([5], { generator }).data];
    const other = new RandomGenerator(99).setState(state);
    expect([...randn([5], { generator: other }).data, ...rand([5], { generator: other }).data]).toEqual(next);
    expect(other.initialSeed).toBe(3);
  });

  test("does not disturb the default stream", () => {
    manualSeed(1);
    const alone = [...rand([4]).data];
    manualSeed(1);
    const first = [...rand([2]).data];
    rand([9], { generator: new RandomGenerator(5) });
    expect([...first, ...rand([2]).data]).toEqual(alone);
  });

  test("refuses a seed that is no whole number and a state of the wrong size", () => {
    expect(() => manualSeed(0.5)).toThrow(
      new RangeError("Cannot seed a generator with 0.5: it must be a whole number"),
    );
    const generator = new RandomGenerator();
    expect(() => generator.setState({ seed: 0, twister: [1, 2], spare: null })).toThrow(/generator state of 2 numbers/);
  });
});

describe("random tensors", () => {
  test("have the asked shape and type, and can require gradients", () => {
    expect(rand([2, 3]).shape).toEqual([2, 3]);
    expect(randn([0]).size).toBe(0);
    expect(randint(5, [2]).dtype).toBe("int32");
    expect(rand([2], { dtype: "float64", requiresGrad: true }).requiresGrad).toBe(true);
  });

  test("refuse what makes no sense, naming it", () => {
    expect(() => rand([2], { dtype: "int32" })).toThrow(/Cannot draw int32 numbers.*use randint/);
    expect(() => randint(3, 3, [1])).toThrow(
      "Cannot draw whole numbers from 3 to before 3: there must be 1 to 2³² of them",
    );
    expect(() => randperm(-1)).toThrow(RangeError);
    expect(() => bernoulli([1.5])).toThrow("Cannot draw with probability 1.5: it must be from 0 to 1");
    expect(() => multinomial([1, 0], { count: 2 })).toThrow(
      "Cannot draw 2 different indices: only 1 weights are positive",
    );
    expect(() => multinomial([1, -1])).toThrow("Cannot draw with weight -1: it must be ≥ 0 and finite");
    expect(() => uniform_(zeros([1]), { from: 2, to: 1 })).toThrow(
      "Cannot draw from 2 to 1: the first must not be the greater",
    );
    expect(() => normal_(zeros([1]), { std: -1 })).toThrow("Cannot draw with standard deviation -1: it must be ≥ 0");
  });

  test("fill views that do not lie in a row", () => {
    const whole = zeros([3, 2]);
    uniform_(whole.t(), { from: 1, to: 2 });
    expect(Math.min(...whole.data)).toBeGreaterThanOrEqual(1);
    const direct = uniform_(zeros([2, 3]), { from: 1, to: 2, generator: new RandomGenerator(1) });
    uniform_(whole.t(), { from: 1, to: 2, generator: new RandomGenerator(1) });
    expect(whole.t().toArray()).toEqual(direct.toArray());
  });

  test("are filled in place only where autograd would see it", () => {
    expect(() => uniform_(zeros([2], { requiresGrad: true }))).toThrow(/in place a tensor that requires a gradient/);
  });
});

describe("elementary functions", () => {
  const grid = Array.from({ length: 4001 }, (_, i) => 1.0137 ** (i - 2000) * 1.3);

  test("ln() is Math.log up to its last digits", () => {
    for (const x of grid)
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(x))));
    expect(ln(1)).toBe(0);
  });

  test("ln1p() keeps its digits near 0", () => {
    for (const x of [1e-20, 1e-10, 1e-5, 0.1, 0.9]) {
      expect(Math.abs(ln1p(-x) / Math.log1p(-x) - 1)).toBeLessThan(1e-15);
    }
  });

  test("circlePoint() is cosine and sine of a turn, exact at its quarters", () => {
    // Math.cos gets an angle that is itself rounded, by up to 9e-16 near a full turn.
    for (let i = 0; i < 1000; i++) {
      const [cos, sin] = circlePoint(i / 1000);
      expect(Math.abs(cos - Math.cos((2 * Math.PI * i) / 1000))).toBeLessThan(2e-15);
      expect(Math.abs(sin - Math.sin((2 * Math.PI * i) / 1000))).toBeLessThan(2e-15);
    }
    expect(circlePoint(0)).toEqual([1, 0]);
    expect(circlePoint(0.25).map((v) => v + 0)).toEqual([0, 1]);
    expect(circlePoint(0.5).map((v) => v + 0)).toEqual([-1, 0]);
  });
});
