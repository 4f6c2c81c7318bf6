/** Runs the examples of docstrings: each statement that is followed by `// value` must give that value. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseSync } from "oxc-parser";
import { transformSync } from "oxc-transform";
import * as library from "../../../lib/index.ts";

const { Tensor, nn, F, optim, data, ensemble } = library;

/** Where examples write files. */
const folder = mkdtempSync(join(tmpdir(), "gradbook-examples-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** What examples speak of without saying where it comes from: a small model, samples, an optimizer, a folder. */
function props(): Record<string, unknown> {
  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  return { model, optimizer, samples: data.xor(), validationLoss: 0.5, folder, join, writeFileSync };
}

/** A number of which an example shows the first digits: `0.693…`. */
class Digits {
  readonly value: number;
  private readonly unit: number;

  constructor(shown: string) {
    this.value = Number(shown);
    this.unit = 10 ** -(shown.split(".")[1]?.length ?? 0);
  }

  /** Whether the number goes on from the shown digits, with room for the last bit of a float32. */
  begins(actual: unknown): boolean {
    if (typeof actual !== "number") return false;
    const further = (actual - this.value) * (this.value < 0 ? -1 : 1);
    return further > -1e-6 * Math.abs(this.value) && further < this.unit;
  }
}

function agrees(actual: unknown, shown: unknown): boolean {
  if (shown instanceof Digits) return shown.begins(actual);
  if (Array.isArray(shown)) {
    return Array.isArray(actual) && actual.length === shown.length && shown.every((v, i) => agrees(actual[i], v));
  }
  if (typeof shown === "object" && shown !== null && Object.values(shown).some((v) => v instanceof Digits)) {
    const other = actual as Record<string, unknown>;
    return Object.entries(shown).every(([key, v]) => agrees(other[key], v));
  }
  return Object.is(actual, shown) || actual === shown || isDeepStrictEqual(actual, shown);
}

/** A value as a comment shows it. A tensor may be shown as its elements. */
function expectShown(actual: unknown, comment: string): void {
  const [shown] = comment.split(", i.e.");
  let wanted: unknown;
  try {
    const source = shown!.replace(/-?\d+(?:\.\d+)?…/g, (digits) => `new Digits("${digits.slice(0, -1)}")`);
    wanted = new Function("Digits", `return (${source});`)(Digits);
  } catch {
    throw new Error(`“${comment}” is no value that could be compared`);
  }
  const plain = actual instanceof Tensor ? actual.toArray() : actual;
  if (agrees(plain, wanted)) return;
  throw new Error(`gives ${JSON.stringify(plain) ?? String(plain)}, the docstring says ${comment}`);
}

/** Puts each expression that is followed by a comment in its line into a call of `shown`. */
function instrument(code: string): string {
  const { program, comments, errors } = parseSync("example.ts", code);
  if (errors.length > 0) throw new Error(errors[0]!.message);
  let result = code;
  for (const { type, start, value } of [...comments].reverse()) {
    const before = program.body.filter((node) => node.end <= start).at(-1);
    if (type !== "Line" || before?.type !== "ExpressionStatement") continue;
    if (!/^[ \t;]*$/.test(code.slice(before.end, start))) continue;
    const { expression } = before;
    const call = `shown((${code.slice(expression.start, expression.end)}), ${JSON.stringify(value.trim())});`;
    result = result.slice(0, before.start) + call + result.slice(before.end);
  }
  return result;
}

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs an example with the library in scope, and before it what the file of the example exports. */
export async function runExample(code: string, exportsOfFile: object): Promise<void> {
  const { lrScheduler } = optim;
  const scope: Record<string, unknown> = {
    ...{ ...nn, ...nn.init, ...F, ...optim, ...lrScheduler, ...data, ...ensemble, ...props() },
    ...library,
    ...exportsOfFile,
    shown: expectShown,
  };
  const { code: script, errors } = transformSync("example.ts", instrument(code), { lang: "ts" });
  if (errors.length > 0) throw new Error(errors[0]!.message);
  // A few exports are named by a word of the language, such as `var`, and methods only.
  const names = Object.keys(scope).filter((name) => name !== "var" && name !== "default");
  // In a block of their own, names of the example may be names of the library too.
  const run = new AsyncFunction(...names, `"use strict"; { ${script} }`);
  await run(...names.map((name) => scope[name]));
}
