/** Parameterised runs: papermill, with the translator that lies beside the kernel. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";
import { repository } from "../support/client.ts";
import { cellOf, fixture, joined, readNotebook, writeNotebook } from "../support/notebooks.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-papermill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const papermill = (...args: string[]) => attempt(python, ["-m", "papermill", ...args], pythonEnv());
const run = (output: string, ...options: string[]) =>
  papermill(fixture("parameters.ipynb"), output, "--no-progress-bar", ...options);

/** What the notebook prints with these parameters. */
async function printed(name: string, ...options: string[]): Promise<string> {
  const file = join(folder, name);
  const { code, output } = await run(file, ...options);
  if (code !== 0) throw new Error(output);
  return (cellOf(readNotebook(file), "use").outputs ?? []).map(({ text }) => joined(text)).join("");
}

test("parameters of the command line and of a file reach the cells as values of TypeScript", async () => {
  const yaml = join(folder, "parameters.yaml");
  writeFileSync(yaml, `sizes: [3, 4.5]\noptions: { momentum: 0.9, name: "a \\"b\\" 😀", __proto__: [null] }\n`);
  const values = ["-p", "rate", "0.5", "-p", "epochs", "4", "-p", "verbose", "True", "-r", "title", "it's\\n"];
  expect(JSON.parse(await printed("values.ipynb", ...values, "-f", yaml))).toEqual({
    total: 9.5,
    title: "it's\\n",
    verbose: true,
    sizes: [3, 4.5],
    options: JSON.parse(`{ "momentum": 0.9, "name": "a \\"b\\" 😀", "__proto__": [null] }`),
  });
}, 120_000);

test("without parameters the notebook keeps its own values", async () => {
  expect(await printed("defaults.ipynb")).toMatch(/^\{"total":4\.3\d*,"title":"none".*\}\nuntitled\n$/);
}, 120_000);

test("numbers that JSON does not have, and integers too large for a number, are kept", async () => {
  const file = join(folder, "numbers.ipynb");
  await run(
    file,
    "--prepare-only",
    "-y",
    "{ a: 12345678901234567890, b: -9007199254740991, c: -.inf, d: [.nan, 1.0e-7] }",
  );
  // papermill notes the parameters in the notebook's metadata as Python has them, which is no JSON: this is the text.
  const injected = readFileSync(file, "utf8").match(/let [abcd] = [^;]*;/g);
  expect(injected).toEqual([
    "let a = 12345678901234567890n;",
    "let b = -9007199254740991;",
    "let c = -Infinity;",
    "let d = [NaN, 1e-07];",
  ]);
}, 120_000);

test("what is empty fits whatever the cells want of it, at the top and inside", async () => {
  const source = join(folder, "empty-source.ipynb");
  const file = join(folder, "empty.ipynb");
  writeNotebook(source, {
    use: `interface Options { names?: string[]; limit?: number | null }
const withDefaults = ({ names = ["none"], limit = 1 }: Options) => ({ names, limit });
sizes.push(3);
const length = (title ?? "none").length;
console.log(JSON.stringify([sizes, length, withDefaults(options), withDefaults(inner), lists[0].length]));`,
  });
  const values = "{ title: null, sizes: [], options: {}, inner: { names: [], limit: null }, lists: [[]] }";
  const { code, output } = await papermill(source, file, "--no-progress-bar", "-y", values);
  if (code !== 0) throw new Error(output);
  const printed = (cellOf(readNotebook(file), "use").outputs ?? []).map(({ text }) => joined(text)).join("");
  expect(JSON.parse(printed)).toEqual([[3], 4, { names: ["none"], limit: 1 }, { names: [], limit: null }, 0]);
}, 120_000);

test("a parameter of another type than the cells want is an error of TypeScript, and of papermill", async () => {
  const { code, output } = await run(join(folder, "wrong.ipynb"), "-r", "sizes", "large");
  expect(code).not.toBe(0);
  expect(output).toContain("TS2339");
}, 120_000);

test("the parameters are listed with types, defaults and comments", async () => {
  const { output } = await papermill("--help-notebook", fixture("parameters.ipynb"));
  expect(output).toMatch(/rate: number \(default 0\.1\)\s+of learning/);
  expect(output).toContain('title: Unknown type (default "none")');
}, 120_000);

test("the translator has the kernel's version", () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const project = readFileSync(join(repository, "kernel", "papermill", "pyproject.toml"), "utf8");
  expect(project).toContain(`\nversion = "${version}"\n`);
});
