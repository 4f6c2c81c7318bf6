/** A report as PDF by LaTeX: pages as a book has them, with tables that break and formulas that are set. */
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";
import { type Program, runProgram } from "./program.ts";

/** What nbconvert calls: the one makes LaTeX of Markdown, the other makes a PDF of it. */
const programs = ["pandoc", "xelatex"];

/** Whether what it takes is here. */
export async function hasLatex(env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const program of programs) if ((await runProgram([program], ["--version"], env)).code !== 0) return false;
  return true;
}

/**
 * Sets a notebook as it stands.
 *
 * @param notebook The file of the notebook, which is not executed.
 * @param pdf The file to write.
 * @returns The PDF's file.
 * @throws {Error} If LaTeX fails.
 */
export async function typeset(
  notebook: string,
  pdf: string,
  { nbconvert, env }: { nbconvert: Program; env: NodeJS.ProcessEnv },
): Promise<string> {
  rmSync(pdf, { force: true });
  const args = ["--to", "pdf", "--template", "gradbook-latex", "--output-dir", dirname(pdf)];
  const name = basename(pdf, ".pdf");
  const { code, output } = await runProgram(nbconvert, [...args, "--output", name, notebook], withFonts(env));
  if (code !== 0 || !existsSync(pdf)) throw new Error(reason(output) ?? `nbconvert ended with code ${code}`);
  return pdf;
}

/** Where LaTeX finds the fonts that pictures of charts have, too: no font needs to be installed. */
function withFonts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const fonts = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf"));
  return { ...env, OSFONTDIR: [fonts, env.OSFONTDIR].filter(Boolean).join(delimiter) };
}

/** LaTeX's first complaint, which begins with an exclamation mark; the others follow from it. */
function reason(output: string): string | undefined {
  return /^! .+/m.exec(output)?.[0].slice(2);
}

/** The name of a copy of a notebook that is there only as long as its report is made, beside it, so that its pictures are found. */
export function copyBeside(notebook: string): string {
  return join(dirname(notebook), `.${basename(notebook, ".ipynb")}.${process.pid}.ipynb`);
}
