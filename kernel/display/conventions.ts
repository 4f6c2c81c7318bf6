/** What values of well-known libraries, and of the language itself, look like in a notebook though they know nothing of Jupyter. */
import { types } from "node:util";
import { framed } from "./data-frames.ts";
import { drawingBundle } from "./drawing.ts";
import { fieldOf, isPlain, lookUp, methodOf } from "./lookup.ts";
import { pictureType } from "./media-type.ts";
import { pictureOf } from "./painter.ts";
import { type Rows, tableBundle } from "./table.ts";

export type Bundle = Record<string, unknown>;

type Convention = (value: object) => Bundle | null | Promise<Bundle | null>;

/** The first that knows the value shows it. */
const CONVENTIONS: readonly Convention[] = [
  vegaSpec,
  plotlyFigure,
  specOf,
  picture,
  canvas,
  element,
  dataFrame,
  records,
  collection,
];

/** @returns Null where no convention knows the value. */
export async function conventional(value: object): Promise<Bundle | null> {
  // Of proxies only those are known that stand for a data frame.
  if (types.isProxy(value)) return dataFrame(value);
  for (const convention of CONVENTIONS) {
    const bundle = await convention(value);
    if (bundle) return bundle;
  }
  return null;
}

/** A raw vega or vega-lite spec is a picture, not an object to read. */
async function vegaSpec(value: object): Promise<Bundle | null> {
  const schema = fieldOf(value, "$schema");
  const version = typeof schema === "string" ? /\/schema\/vega(-lite)?\/v(\d+)/.exec(schema) : null;
  if (!version) return null;
  const language = version[1] ? "vegalite" : "vega";
  return { [`application/vnd.${language}.v${version[2]}+json`]: value, ...(await pictureOf(language, value)) };
}

/** `{ data: [{ type: "scatter", … }], layout: { … } }`, as plotly.js takes it. */
async function plotlyFigure(value: object): Promise<Bundle | null> {
  if (!isPlain(value)) return null;
  const { data, layout } = { data: fieldOf(value, "data"), layout: fieldOf(value, "layout") };
  const known = Object.keys(value).every((key) => ["data", "layout", "config", "frames"].includes(key));
  if (!known || !isPlain(layout) || !Array.isArray(data) || !data.every((trace) => isPlain(trace))) return null;
  const config = fieldOf(value, "config");
  return {
    "application/vnd.plotly.v1+json": {
      ...value,
      config: { showSendToCloud: false, ...(isPlain(config) ? config : {}) },
    },
    ...(await pictureOf("plotly", value)),
  };
}

/** Builders of charts, such as vega-lite-api, make their spec with `toSpec()`. */
async function specOf(value: object): Promise<Bundle | null> {
  const toSpec = methodOf(value, "toSpec");
  if (!toSpec) return null;
  const spec = await toSpec.call(value);
  if (!isPlain(spec)) return null;
  const known = (await vegaSpec(spec)) ?? (await plotlyFigure(spec));
  return known ?? { "application/vnd.vegalite.v5+json": spec, ...(await pictureOf("vegalite", spec)) };
}

/** The bytes of a PNG, JPEG, GIF or WebP. */
function picture(value: object): Bundle | null {
  if (!types.isUint8Array(value) && !types.isArrayBuffer(value)) return null;
  const bytes = Buffer.from(types.isArrayBuffer(value) ? new Uint8Array(value) : value);
  const type = pictureType(bytes);
  return type ? { [type]: bytes.toString("base64"), "text/plain": `${type}, ${bytes.length} bytes` } : null;
}

/** node-canvas, @napi-rs/canvas, skia-canvas. */
async function canvas(value: object): Promise<Bundle | null> {
  const toBuffer = methodOf(value, "toBuffer");
  if (!toBuffer || !methodOf(value, "getContext")) return null;
  // The one wants a MIME type, the other a format.
  const bytes: unknown = await Promise.resolve(toBuffer.call(value, "image/png")).catch(() =>
    toBuffer.call(value, "png"),
  );
  return types.isUint8Array(bytes) ? picture(bytes) : null;
}

/** An element of a document: what Observable Plot and D3 make. */
async function element(value: object): Promise<Bundle | null> {
  const descriptor = lookUp(value, "outerHTML");
  // A document's elements compute it, in their prototype; a getter of the value's own might do anything.
  const computed = !Object.hasOwn(value, "outerHTML") && descriptor?.get;
  const html: unknown = computed ? computed.call(value) : descriptor?.value;
  return typeof html === "string" ? drawingBundle(html) : null;
}

function dataFrame(value: object): Bundle | null {
  const rows = framed(value);
  return rows && tableBundle(rows, { text: true });
}

/** Of so many rows the columns are gathered. */
const SAMPLED = 1000;

/** A list of objects with the same kind of fields. */
function records(value: object): Bundle | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const sample = value.slice(0, SAMPLED);
  if (!sample.every((row) => isPlain(row) && Object.keys(row).length > 0)) return null;
  const columns = [...new Set(sample.flatMap((row) => Object.keys(row as object)))];
  return tableBundle({
    columns,
    count: value.length,
    row: (index) => columns.map((column) => dataOf(value[index] as object, column)),
  });
}

/** What a getter would compute is not shown. */
function dataOf(row: object, column: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(row, column);
  return descriptor?.get ? "[Getter]" : descriptor?.value;
}

/** A Map as two columns, a Set as one. */
function collection(value: object): Bundle | null {
  const entries: unknown[][] | null = types.isMap(value)
    ? [...Map.prototype.entries.call(value)]
    : types.isSet(value)
      ? [...Set.prototype.values.call(value)].map((item) => [item])
      : null;
  if (!entries || entries.length === 0) return null;
  const rows: Rows = {
    columns: types.isMap(value) ? ["key", "value"] : ["value"],
    count: entries.length,
    row: (index) => entries[index]!,
  };
  return tableBundle(rows);
}
