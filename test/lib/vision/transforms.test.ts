/** Changes to pictures. */
import { describe, expect, test } from "@jest/globals";
import { allClose, arange, ones, RandomGenerator, rand, vision, zeros } from "../../../lib/index.ts";

const {
  compose,
  normalize,
  randomHorizontalFlip,
  randomVerticalFlip,
  randomCrop,
  randomAffine,
  colorJitter,
  gaussianNoise,
} = vision.transforms;
const seeded = () => new RandomGenerator(0);
const image = arange(12).reshape([1, 3, 4]);

describe("transforms", () => {
  test("flip as often as their probability says", () => {
    const turn = randomHorizontalFlip({ p: 0.3, generator: seeded() });
    const flipped = Array.from({ length: 2000 }, () =>
      turn([[0, 1]])
        .select(1, 0)
        .item(),
    ).filter((v) => v === 1).length;
    // Five standard deviations of a binomial count.
    expect(Math.abs(flipped - 600)).toBeLessThan(5 * Math.sqrt(2000 * 0.3 * 0.7));
    expect(randomVerticalFlip({ p: 1 })(image).select(1, 0).toArray()).toEqual([[8, 9, 10, 11]]);
    expect(randomHorizontalFlip({ p: 0 })(image).toArray()).toEqual(image.toArray());
  });

  test("crop every place that there is, with zeros past the edge", () => {
    const crop = randomCrop([3, 4], { padding: 1, generator: seeded() });
    const seen = new Set(Array.from({ length: 300 }, () => crop(image.add(1)).data.join()));
    expect(seen.size).toBe(9);
    expect(seen.has(image.add(1).data.join())).toBe(true);
  });

  test("turn by a right angle as flipping and transposing does, and enlarge about the middle", () => {
    const square = rand([2, 5, 5]);
    // Whichever way it turns: by 90 degrees times a number from −1 to 1, of which this generator gives the extremes.
    const always = (value: number) => Object.assign(seeded(), { uniform: () => value });
    const turned = randomAffine({ degrees: 90, generator: always(1) })(square);
    const wanted = square.transpose(-1, -2);
    expect([wanted.flip(-1), wanted.flip(-2)].some((way) => allClose(way, turned, { atol: 1e-5 }))).toBe(true);
    const line = arange(5).reshape([1, 5]).expand([5, 5]);
    const wide = randomAffine({ scale: [2, 2], generator: seeded() })(line).select(0, 2);
    expect(wide.toArray()).toEqual([1, 1.5, 2, 2.5, 3]);
    expect(allClose(randomAffine({ generator: seeded() })(square), square, { atol: 1e-6 })).toBe(true);
  });

  test("change brightness and contrast within their reach and within [0, 1]", () => {
    const jitter = colorJitter({ brightness: 0.5, generator: seeded() });
    const levels = Array.from({ length: 500 }, () => jitter(ones([1, 1]).mul(0.4)).item());
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(Math.max(...levels)).toBeLessThanOrEqual(0.6 + 1e-6);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.35);
    expect(
      colorJitter({ contrast: 1, generator: seeded() })(rand([3, 4, 4]))
        .amax()
        .item(),
    ).toBeLessThanOrEqual(1);
  });

  test("add noise of the deviation that is asked for, follow each other, and are the same from the same seed", () => {
    const noisy = gaussianNoise({ std: 0.5, generator: seeded() })(zeros([100, 100]));
    expect(Math.abs(noisy.std().item() - 0.5)).toBeLessThan(0.02);
    const chain = () => {
      const generator = seeded();
      return compose([randomHorizontalFlip({ generator }), gaussianNoise({ generator }), normalize([1], [2])])(
        image,
      ).toArray();
    };
    expect(chain()).toEqual(chain());
    expect(normalize([0, 1], [1, 2])(ones([2, 1, 1]).mul(3)).toArray()).toEqual([[[3]], [[1]]]);
  });

  test.each<[string, () => unknown]>([
    ["Cannot flip [3]: a picture is (…, height, width)", () => randomHorizontalFlip()([1, 2, 3])],
    ["with probability 2: it must be from 0 to 1", () => randomHorizontalFlip({ p: 2 })],
    ["Cannot crop [1,3,4] to [5,5]: it is smaller", () => randomCrop([5, 5])(image)],
    ["Cannot divide by the deviations 0", () => normalize([0], [0])],
    ["Cannot enlarge by factors from 0 to 1", () => randomAffine({ scale: [0, 1] })],
    ["Cannot jitter by -1 and 0: both must be ≥ 0", () => colorJitter({ brightness: -1 })],
    ["Cannot add noise of deviation -1: it must be ≥ 0", () => gaussianNoise({ std: -1 })],
  ])("throw: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});
