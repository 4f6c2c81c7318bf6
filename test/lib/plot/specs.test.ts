/** Every chart's spec is vega-lite: valid by version 5's schema, and drawn by version 6 too. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { Ajv, type ValidateFunction } from "ajv";
import { compile as compile6 } from "vega-lite-6";
import { manualSeed } from "../../../lib/index.ts";
import { charts } from "./samples.ts";

const require = createRequire(import.meta.url);

/** Vega 6 by another name than its types know. */
const { View: View6, parse: parse6 } = (await import("vega-6" as string)) as typeof import("vega");

type Spec6 = Parameters<typeof parse6>[0];

function schemaOf(file: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
  return ajv.compile(JSON.parse(readFileSync(require.resolve(file), "utf8")) as object);
}

const isVegaLite5 = schemaOf("vega-lite/build/vega-lite-schema.json");

describe.each(Object.entries(charts))("%s", (_, make) => {
  test("is valid by vega-lite 5's schema", () => {
    manualSeed(0);
    const { spec } = make();
    expect(spec.$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
    isVegaLite5(spec);
    expect(isVegaLite5.errors ?? []).toEqual([]);
  });

  test("is drawn by vega-lite 6 and vega 6 with the marks that version 5 draws", async () => {
    manualSeed(0);
    const chart = make();
    const { $schema: _1, ...spec } = chart.spec;
    const compiled = compile6(structuredClone(spec) as unknown as Parameters<typeof compile6>[0]).spec;
    const view = new View6(parse6(compiled as Spec6), { renderer: "none" });
    const svg = await view.toSVG();
    view.finalize();
    expect(marksOf(svg)).toEqual(marksOf(await chart.svg()));
    expect(marksOf(svg).length).toBeGreaterThan(0);
  });
});

/** The marks of a picture in their order; at the end the number of images. */
function marksOf(svg: string): string[] {
  return svg
    .split(/(?=<g class=")/)
    .flatMap((group) => /^<g class="(mark-\w+ role-mark)/.exec(group)?.[1] ?? [])
    .concat(String(svg.match(/<image/g)?.length ?? 0));
}

test("what is no vega-lite is found out", () => {
  isVegaLite5({ mark: "banana", data: { values: [] } });
  expect(isVegaLite5.errors).not.toBeNull();
});
