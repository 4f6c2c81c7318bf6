/** Products that are large enough to be cut into pieces give what the pieces give by themselves. */
import { describe, expect, test } from "@jest/globals";
import { inPieces, leadingInPieces, samplesInPieces } from "../../../lib/backends/native/pieces.ts";
import { F, grad, linalg, manualSeed, matmul, narrow, nn, randn, type Tensor } from "../../../lib/index.ts";
import type { View } from "../../../lib/storage.ts";

const MOST = 2 ** 31;

function view(shape: number[]): View {
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((size, length) => size * length, 1));
  const size = shape.reduce((product, length) => product * length, 1);
  return { storage: {} as View["storage"], offset: 0, shape, strides, dtype: "float32", isContiguous: true, size };
}

/** The shapes and offsets of the pieces. */
function pieces(a: number[], b: number[], out: number[]): { a: View; b: View; out: View }[] {
  const all: { a: View; b: View; out: View }[] = [];
  inPieces(view(a), view(b), view(out), (left, right, result) => all.push({ a: left, b: right, out: result }));
  return all;
}

test("a product that takes no time is one piece", () => {
  expect(pieces([100, 100], [100, 100], [100, 100])).toHaveLength(1);
});

test.each<[string, number[], number[], number[]]>([
  ["rows", [10_000, 2000], [2000, 1000], [10_000, 1000]],
  ["batches", [64, 500, 500], [64, 500, 500], [64, 500, 500]],
  ["batches of one matrix by many", [1, 500, 500], [64, 500, 500], [64, 500, 500]],
  ["rows of batches that are large themselves", [3, 4000, 1000], [1, 1000, 2000], [3, 4000, 2000]],
  ["rows behind batches of one", [1, 1, 9000, 1000], [1, 1, 1000, 2000], [1, 1, 9000, 2000]],
])("pieces by %s cover the result once, in order, and none is too large", (_, a, b, out) => {
  const all = pieces(a, b, out);
  expect(all.length).toBeGreaterThan(1);
  let end = 0;
  for (const piece of all) {
    expect(piece.out.offset).toBe(end);
    end += piece.out.size;
    expect(piece.out.size).toBe(piece.out.shape.reduce((size, length) => size * length, 1));
    expect(piece.out.size * a.at(-1)!).toBeLessThanOrEqual(MOST);
    expect(piece.a.shape.at(-2)).toBe(piece.out.shape.at(-2));
  }
  expect(end).toBe(view(out).size);
});

test.each([
  ["that take no time are one piece", 64, 1000, [[0, 64]]],
  [
    "are cut where they are too many",
    10,
    MOST / 4,
    [
      [0, 4],
      [4, 4],
      [8, 2],
    ],
  ],
  [
    "that are too large themselves come one by one",
    3,
    2 * MOST,
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  ],
])("samples %s", (_, samples, each, expected) => {
  const all: number[][] = [];
  samplesInPieces(samples, each, (start, count) => all.push([start, count]));
  expect(all).toEqual(expected);
});

test.each([
  ["that take no time are one piece", [8, 12], 1000, [[]]],
  ["are cut where they are too many", [10, 1], MOST / 4, [[[0, 0, 4]], [[0, 4, 4]], [[0, 8, 2]]]],
  [
    "are cut by the next dimension where one of the first is too large",
    [2, 3],
    MOST / 2,
    [
      [
        [0, 0, 1],
        [1, 0, 2],
      ],
      [
        [0, 0, 1],
        [1, 2, 1],
      ],
      [
        [0, 1, 1],
        [1, 0, 2],
      ],
      [
        [0, 1, 1],
        [1, 2, 1],
      ],
    ],
  ],
])("samples and heads %s", (_, leading, each, expected) => {
  const all: unknown[] = [];
  leadingInPieces(leading, each, (cuts) => all.push(cuts));
  expect(all).toEqual(expected);
});

describe("the numbers are those of the pieces", () => {
  const rows = (x: Tensor, from: number, to: number) => narrow(x, 0, { start: from, length: to - from });

  test("for rows", () => {
    manualSeed(1);
    const [a, b] = [randn([2200, 1024]), randn([1024, 1024])];
    const whole = matmul(a, b);
    expect(rows(whole, 0, 1100).equal(matmul(rows(a, 0, 1100), b))).toBe(true);
    expect(rows(whole, 1100, 2200).equal(matmul(rows(a, 1100, 2200), b))).toBe(true);
  });

  test("for batches, of which one side is turned and the other repeated", () => {
    manualSeed(2);
    const [a, b] = [randn([3, 1024, 900]).transpose(1, 2), randn([1024, 900])];
    const whole = matmul(a, b);
    for (let i = 0; i < 3; i++) expect(whole.select(0, i).equal(matmul(a.select(0, i), b))).toBe(true);
  });

  test("for a convolution and its gradients, by samples", () => {
    manualSeed(3);
    const [x, weight] = [randn([48, 64, 56, 56]), randn([64, 64, 3, 3])];
    const some = (from: number, to: number) => rows(x, from, to);
    // Of so many multiplications a piece holds 18 samples.
    expect(Math.floor(MOST / (64 * 56 * 56 * 64 * 9))).toBe(18);
    const cuts: [number, number][] = [
      [0, 18],
      [18, 36],
      [36, 48],
    ];
    const options = { padding: 1 };
    const whole = nn.functional.conv2d(x, weight, options);
    for (const [from, to] of cuts) {
      expect(rows(whole, from, to).equal(nn.functional.conv2d(some(from, to), weight, options))).toBe(true);
    }
    const slope = (input: Tensor) =>
      grad((w: Tensor) => nn.functional.conv2d(input, w, options).square().sum())(weight);
    const sum = cuts.map(([from, to]) => slope(some(from, to))).reduce((total, part) => total.add(part));
    expect(slope(x).equal(sum)).toBe(true);
  });

  test("for attention and its gradients, by samples and heads, under masks that are repeated", () => {
    manualSeed(4);
    const inputs = [1, 2, 3].map(() => randn([2, 3, 2048, 64]));
    // A head takes 2048² · 128 multiplications: four of them are more than a piece.
    expect(3 * 2048 ** 2 * 128).toBeLessThan(MOST);
    expect(6 * 2048 ** 2 * 128).toBeGreaterThan(MOST);
    for (const mask of [randn([2048]), randn([3, 1, 2048]), randn([2, 1, 1, 2048])]) {
      const attend = (x: Tensor[], attnMask: Tensor) => {
        const leaves = x.map((one) => one.detach().requiresGrad_());
        const [query, key, value] = leaves as [Tensor, Tensor, Tensor];
        const out = F.scaledDotProductAttention(query, key, value, { attnMask });
        out.square().sum().backward();
        return [out, ...leaves.map((leaf) => leaf.grad!)];
      };
      const whole = attend(inputs, mask);
      for (const sample of [0, 1]) {
        const own = mask.ndim === 4 ? rows(mask, sample, sample + 1) : mask;
        attend(
          inputs.map((x) => rows(x, sample, sample + 1)),
          own,
        ).forEach((made, i) => {
          expect(rows(whole[i]!, sample, sample + 1).equal(made)).toBe(true);
        });
      }
    }
  });

  test("for decompositions of a batch", () => {
    manualSeed(5);
    const a = randn([40, 180, 180]);
    expect(40 * 12 * 180 ** 3).toBeGreaterThan(MOST);
    const whole = linalg.svd(a).S;
    for (const i of [0, 29, 30, 39]) expect(whole.select(0, i).equal(linalg.svd(a.select(0, i)).S)).toBe(true);
  });
});
