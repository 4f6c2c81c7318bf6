/** Tables, idx files and pictures. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { data, rand, tensor } from "../../../../lib/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradbook-readers-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("tables", () => {
  test("are read with quotes, empty lines, Windows' line ends and a byte order mark", () => {
    const { columns, rows } = data.parseCsv('\uFEFFname,"the, rest"\r\n"a ""b""",2\r\n\r\nc, 3 \r\n');
    expect(columns).toEqual(["name", "the, rest"]);
    expect(rows).toEqual([
      ['a "b"', "2"],
      ["c", "3"],
    ]);
  });

  test("become samples: text classes in alphabetic order, any column as the target", () => {
    const path = write("iris.csv", "kind,width,height\nrose,1,2.5\noak,3,4\nrose,5,6\n");
    const { x, y, features, classes } = data.readCsv(path, { target: "kind" });
    expect(x.toArray()).toEqual([
      [1, 2.5],
      [3, 4],
      [5, 6],
    ]);
    expect([y.toArray(), y.dtype]).toEqual([[1, 0, 1], "int32"]);
    expect([features, classes]).toEqual([
      ["width", "height"],
      ["oak", "rose"],
    ]);
  });

  test("may have other delimiters, no names, and be packed", () => {
    const path = write("numbers.tsv.gz", gzipSync("1\t2\n3\t4\n"));
    const { x, y, features } = data.readCsv(path, { delimiter: "\t", header: false });
    expect([x.toArray(), y.toArray(), y.dtype, features]).toEqual([[[1], [3]], [2, 4], "float32", ["0"]]);
  });

  test("that are damaged are refused, with the place", () => {
    expect(() => data.parseCsv("a,b\n1,2,3")).toThrow(/Cannot read the table: .*line 2/);
    const path = write("bad.csv", "a,b\n1,2\nx,3");
    expect(() => data.readCsv(path)).toThrow(`Cannot read row 2 of ${path}: a is “x”, which is no number`);
    expect(() => data.readCsv(path, { target: "c" })).toThrow(`Cannot read column c of ${path}: there are a, b`);
  });
});

describe("idx", () => {
  const file = (type: number, shape: number[], body: number[]) =>
    Uint8Array.of(0, 0, type, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...body);

  test.each([
    [8, "uint8", [255, 1], [255, 1]],
    [9, "int32", [255, 1], [-1, 1]],
    [11, "int32", [255, 254, 1, 0], [-2, 256]],
    [12, "int32", [255, 255, 255, 255, 0, 1, 0, 0], [-1, 65536]],
    [13, "float32", [63, 192, 0, 0, 192, 0, 0, 0], [1.5, -2]],
    [14, "float64", [63, 248, 0, 0, 0, 0, 0, 0, 192, 0, 0, 0, 0, 0, 0, 0], [1.5, -2]],
  ])("of type %i becomes %s", (type, dtype, body, wanted) => {
    const x = data.parseIdx(file(type, [1, 2], body));
    expect([x.dtype, x.toArray()]).toEqual([dtype, [wanted]]);
  });

  test("that is packed, damaged or something else", () => {
    const path = write("x.idx.gz", gzipSync(file(8, [2], [5, 6])));
    expect(data.readIdx(path).toArray()).toEqual([5, 6]);
    expect(() => data.parseIdx(file(8, [3], [1, 2]))).toThrow(
      "Cannot read idx: [3] takes 3 bytes, and 2 follow the header",
    );
    expect(() => data.parseIdx(new TextEncoder().encode("hello"))).toThrow(
      "Cannot read idx: it does not start as such a file does",
    );
    expect(() => data.parseIdx(file(10, [1], [1]))).toThrow("this is another format");
  });
});

describe("pictures", () => {
  const reference = join(import.meta.dirname, "../../../reference/data");
  type Picture = { shape: number[]; data: number[] };
  const { pictures } = JSON.parse(readFileSync(join(reference, "data.json"), "utf8")) as {
    pictures: Record<string, Record<"rgb" | "gray", Picture>>;
  };

  test.each(Object.keys(pictures))("%s is what PIL reads", (name) => {
    for (const mode of ["rgb", "gray"] as const) {
      const { shape, data: wanted } = pictures[name]![mode];
      const x = data.readImage(join(reference, name), { mode });
      expect(x.shape).toEqual(shape);
      // PIL rounds grays to whole numbers. Decoders of JPEG may differ by their arithmetic: ITU T.83 allows a level in the transform, and colours add to it.
      const levels = name.endsWith(".jpg") ? 3 : mode === "gray" ? 1 : 1e-4;
      x.data.forEach((v, i) => {
        expect(Math.abs(255 * v - wanted[i]!)).toBeLessThanOrEqual(levels);
      });
    }
  });

  test("keep their opacity when they have one", () => {
    expect(data.readImage(join(reference, "rgba.png"), { mode: "rgba" }).select(0, 3).amin().item()).toBe(0);
    expect(data.readImage(join(reference, "rgb.png"), { mode: "rgba" }).select(0, 3).amin().item()).toBe(1);
  });

  test("are written and read again, one level exact", () => {
    for (const channels of [1, 3, 4]) {
      const image = rand([channels, 3, 5]);
      const path = join(folder, "again.png");
      data.writeImage(path, image);
      const mode = ({ 1: "gray", 3: "rgb", 4: "rgba" } as const)[channels as 1 | 3 | 4];
      const found = data.readImage(path, { mode });
      expect(found.sub(image).abs().amax().item()).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
    }
    const bytes = data.encodePngImage(tensor([[300, -5, 7]], { dtype: "int32" }));
    expect(data.decodeImage(bytes, { mode: "gray" }).mul(255).round().toArray()).toEqual([[[255, 0, 7]]]);
  });

  test("of other formats and shapes are refused", () => {
    expect(() => data.decodeImage(new TextEncoder().encode("GIF89a"))).toThrow(
      "Cannot read the picture: it is neither PNG nor JPEG",
    );
    expect(() => data.encodePngImage(rand([2, 3, 3]))).toThrow("Cannot draw [2,3,3]: it must be (height, width)");
  });
});
