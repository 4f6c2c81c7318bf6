/** Files of other programs are read, and ours are what those programs would have written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { arange, io, nn, type Tensor, tensor } from "../../../lib/index.ts";
import { fromBrain, fromHalf } from "../../../lib/io/elements.ts";
import type { Dumped } from "../reference.ts";

const { numpy, safetensors } = io;
const folder = join(import.meta.dirname, "../../reference/files");
const at = (name: string) => join(folder, name);
const wanted = JSON.parse(readFileSync(at("files.json"), "utf8")) as Record<
  "safetensors" | "numpy",
  Record<string, Dumped>
>;

let made: string;
beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), "gradbook-io-"));
});
afterAll(() => {
  rmSync(made, { recursive: true });
});

function expectSame(actual: Tensor, { shape, data }: Dumped): void {
  expect(actual.shape).toEqual(shape);
  expect(Array.from(actual.data, Number)).toEqual(data.map(Number));
}

/** A header and what follows it, as a file. */
function file(header: string, elements: number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + elements.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(elements, 8 + text.length);
  return bytes;
}

describe("safetensors", () => {
  test("reads every type that PyTorch writes and a tensor can hold", () => {
    const found = {
      ...safetensors.loadFile(at("own.safetensors")),
      ...safetensors.loadFile(at("foreign.safetensors")),
    };
    expect(Object.keys(found).sort()).toEqual(Object.keys(wanted.safetensors).sort());
    for (const [name, x] of Object.entries(found)) expectSame(x, wanted.safetensors[name]!);
    const dtypes = Object.fromEntries(Object.entries(found).map(([name, x]) => [name, x.dtype]));
    expect(dtypes).toMatchObject({
      double: "float64",
      half: "float32",
      brain: "float32",
      long: "int32",
      byte: "uint8",
      mask: "bool",
    });
  });

  test("writes byte by byte what the safetensors package writes", () => {
    const original = readFileSync(at("own.safetensors"));
    const again = safetensors.save(safetensors.load(original), safetensors.metadata(original));
    expect(Buffer.from(again).equals(original)).toBe(true);
  });

  test("writes views as what they show", () => {
    const x = arange(6).reshape([2, 3]).t();
    expect(safetensors.load(safetensors.save({ x })).x!.toArray()).toEqual(x.toArray());
  });

  test("carries the state of a module", () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    const path = join(made, "model.safetensors");
    safetensors.saveFile(model.stateDict(), path, { format: "pt" });
    const found = safetensors.loadFile(path);
    expect(Object.keys(found)).toContain("1.running_mean");
    const other = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    other.loadStateDict(found);
    for (const [name, x] of Object.entries(model.stateDict()))
      expect(other.stateDict()[name]!.toArray()).toEqual(x.toArray());
  });

  test("reads the shards that an index names", () => {
    safetensors.saveFile({ a: [1], b: [2] }, join(made, "one.safetensors"));
    safetensors.saveFile({ c: [3] }, join(made, "two.safetensors"));
    const index = join(made, "model.safetensors.index.json");
    writeFileSync(
      index,
      JSON.stringify({ weight_map: { a: "one.safetensors", c: "two.safetensors", b: "one.safetensors" } }),
    );
    const found = safetensors.loadFile(index);
    expect(Object.entries(found).map(([name, x]) => [name, x.item()])).toEqual([
      ["a", 1],
      ["c", 3],
      ["b", 2],
    ]);
    writeFileSync(index, JSON.stringify({ weight_map: { d: "two.safetensors" } }));
    expect(() => safetensors.loadFile(index)).toThrow("two.safetensors has no tensor d");
  });

  const entry = (dtype: string, shape: number[], offsets: number[]) =>
    JSON.stringify({ w: { dtype, shape, data_offsets: offsets } });
  test.each([
    ["Cannot read safetensors: 3 bytes are too few for a header", new Uint8Array(3)],
    ["the header is said to be 99 bytes long, and 2 follow", Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 1, 2)],
    ["the header is no JSON, so this is a file of another format", file("{")],
    ["the header is no object", file("[]")],
    ["Cannot read the tensor w: its entry lacks dtype, shape or data_offsets", file('{"w":{"dtype":"F32"}}')],
    [
      "Cannot read the tensor w: its entry lacks dtype, shape or data_offsets",
      file(entry("F32", [-1], [0, 4]), [0, 0, 0, 0]),
    ],
    ["Cannot read the tensor w: its type F8_E4M3 is none of F64, F32", file(entry("F8_E4M3", [1], [0, 1]), [0])],
    ["[2] of F32 takes 8 bytes, its place goes from 0 to 4 of 4", file(entry("F32", [2], [0, 4]), [0, 0, 0, 0])],
    ["[1] of F32 takes 4 bytes, its place goes from 0 to 4 of 3", file(entry("F32", [1], [0, 4]), [0, 0, 0])],
  ])("refuses a broken file: %s", (text, bytes) => {
    expect(() => safetensors.load(bytes)).toThrow(text);
    expect(() => safetensors.load(bytes)).toThrow(RangeError);
  });

  test("refuses whole numbers that do not fit, and a name that is taken", () => {
    expect(() => safetensors.loadFile(at("big.safetensors"))).toThrow(
      "Cannot read an element of type i64: 1099511627776 does not fit an int32",
    );
    expect(() => safetensors.save({ __metadata__: [1] })).toThrow("Cannot save a tensor as __metadata__");
  });
});

describe("numpy", () => {
  const arrays = readdirSync(folder).filter((name) => name.endsWith(".npy") && !/complex|records/.test(name));

  test.each(arrays)("reads %s", (name) => {
    expectSame(numpy.load(at(name)), wanted.numpy[name.replace(".npy", "")]!);
  });

  test.each(["float32", "float64", "int32", "uint8", "bool", "scalar", "empty"])(
    "writes %s byte by byte as NumPy",
    (name) => {
      const original = readFileSync(at(`${name}.npy`));
      expect(Buffer.from(numpy.toNpy(numpy.fromNpy(original))).equals(original)).toBe(true);
    },
  );

  test.each(["stored.npz", "packed.npz"])("reads %s", (name) => {
    const found = numpy.loadz(at(name));
    expect(Object.keys(found)).toContain("float64");
    for (const [array, x] of Object.entries(found)) expectSame(x, wanted.numpy[array]!);
  });

  test("reads what it wrote, packed or not", () => {
    const x = tensor([
      [1.5, -2],
      [3, 4],
    ]).t();
    for (const write of [numpy.savez, numpy.savezCompressed]) {
      const path = join(made, "z.npz");
      write(path, { x, y: [true] });
      const found = numpy.loadz(path);
      expect([found.x!.toArray(), found.y!.toArray()]).toEqual([
        [
          [1.5, 3],
          [-2, 4],
        ],
        [true],
      ]);
    }
    expect(numpy.toNpz({ x: Array(999).fill(0) }, { compressed: true }).length).toBeLessThan(
      numpy.toNpz({ x: Array(999).fill(0) }).length / 5,
    );
  });

  test("says what it cannot read", () => {
    expect(() => numpy.load(at("complex.npy"))).toThrow("Cannot read npy: its type <c16 is none of f8, f4");
    expect(() => numpy.load(at("records.npy"))).toThrow("arrays of records are not read");
    expect(() => numpy.load(at("stored.npz"))).toThrow("it is an npz file, several arrays; use loadz");
    expect(() => numpy.fromNpy(new Uint8Array(20))).toThrow("it does not start with \\x93NUMPY");
    expect(() => numpy.fromNpy(numpy.toNpy([1, 2]).subarray(0, 130))).toThrow(
      "[2] takes 8 bytes, and 2 follow the header",
    );
  });
});

test("fromHalf() and fromBrain() give every number of their types once", () => {
  const all = Array.from({ length: 65536 }, (_, bits) => bits);
  const finite = (read: (bits: number) => number) => all.map(read).filter(Number.isFinite);
  // 2 × 31 exponents × 1024 fractions, and 2 × 255 × 128.
  expect(finite(fromHalf)).toHaveLength(63488);
  expect(finite(fromBrain)).toHaveLength(65280);
  expect(new Set(finite(fromHalf)).size).toBe(63487);
  expect(finite(fromHalf).every((v) => v === Math.fround(v))).toBe(true);
});

describe("metrics", () => {
  test("are read as they were written, NaN included, and a line that was cut off is left out", () => {
    const path = join(made, "run.jsonl");
    const records = [
      { epoch: 0, loss: 0.5, tags: ["a"] },
      { epoch: 1, loss: Number.NaN, best: Infinity, worst: -Infinity },
    ];
    for (const record of records) io.appendMetrics(path, record);
    expect(io.readMetrics(path)).toEqual(records);
    writeFileSync(path, `${readFileSync(path, "utf8")}{"epoch":2,"lo`);
    expect(io.readMetrics(path)).toEqual(records);
    writeFileSync(path, "{}\nnonsense\n{}\n");
    expect(() => io.readMetrics(path)).toThrow(`Cannot read line 2 of ${path}: it is no JSON`);
  });
});
