/** Changes to pictures. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { allClose, arange, ones, RandomGenerator, rand, vision, zeros } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, reference } from "../reference.ts";

const { colours } = reference<{
  colours: {
    name: "adjustBrightness" | "adjustContrast" | "adjustSaturation" | "adjustHue";
    value: number;
    x: Dumped;
    output: Dumped;
  }[];
}>("vision");
const {
  compose,
  normalize,
  randomHorizontalFlip,
  randomVerticalFlip,
  randomCrop,
  randomAffine,
  rotate,
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

  test("rotate as torchvision does, against the clock", () => {
    // torchvision 0.14: rotate(arange(1, 13).reshape(1, 3, 4), ±30, interpolation=BILINEAR), to four decimals.
    const against = [
      [0.6531, 2.2692, 4.9689, 5.2824],
      [2.201, 5.067, 7.933, 10.799],
      [3.8301, 8.0311, 9.2225, 4.3385],
    ];
    const along = [
      [3.1795, 3.1029, 2.1507, 1.2667],
      [8.201, 7.067, 5.933, 4.799],
      [3.7249, 9.3409, 9.8971, 5.933],
    ];
    const numbers = image.add(1).float();
    expect(allClose(rotate(numbers, 30), [against], { atol: 1e-4 })).toBe(true);
    expect(allClose(rotate(numbers, -30), [along], { atol: 1e-4 })).toBe(true);
    const square = rand([2, 5, 5]);
    expect(allClose(rotate(square, 90), square.rot90(1, [1, 2]), { atol: 1e-5 })).toBe(true);
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

  test.each(colours)("$name by $value is torchvision's", ({ name, value, x, output }) => {
    const change = vision.transforms[name];
    // Hues are computed in float64, where torchvision has float32.
    expectClose(name, change(load(x, "float32"), value), output, 1e-5);
  });

  test("jitter colours in a random order, within their reach, and leave pictures without colours gray", () => {
    const picture = rand([3, 4, 4]);
    const jitter = colorJitter({ saturation: 0.5, hue: 0.5, contrast: 0.2, generator: seeded() });
    const seen = Array.from({ length: 40 }, () => jitter(picture));
    expect(new Set(seen.map((x) => x.data.join())).size).toBe(40);
    for (const x of seen) {
      expect(x.shape).toEqual([3, 4, 4]);
      expect([x.amin().item() >= 0, x.amax().item() <= 1]).toEqual([true, true]);
    }
    const gray = rand([1, 4, 4]);
    expect(colorJitter({ saturation: 1, hue: 0.5 })(gray).data).toEqual(gray.data);
  });

  test("change pictures that were read from a file as those in memory", () => {
    const path = join(mkdtempSync(join(tmpdir(), "gradbook-vision-")), "dots.png");
    const dots = zeros([3, 2, 3]);
    dots.data.set([1, 0, 0.2], 0);
    vision.writeImage(path, dots);
    const flip = randomHorizontalFlip({ p: 1 });
    expect(flip(vision.readImage(path)).toArray()).toEqual(flip(dots).toArray());
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
    ["Cannot turn a picture by NaN degrees", () => rotate(image, Number.NaN)],
    ["Cannot enlarge by factors from 0 to 1", () => randomAffine({ scale: [0, 1] })],
    ["Cannot jitter brightness by -1: it must be ≥ 0", () => colorJitter({ brightness: -1 })],
    ["Cannot jitter hue by 0.6: it must be at most ½", () => colorJitter({ hue: 0.6 })],
    ["Cannot turn hues by 1: it must be from −½ to ½", () => vision.transforms.adjustHue(image, 1)],
    ["Cannot recolour by the factor -1", () => vision.transforms.adjustContrast(image, -1)],
    ["Cannot recolour [3]", () => vision.transforms.adjustBrightness([1, 2, 3], 1)],
    ["Cannot add noise of deviation -1: it must be ≥ 0", () => gaussianNoise({ std: -1 })],
  ])("throw: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});
