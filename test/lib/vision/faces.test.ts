/** Viola and Jones: sums over rectangles, features, boosting, cascades, windows. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { fromData, io, manualSeed, rand, randn, tensor, vision, zeros } from "../../../lib/index.ts";
import { type Dumped, load, reference } from "../reference.ts";

const { integralImage, boxSum, haarFeatures, haarValues, boostStumps, trainCascade, parseCascade, Cascade } = vision;

interface VisionReference {
  readonly suppression: readonly { boxes: Dumped; scores: Dumped; iouThreshold: number; kept: number[] }[];
  readonly windows: { readonly xml: string; readonly picture: Dumped; readonly windows: readonly number[][] };
  readonly faces: Readonly<Record<string, readonly number[][]>>;
}
const { suppression, windows, faces } = reference<VisionReference>("vision");

describe("integral images", () => {
  test("give the sum over any rectangle by four look-ups", () => {
    const image = rand([7, 9], { dtype: "float64" });
    const integral = integralImage(image);
    expect(integral.shape).toEqual([8, 10]);
    for (let top = 0; top < 7; top++) {
      for (let left = 0; left < 9; left++) {
        for (const [height, width] of [
          [1, 1],
          [7 - top, 9 - left],
          [Math.ceil((7 - top) / 2), Math.ceil((9 - left) / 2)],
        ] as const) {
          const part = image
            .slice([top, top + height], [left, left + width])
            .sum()
            .item();
          expect(boxSum(integral, { left, top, width, height })).toBeCloseTo(part, 12);
        }
      }
    }
  });

  test("of batches are those of each picture", () => {
    const batch = rand([2, 3, 4, 5]);
    const one = integralImage(batch.select(0, 1).select(0, 2));
    expect(integralImage(batch).select(0, 1).select(0, 2).toArray()).toEqual(one.toArray());
  });
});

describe("Haar features", () => {
  test("of a window of 24 by 24 pixels are the 162,336 that are known, by kind", () => {
    const counts = (["halves", "stacked", "bar", "layer", "quarters"] as const).map(
      (kind) => haarFeatures([24, 24], { kinds: [kind] }).length,
    );
    expect(counts).toEqual([43_200, 43_200, 27_600, 27_600, 20_736]);
  });

  test("are 0 on an even plane, count what they cover, and do not mind light and contrast", () => {
    const features = haarFeatures([8, 8], { step: 2 });
    for (const { rectangles } of features) {
      const total = rectangles.reduce((sum, { width, height, weight }) => sum + width * height * weight, 0);
      expect(Math.abs(total)).toBeLessThan(1e-12);
    }
    const window = rand([1, 8, 8], { dtype: "float64" });
    const [plain, changed] = [haarValues(window, features), haarValues(window.mul(0.3).add(0.5), features)];
    expect(plain.sub(changed).abs().amax().item()).toBeLessThan(1e-9);
    // Left half bright: the feature of halves is the difference of the halves, over pixels and deviation of the inner window.
    const halves = haarFeatures([4, 4], { kinds: ["halves"] }).filter(
      ({ rectangles: [whole] }) => whole!.width === 4 && whole!.height === 4,
    );
    const bright = tensor([Array.from({ length: 4 }, () => [1, 1, 0, 0])]);
    expect(haarValues(bright, halves).item()).toBeCloseTo(8 / (4 * 0.5), 12);
  });
});

describe("boosting", () => {
  test("finds the question that separates, and halves the weight of what it gets right", () => {
    const values = tensor([
      [3, 0],
      [2, 1],
      [1, 0],
      [0, 1],
    ]);
    const [stump] = [...boostStumps({ values, isPositive: [true, true, false, false] }, 1)];
    expect(stump).toMatchObject({ feature: 0, threshold: 1.5, polarity: 1 });
  });

  test("gives a bound on errors that shrinks with every round: ∏ 2 √(ε (1 − ε))", () => {
    manualSeed(0);
    const values = randn([200, 30]);
    const isPositive = Array.from({ length: 200 }, (_, i) => values.slice(i, [0, 5]).sum().item() > 0);
    const stumps = [...boostStumps({ values, isPositive }, 60)];
    let bound = 1;
    for (const { vote } of stumps) {
      const error = 1 / (1 + Math.exp(2 * vote));
      bound *= 2 * Math.sqrt(error * (1 - error));
    }
    const votes = isPositive.map((_, i) =>
      stumps.reduce(
        (sum, s) => sum + (values.data[30 * i + s.feature]! >= s.threshold ? 1 : -1) * s.polarity * s.vote,
        0,
      ),
    );
    const errors = votes.filter((v, i) => v >= 0 !== isPositive[i]).length / 200;
    expect(bound).toBeLessThan(0.3);
    expect(errors).toBeLessThanOrEqual(bound);
  });
});

describe("cascades", () => {
  /** Windows with a bright bar across, and noise. */
  const barsAndNoise = () => {
    const [bars, noise] = [rand([60, 12, 12]), rand([200, 12, 12])];
    bars.slice(null, [4, 8]).add_(0.8);
    return { positives: bars, negatives: noise };
  };

  test("pass what they were trained for and drop the rest, most of it at the first stage", () => {
    manualSeed(1);
    const cascade = trainCascade(barsAndNoise(), { minDetectionRate: 1 });
    const { positives, negatives } = barsAndNoise();
    const passed = (x: typeof positives) =>
      Array.from({ length: x.shape[0]! }, (_, i) => cascade.stagesPassed(x.select(0, i)));
    const all = cascade.stages.length;
    expect(passed(positives).filter((n) => n === all).length).toBeGreaterThanOrEqual(57);
    expect(passed(negatives).filter((n) => n === all).length).toBeLessThanOrEqual(4);
    expect(passed(negatives).filter((n) => n === 0).length).toBeGreaterThan(100);
  });

  test("get the windows that passed so far as the negatives of the next stage", () => {
    manualSeed(2);
    const seen: number[] = [];
    const examples = barsAndNoise();
    trainCascade(examples, {
      maxStages: 3,
      maxStumps: 1,
      moreNegatives: (cascade) => {
        seen.push(cascade.stages.length);
        return rand([50, 12, 12]);
      },
    });
    expect(seen).toEqual([1, 2]);
  });

  test("in OpenCV's format pass the very windows that OpenCV passes", () => {
    const cascade = parseCascade(windows.xml);
    expect([cascade.size, cascade.features.length, cascade.stages.length]).toEqual([[12, 10], 4, 2]);
    const picture = load(windows.picture, "float32").to("float32").div(255);
    const own = vision
      .passingWindows(picture, cascade, { scaleFactor: 100 })
      // OpenCV looks at no window that touches the last row.
      .filter(({ top, height }) => top + height < 40)
      .map(({ left, top, width, height }) => [left, top, width, height])
      .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
    expect(own).toEqual(windows.windows);
    expect(own.length).toBeGreaterThan(20);
  });

  const astronaut = "/usr/lib/python3/dist-packages/skimage/data/astronaut.png";
  const folder = "/usr/share/opencv4/haarcascades";
  const installed = existsSync(astronaut) && existsSync(folder);
  if (!installed) console.info("Skipped: faces in a photograph need Debian's python3-skimage and opencv-data");
  (installed ? test.each : test.skip.each)(Object.entries(faces))(
    "%s finds the one face in a photograph, where OpenCV does",
    (name, wanted) => {
      const cascade = vision.readCascade(`${folder}/haarcascade_${name}.xml`);
      const found = vision.detectMultiScale(vision.readImage(astronaut), cascade);
      expect(found.length).toBe(1);
      const [left, top, width, height] = wanted[0] as [number, number, number, number];
      expect(vision.iouOf(found[0]!, { left, top, width, height })).toBeGreaterThan(0.9);
    },
  );

  const faceFile = "/usr/lib/python3/dist-packages/skimage/data/lfw_subset.npy";
  if (!existsSync(faceFile)) console.info("Skipped: learning faces needs Debian's python3-skimage");
  (existsSync(faceFile) ? test : test.skip)("boosting learns faces from 140 windows of 25 by 25 pixels", () => {
    manualSeed(0);
    const all = io.numpy.load(faceFile);
    const pool = haarFeatures([25, 25]);
    const order = rand([pool.length]).argsort().data;
    const features = Array.from({ length: 1000 }, (_, i) => pool[order[i]!]!);
    const values = haarValues(all, features);
    const isFace = Array.from({ length: 200 }, (_, i) => i < 100);
    const train = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 10 < 7);
    const rest = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 10 >= 7);
    const part = (rows: number[]) => values.indexSelect(0, tensor(rows, { dtype: "int32" }));
    const stumps = [...boostStumps({ values: part(train), isPositive: train.map((i) => isFace[i]!) }, 30)];
    const test = part(rest).data;
    const right = rest.filter((i, row) => {
      const votes = stumps.reduce(
        (sum, s) => sum + (test[1000 * row + s.feature]! >= s.threshold ? 1 : -1) * s.polarity * s.vote,
        0,
      );
      return votes > 0 === isFace[i];
    });
    expect(right.length / rest.length).toBeGreaterThan(0.9);
  });
});

describe("windows", () => {
  test.each(suppression)(
    "are suppressed as torchvision does, at an overlap of $iouThreshold",
    ({ boxes, scores, iouThreshold, kept }) => {
      expect(vision.nms(load(boxes, "float32"), load(scores, "float32"), { iouThreshold }).toArray()).toEqual(kept);
    },
  );

  test("of a pyramid shrink by the factor until they are too small", () => {
    const levels = [...vision.imagePyramid(rand([3, 40, 60]), { scaleFactor: 2, minSize: [10, 10] })];
    expect(levels.map(({ image }) => [...image.shape])).toEqual([
      [40, 60],
      [20, 30],
      [10, 15],
    ]);
    const even = [...vision.imagePyramid(zeros([9, 9]).add(0.25), { scaleFactor: 1.5 })];
    for (const { image } of even) expect(image.sub(0.25).abs().amax().item()).toBeLessThan(1e-6);
  });
});

const feature = haarFeatures([4, 4])[0]!;
const stage = (number: number) => ({
  threshold: 0,
  classifiers: [{ nodes: [{ feature: number, threshold: 0, left: 0, right: -1 }], leaves: [0, 1] }],
});

test.each<[string, () => unknown]>([
  ["Cannot sum over rectangles of [3]", () => integralImage([1, 2, 3])],
  [
    "Cannot sum 2 × 2 pixels from (1, 0): the picture has 2 × 2",
    () => boxSum(integralImage(zeros([2, 2])), { left: 1, top: 0, width: 2, height: 2 }),
  ],
  ["Cannot list features with step 0", () => haarFeatures([4, 4], { step: 0 })],
  ["Cannot measure windows of shape [4,4]", () => haarValues(zeros([4, 4]), [feature])],
  ["Cannot boost 2 samples with 1 labels", () => [...boostStumps({ values: zeros([2, 1]), isPositive: [true] }, 1)]],
  [
    "Cannot boost 2 positives of 2 samples",
    () => [...boostStumps({ values: zeros([2, 1]), isPositive: [true, true] }, 1)],
  ],
  ["Cannot make a cascade of no stages", () => new Cascade({ size: [4, 4], features: [], stages: [] })],
  [
    "Cannot ask for feature 1: the cascade has 1",
    () => new Cascade({ size: [4, 4], features: [feature], stages: [stage(1)] }),
  ],
  [
    "Cannot look at a window of shape [5,4]",
    () => new Cascade({ size: [4, 4], features: [feature], stages: [stage(0)] }).stagesPassed(zeros([5, 4])),
  ],
  [
    "Cannot train on positives of shape [4,4]",
    () => trainCascade({ positives: zeros([4, 4]), negatives: zeros([1, 4, 4]) }),
  ],
  [
    "Cannot train on windows of [4,4] and [5,5]",
    () => trainCascade({ positives: zeros([1, 4, 4]), negatives: zeros([1, 5, 5]) }),
  ],
  [
    "Cannot train with minDetectionRate 0",
    () => trainCascade({ positives: zeros([1, 4, 4]), negatives: zeros([1, 4, 4]) }, { minDetectionRate: 0 }),
  ],
  ["Cannot read the cascade", () => parseCascade("no markup")],
  ["there is no <cascade> in <opencv_storage>", () => parseCascade("<opencv_storage></opencv_storage>")],
  ["Cannot read a cascade of LBP features", () => parseCascade(windows.xml.replace(">HAAR<", ">LBP<"))],
  [
    "only upright ones are supported",
    () => parseCascade(windows.xml.replace("</rects></_>", "</rects><tilted>1</tilted></_>")),
  ],
  ["<internalNodes> holds “0 x", () => parseCascade(windows.xml.replace("0 -1 0 0.02", "0 x 0 0.02"))],
  ["Cannot suppress boxes [4] by scores [1]", () => vision.nms([1, 2, 3, 4], [1])],
  ["Cannot suppress boxes at an overlap of 2", () => vision.nms([[1, 2, 3, 4]], [1], { iouThreshold: 2 })],
  ["Cannot shrink a picture by 1", () => [...vision.imagePyramid(zeros([4, 4]), { scaleFactor: 1 })]],
  ["Cannot look for anything in [2,4,4]", () => [...vision.imagePyramid(zeros([2, 4, 4]))]],
])("throws: %s", (text, broken) => {
  expect(broken).toThrow(text);
});

test("tables from pixels of any kind are sums of them", () => {
  expect(integralImage(fromData(Uint8Array.of(200, 100, 50, 25), [2, 2])).toArray()).toEqual([
    [0, 0, 0],
    [0, 200, 300],
    [0, 250, 375],
  ]);
});
