/** Any value → what front ends can show of it: a MIME bundle. */
import { inspect } from "node:util";
import type { MimeBundle, MimeData } from "../protocol/messages.ts";

/** The convention of TypeScript notebooks: a method of this name returns (a promise of) MIME type → value. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** Where a bundle carries metadata of its types, such as a picture's size. */
export const METADATA = Symbol.for("Jupyter.metadata");

/**
 * @param report Told in a sentence when a value's own display fails; the value is then shown as text.
 */
export async function bundleOf(value: unknown, report: (problem: string) => void): Promise<MimeBundle> {
  try {
    const own = await ownBundle(value);
    if (own) return own;
  } catch (error) {
    report(`The value's own display failed, so it is shown as text: ${describe(error)}`);
  }
  return { data: { "text/plain": plainText(value) }, metadata: {} };
}

async function ownBundle(value: unknown): Promise<MimeBundle | null> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return null;
  const method = (value as Record<symbol, unknown>)[DISPLAY];
  if (typeof method === "function") return checked(await (method as () => unknown).call(value), value);
  return wellKnown(value as Record<string, unknown>);
}

/** A raw vega-lite spec is a picture, not an object to read. */
function wellKnown(value: Record<string, unknown>): MimeBundle | null {
  const schema = Object.getOwnPropertyDescriptor(value, "$schema")?.value;
  const version = typeof schema === "string" ? /\/schema\/vega(-lite)?\/v(\d+)/.exec(schema) : null;
  if (!version) return null;
  const type = `application/vnd.vega${version[1] ? "lite" : ""}.v${version[2]}+json`;
  return checked({ [type]: value }, value);
}

function checked(given: unknown, value: unknown): MimeBundle {
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw new TypeError(
      `Symbol.for("Jupyter.display") returned ${inspect(given, { depth: 0 })}: expected an object of MIME types`,
    );
  }
  const metadata = ((given as Record<symbol, unknown>)[METADATA] ?? {}) as Record<string, unknown>;
  // A value that JSON cannot hold must fail here, where it can still be shown as text, and not on its way out.
  const data = JSON.parse(JSON.stringify(given)) as MimeData;
  if (!("text/plain" in data)) data["text/plain"] = plainText(value);
  return { data, metadata: JSON.parse(JSON.stringify(metadata)) as Record<string, unknown> };
}

/** As a developer's console shows it: cycles marked, getters not run, long arrays and strings cut. */
export function plainText(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, compact: 3 });
  } catch (error) {
    return `${Object.prototype.toString.call(value)} (its inspection failed: ${describe(error)})`;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
