/**
 * Values of packages that are too large for a project's tests (nodejs-polars is 110 MB, Danfo's TensorFlow 270 MB), in a cell of the real kernel. Skipped
 * where they are not; to have them, install nodejs-polars, danfojs and @napi-rs/canvas somewhere and say where: `GRADBOOK_PEERS=/that/folder npm test --
 * test/kernel/peers`. (Danfo wants a file of its own host; `"overrides": { "xlsx": "0.18.5" }` in that folder's package.json spares it.)
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";

const folder = process.env.GRADBOOK_PEERS ?? "";
const has = (name: string) => folder !== "" && existsSync(join(folder, "node_modules", name));
const withPackage = (name: string) => (has(name) ? test : test.skip);

describe("a value of", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startCheckedKernel(folder === "" ? {} : { cwd: folder });
  });
  afterAll(() => kernel.stop());

  /** The texts of a table's cells, row by row. */
  const cells = async (code: string) => {
    const { result, error } = await kernel.execute(code);
    expect(error).toBeUndefined();
    return result?.["text/html"]?.toString().match(/(?<=<t[hd] [^>]*>)[^<]*/g);
  };

  withPackage("nodejs-polars")(
    "nodejs-polars is a table, a filtered one too",
    async () => {
      const made = 'import pl from "nodejs-polars"; const df = pl.DataFrame({ a: [1, 2], b: ["x", "<b>"] }); df';
      expect(await cells(made)).toEqual(["a", "b", "1", "x", "2", "&lt;b&gt;"]);
      expect(await cells('df.filter(pl.col("a").gt(1))')).toEqual(["a", "b", "2", "&lt;b&gt;"]);
    },
    60_000,
  );

  withPackage("danfojs")(
    "Danfo is a table with its index",
    async () => {
      const made = 'import * as dfd from "danfojs"; new dfd.DataFrame({ p: [1, 2], q: ["x", "<i>"] })';
      expect(await cells(made)).toEqual(["", "p", "q", "0", "1", "x", "1", "2", "&lt;i&gt;"]);
    },
    60_000,
  );

  withPackage("@napi-rs/canvas")(
    "@napi-rs/canvas is drawn",
    async () => {
      const { result } = await kernel.execute(
        'import { createCanvas } from "@napi-rs/canvas"; const sheet = createCanvas(40, 30); sheet.getContext("2d").fillRect(5, 5, 20, 20); sheet',
      );
      const png = Buffer.from(String(result?.["image/png"]), "base64");
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([40, 30]);
      const jpeg = await kernel.execute('sheet.toBuffer("image/jpeg")');
      expect(Object.keys(jpeg.result ?? {})).toContain("image/jpeg");
    },
    60_000,
  );
});
