/** Any value → what front ends can show of it: a MIME bundle. */
import { inspect } from "node:util";
import type { MimeBundle, MimeData } from "../protocol/messages.ts";
import { METADATA } from "./bundle-metadata.ts";
import { conventional } from "./conventions.ts";
import { methodOf } from "./lookup.ts";
import { previewOf } from "./preview.ts";
import { innermost } from "./proxy-target.ts";

/** The convention of TypeScript notebooks: a method of this name returns (a promise of) MIME type → value. */
export const DISPLAY = Symbol.for("Jupyter.display");

/**
 * @param report Told in a sentence when a value's own display fails; the value is then shown as text.
 */
export async function bundleOf(value: unknown, report: (problem: string) => void): Promise<MimeBundle> {
  if (value !== null && (typeof value === "object" || typeof value === "function")) {
    try {
      const own = methodOf(value, DISPLAY);
      const given = own ? await own.call(value) : await conventional(value);
      if (own || given !== null) return checked(given, value);
    } catch (error) {
      report(`The value's own display failed, so it is shown as text: ${describe(error)}`);
    }
  }
  return { data: { "text/plain": plainText(value) }, metadata: {} };
}

/** What a value's own display gives at once; its text where there is none, or it takes time. */
export function ownBundleOf(value: unknown): MimeBundle {
  if (value !== null && (typeof value === "object" || typeof value === "function")) {
    try {
      const given = methodOf(value, DISPLAY)?.call(value);
      if (given !== undefined && !(given instanceof Promise)) return checked(given, value);
    } catch {
      // The text says enough.
    }
  }
  return { data: { "text/plain": plainText(value) }, metadata: {} };
}

function checked(given: unknown, value: object): MimeBundle {
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
    return inspect(innermost(value), {
      depth: 4,
      maxArrayLength: 100,
      maxStringLength: 10_000,
      breakLength: 100,
      compact: 3,
    });
  } catch (error) {
    // The value has an inspection of its own, and it throws.
    return `${previewOf(value, 4)} (its inspection failed: ${describe(error)})`;
  }
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be described";
  }
}
