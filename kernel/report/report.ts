/** `gradbook report`: notebooks become HTML files that need nothing else, and PDF files. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { InstallError } from "../kernelspec/install-error.ts";
import { copyBeside, hasLatex, typeset } from "./latex.ts";
import { printed } from "./pdf.ts";
import { type Program, runProgram } from "./program.ts";

export interface ReportOptions {
  /** Runs the notebooks first; otherwise their outputs are taken as they stand. */
  execute: boolean;
  /** Goes on after a cell that throws, and shows its error. */
  allowErrors: boolean;
  /** Writes a PDF as well: by LaTeX where pandoc and xelatex are, else by a browser. */
  pdf: boolean;
  /** Where the reports go; beside each notebook by default. */
  outputDir?: string;
}

/** What reports are made with. */
export interface Workshop {
  env: NodeJS.ProcessEnv;
  /** Makes a data folder of Jupyter's with the kernel and the template, so that nothing needs to be registered. */
  furnish(dataFolder: string): void;
  /** The Python environment of a clone, if there is one. */
  python?: string;
}

/**
 * Makes the reports of some notebooks, and says of each what became of it.
 *
 * @returns Whether all could be made.
 * @throws {InstallError} If nbconvert is missing.
 */
export async function report(
  notebooks: readonly string[],
  options: ReportOptions,
  workshop: Workshop,
): Promise<boolean> {
  const nbconvert = await findNbconvert(workshop);
  const data = mkdtempSync(join(tmpdir(), "gradbook-report-"));
  try {
    workshop.furnish(data);
    const env = { ...workshop.env, JUPYTER_PATH: [data, workshop.env.JUPYTER_PATH].filter(Boolean).join(delimiter) };
    let failures = 0;
    for (const notebook of notebooks) {
      try {
        for (const file of await made(resolve(notebook), nbconvert, options, env)) console.log(file);
      } catch (error) {
        failures++;
        console.error(`${notebook}: ${(error as Error).message}`);
      }
    }
    return failures === 0;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** With what a notebook's report is made. */
interface Tools {
  readonly nbconvert: Program;
  readonly env: NodeJS.ProcessEnv;
}

async function made(notebook: string, nbconvert: Program, options: ReportOptions, env: NodeJS.ProcessEnv) {
  if (!existsSync(notebook)) throw new Error("there is no such file");
  const folder = options.outputDir ? resolve(options.outputDir) : dirname(notebook);
  mkdirSync(folder, { recursive: true });
  const tools = { nbconvert, env };
  const html = join(folder, `${basename(notebook, ".ipynb")}.html`);
  if (!options.pdf) return [await page(notebook, html, options, tools)];
  if (!(await hasLatex(env))) return [await page(notebook, html, options, tools), await printed(html, env)];
  // Page and paper show one run.
  const copy = copyBeside(notebook);
  try {
    const source = options.execute ? await executed(notebook, copy, options, tools) : notebook;
    await page(source, html, { ...options, execute: false }, tools);
    return [html, await typeset(source, html.replace(/\.html$/, ".pdf"), tools).catch(printedInstead(html, env))];
  } finally {
    rmSync(copy, { force: true });
  }
}

/** The browser prints what LaTeX cannot set. */
function printedInstead(html: string, env: NodeJS.ProcessEnv): (error: Error) => Promise<string> {
  return (error) => {
    console.error(`${basename(html)}: LaTeX made no PDF, so Chromium prints it (${error.message})`);
    return printed(html, env);
  };
}

/** Writes the page. */
async function page(notebook: string, html: string, options: ReportOptions, tools: Tools): Promise<string> {
  const args = ["--to", "html", "--template", "gradbook", "--embed-images", "--output", basename(html, ".html")];
  await convert(notebook, [...args, "--output-dir", dirname(html), ...execution(options)], tools);
  return html;
}

/** Writes an executed copy of a notebook, which keeps its name as title. */
async function executed(notebook: string, copy: string, options: ReportOptions, tools: Tools): Promise<string> {
  const args = ["--to", "notebook", "--output", basename(copy), "--output-dir", dirname(copy)];
  await convert(notebook, [...args, ...execution(options)], tools);
  const content = JSON.parse(readFileSync(copy, "utf8"));
  content.metadata = { title: basename(notebook, ".ipynb"), ...content.metadata };
  writeFileSync(copy, JSON.stringify(content));
  return copy;
}

function execution({ execute, allowErrors }: ReportOptions): string[] {
  return [
    // A long training is no reason to give up; Ctrl-C is.
    ...(execute ? ["--execute", "--ExecutePreprocessor.timeout=-1"] : []),
    ...(allowErrors ? ["--allow-errors"] : []),
  ];
}

async function convert(notebook: string, args: readonly string[], { nbconvert, env }: Tools): Promise<void> {
  const { code, output } = await runProgram(nbconvert, [...args, notebook], env);
  if (code !== 0) throw new Error(`nbconvert failed (exit code ${code})\n${ending(output)}`);
}

/** What a program said last: the error and where it comes from. */
function ending(output: string): string {
  return output.trimEnd().split("\n").slice(-30).join("\n");
}

async function findNbconvert({ env, python }: Workshop): Promise<Program> {
  const programs: Program[] = [
    ...(env.GRADBOOK_PYTHON ? [[env.GRADBOOK_PYTHON, "-m", "nbconvert"] as const] : []),
    ["jupyter", "nbconvert"],
    ["python3", "-m", "nbconvert"],
    ["python", "-m", "nbconvert"],
    ...(python ? [[python, "-m", "nbconvert"] as const] : []),
  ];
  for (const program of programs) if ((await runProgram(program, ["--version"], env)).code === 0) return program;
  throw new InstallError("Reports are made by nbconvert, and none runs here. Type: pip install nbconvert");
}
