/** The sets in the plane. */
import { describe, expect, test } from "@jest/globals";
import { data, RandomGenerator } from "../../../lib/index.ts";

const sets: [string, (options: { count?: number; generator?: RandomGenerator }) => data.Samples, number][] = [
  ["blobs", data.blobs, 2],
  ["gaussians", data.gaussians, 2],
  ["moons", (options) => data.moons({ noise: 0.1, ...options }), 2],
  ["circles", (options) => data.circles({ noise: 0.1, ...options }), 2],
  ["spirals", (options) => data.spirals({ classes: 3, noise: 0.1, ...options }), 3],
];

describe.each(sets)("%s()", (_, draw, classes) => {
  test("has points in the plane and class numbers, as many of each class as of any other", () => {
    const { x, y } = draw({ count: 30 });
    expect([x.shape, x.dtype, y.shape, y.dtype]).toEqual([[30, 2], "float32", [30], "int32"]);
    for (let c = 0; c < classes; c++) expect(y.eq(c).sum().item()).toBe(30 / classes);
  });

  test("has 100 points by default, of the asked number otherwise", () => {
    expect(draw({}).x.shape).toEqual([100, 2]);
    expect(draw({ count: 7 }).x.shape).toEqual([7, 2]);
  });

  test("is the same for the same seed", () => {
    const once = () => draw({ generator: new RandomGenerator(4) }).x.toArray();
    expect(once()).toEqual(once());
  });

  test("refuses fewer points than classes", () => {
    expect(() => draw({ count: 1 })).toThrow(
      `Cannot draw 1 samples of ${classes} classes: there must be a whole number, at least one a class`,
    );
  });
});

describe("without noise", () => {
  const radius = ([x, y]: number[]) => Math.hypot(x!, y!);
  const points = ({ x }: data.Samples) => x.toArray() as number[][];

  test("circles lie at radius 1 and factor", () => {
    const set = data.circles({ count: 20, factor: 0.25 });
    points(set).forEach((p, i) => {
      expect(radius(p)).toBeCloseTo(set.y.data[i] === 0 ? 1 : 0.25, 6);
    });
    expect(() => data.circles({ factor: 1 })).toThrow("Cannot draw a circle of radius 1 within one of radius 1");
  });

  test("moons are half circles around (0, 0) and (1, ½)", () => {
    const set = data.moons({ count: 20 });
    points(set).forEach(([x, y], i) => {
      const upper = set.y.data[i] === 0;
      expect(Math.hypot(upper ? x! : x! - 1, upper ? y! : y! - 0.5)).toBeCloseTo(1, 6);
      expect(upper ? y! >= -1e-6 : y! <= 0.5 + 1e-6).toBe(true);
    });
  });

  test("spirals wind out to radius 1", () => {
    expect(Math.max(...points(data.spirals({ count: 40 })).map(radius))).toBeCloseTo(1, 6);
  });

  test("blobs stand at their centers", () => {
    expect(
      points(
        data.blobs({
          count: 3,
          centers: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          std: 0,
        }),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });
});
