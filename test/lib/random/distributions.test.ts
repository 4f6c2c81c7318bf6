/** Whether draws follow their distributions: tests of fit at fixed seeds, with bounds that a right stream misses once in 10⁵ times. */
import { describe, expect, test } from "@jest/globals";
import { erf } from "../../../lib/backends/js/special.ts";
import {
  bernoulli,
  multinomial,
  nn,
  normal,
  poisson,
  RandomGenerator,
  rand,
  randint,
  randintLike,
  randn,
  randperm,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const count = 20_000;
const seeds = [1, 2, 3];

/** Kolmogorov and Smirnov: the greatest gap between the empirical and the true distribution function. */
function greatestGap(values: ArrayLike<number>, distribution: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.reduce((gap, value, i) => {
    const p = distribution(value);
    return Math.max(gap, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  }, 0);
}

/** The gap that a right sample exceeds with probability 10⁻⁵: √(−½ ln(α/2) / n). */
const gapBound = Math.sqrt((-0.5 * Math.log(1e-5 / 2)) / count);

/** Pearson's χ². */
function chiSquare(values: ArrayLike<number>, probabilities: readonly number[]): number {
  const seen = new Array<number>(probabilities.length).fill(0);
  for (let i = 0; i < values.length; i++) seen[values[i]!]!++;
  return probabilities.reduce((sum, p, i) => sum + (seen[i]! - p * values.length) ** 2 / (p * values.length), 0);
}

/** What χ² with so many degrees of freedom exceeds with probability 10⁻⁵, by Wilson and Hilferty; 4.265 is the normal quantile. */
function chiBound(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 4.265 * Math.sqrt(2 / (9 * freedom))) ** 3;
}

const uniformOn = (low: number, high: number) => (x: number) => Math.min(1, Math.max(0, (x - low) / (high - low)));
const normalOf = (mean: number, std: number) => (x: number) => 0.5 * (1 + erf((x - mean) / std / Math.SQRT2));

describe.each(seeds)("from seed %i", (seed) => {
  const generator = new RandomGenerator(seed);

  test.each(["float32", "float64"] as const)("rand() in %s is uniform on [0, 1)", (dtype) => {
    const { data } = rand([count], { dtype, generator });
    expect(greatestGap(data, uniformOn(0, 1))).toBeLessThan(gapBound);
    expect(Math.max(...data)).toBeLessThan(1);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
  });

  test.each(["float32", "float64"] as const)("randn() in %s is normal", (dtype) => {
    expect(greatestGap(randn([count], { dtype, generator }).data, normalOf(0, 1))).toBeLessThan(gapBound);
  });

  test("randn() drawn a few at a time is normal", () => {
    const few = Array.from({ length: count / 4 }, () => [...randn([4], { generator }).data]).flat();
    expect(greatestGap(few, normalOf(0, 1))).toBeLessThan(gapBound);
  });

  test("normal() has the means and deviations that it is given", () => {
    const means = tensor(new Float32Array(count).fill(3));
    expect(greatestGap(normal(means, 2, { generator }).data, normalOf(3, 2))).toBeLessThan(gapBound);
    expect(() => normal(0, -1)).toThrow("Cannot draw with standard deviation -1: it must be ≥ 0");
  });

  test("randintLike() gives every number equally often, in the type of what it is like", () => {
    const like = tensor(new Uint8Array(count));
    const drawn = randintLike(like, 0, 4, { generator });
    expect([drawn.dtype, drawn.shape]).toEqual(["uint8", [count]]);
    expect(chiSquare(drawn.data, new Array(4).fill(1 / 4))).toBeLessThan(chiBound(3));
  });

  test("randint() gives every number equally often", () => {
    const { data } = randint(6, [count], { generator });
    expect(chiSquare(data, new Array(6).fill(1 / 6))).toBeLessThan(chiBound(5));
  });

  test("randperm() gives every order equally often", () => {
    const orders = Array.from({ length: count }, () => {
      const [a, b] = randperm(3, { generator }).data as Int32Array;
      return a! * 2 + (b! > [1, 0, 0][a!]! ? 1 : 0);
    });
    expect(chiSquare(orders, new Array(6).fill(1 / 6))).toBeLessThan(chiBound(5));
  });

  test("bernoulli() gives ones with their probability", () => {
    const { data } = bernoulli(new Array(count).fill(0.3), { generator });
    expect(chiSquare(data, [0.7, 0.3])).toBeLessThan(chiBound(1));
  });

  test.each([0.5, 4, 30])("poisson() of rate %d follows its distribution", (rate) => {
    const { data } = poisson(new Array(count).fill(rate), { generator });
    // The tail is one class, so that each expects some draws.
    const most = Math.ceil(rate + 3 * Math.sqrt(rate)) + 1;
    const masses = [Math.exp(-rate)];
    for (let k = 1; k < most; k++) masses.push((masses[k - 1]! * rate) / k);
    const low = masses.findIndex((p) => p * count > 5);
    const classes = [masses.slice(0, low + 1).reduce((a, b) => a + b), ...masses.slice(low + 1)];
    const all = [...classes, 1 - classes.reduce((a, b) => a + b)];
    const drawn = Array.from(data, (k) => Math.min(Math.max(k, low), most) - low);
    expect(chiSquare(drawn, all)).toBeLessThan(chiBound(all.length - 1));
  });

  test("multinomial() with replacement follows the weights", () => {
    const { data } = multinomial([1, 2, 3, 4], { count, replacement: true, generator });
    expect(chiSquare(data, [0.1, 0.2, 0.3, 0.4])).toBeLessThan(chiBound(3));
  });

  test("multinomial() without replacement draws one by one from what is left", () => {
    // Of two draws from weights (1, 2, 3): P(a then b) = w_a · w_b / (1 − w_a).
    const weights = [1 / 6, 2 / 6, 3 / 6];
    const pairs: number[] = [];
    const expected: number[] = [];
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) if (a !== b) expected.push((weights[a]! * weights[b]!) / (1 - weights[a]!));
    }
    for (let i = 0; i < count; i++) {
      const [a, b] = multinomial([1, 2, 3], { count: 2, generator }).data as Int32Array;
      pairs.push(a! * 2 + (b! > a! ? b! - 1 : b!));
    }
    expect(chiSquare(pairs, expected)).toBeLessThan(chiBound(5));
  });
});

describe("first weights", () => {
  const shape = [100, 200] as const;
  const rows: readonly [name: string, fill: () => { data: ArrayLike<number> }, distribution: (x: number) => number][] =
    [
      [
        "xavierUniform_ is uniform on ±√(6/(in + out))",
        () => nn.init.xavierUniform_(zeros(shape)),
        uniformOn(-Math.sqrt(6 / 300), Math.sqrt(6 / 300)),
      ],
      [
        "xavierNormal_ has variance 2/(in + out)",
        () => nn.init.xavierNormal_(zeros(shape)),
        normalOf(0, Math.sqrt(2 / 300)),
      ],
      [
        "kaimingUniform_ is uniform on ±√(6/in)",
        () => nn.init.kaimingUniform_(zeros(shape)),
        uniformOn(-Math.sqrt(6 / 200), Math.sqrt(6 / 200)),
      ],
      [
        "kaimingNormal_ has variance 2/in",
        () => nn.init.kaimingNormal_(zeros(shape), { nonlinearity: "relu" }),
        normalOf(0, Math.sqrt(2 / 200)),
      ],
      [
        "Linear's weights are uniform on ±1/√in",
        () => new nn.Linear(200, 100).weight,
        uniformOn(-1 / Math.sqrt(200), 1 / Math.sqrt(200)),
      ],
      ["Embedding's vectors are normal", () => new nn.Embedding(100, 200).weight, normalOf(0, 1)],
    ];

  test.each(rows)("%s", (_, fill, distribution) => {
    expect(greatestGap(fill().data, distribution)).toBeLessThan(gapBound);
  });

  test("orthogonal_ gives rows of length gain at right angles", () => {
    const w = nn.init.orthogonal_(zeros([20, 50], { dtype: "float64" }), { gain: 3 });
    w.matmul(w.t()).data.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 21 === 0 ? 9 : 0, 12);
    });
  });
});
