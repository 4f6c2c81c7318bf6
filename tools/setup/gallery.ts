/** `npm run gallery`: executes the notebook that has one of every display, keeps its outputs in the file, and writes it in every format. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium } from "./chromium.ts";
import { convertTo, executeTo, report } from "./notebooks.ts";
import { attempt, begin, done, root, run, StepError, warn } from "./step.ts";

interface Format {
  /** nbconvert's name of it. */
  to: string;
  /** The file that comes out. */
  file: string;
  options?: readonly string[];
  /** Programs that nbconvert calls for it. */
  needs?: readonly string[];
}

const formats: readonly Format[] = [
  { to: "html", file: "gallery.html" },
  { to: "html", file: "gallery-report.html", options: report },
  { to: "slides", file: "gallery.slides.html" },
  { to: "markdown", file: "gallery.md" },
  { to: "latex", file: "gallery.tex", needs: ["pandoc"] },
  { to: "pdf", file: "gallery-latex.pdf", needs: ["pandoc", "xelatex"] },
];

/**
 * @param asked A notebook to write in place of the gallery.
 * @param folder Where the files go.
 */
export async function gallery(asked: string | undefined, folder = join(root, "reports", "gallery")): Promise<void> {
  const notebook = asked ?? join(root, "notebooks", "gallery.ipynb");
  if (!existsSync(notebook)) throw new StepError(`There is no notebook ${notebook}`, "Give the path of an .ipynb file");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  begin(`executing ${relative(root, notebook)}`);
  await executeTo("notebook", notebook, ["--inplace"], "gallery");
  done(relative(root, notebook));
  for (const { to, file, options = [], needs = [] } of formats) {
    const missing = await firstMissing(needs);
    if (missing) {
      warn(`no ${file}: ${missing} is not here`, `install ${missing} to have it`);
      continue;
    }
    // nbconvert gives the name its ending itself.
    const name = file.slice(0, file.indexOf("."));
    await convertTo(to, notebook, [...options, "--output-dir", folder, "--output", name], "gallery");
    done(relative(root, join(folder, file)));
  }
  await printPdf(notebook, folder);
  console.log(`\nLook at the gallery: ${pathToFileURL(join(folder, "gallery-report.html"))}`);
}

/** The report on paper, as `gradbook report --pdf` prints it. */
async function printPdf(notebook: string, folder: string): Promise<void> {
  if (!findChromium()) {
    warn("no gallery.pdf: Chromium is not here", "install Chromium or Chrome to have it");
    return;
  }
  const args = ["report", "--no-execute", "--pdf", "--output-dir", join(folder, "report"), notebook];
  await run(process.execPath, [join(root, "dist", "install.js"), ...args], {
    step: "gallery",
    advice: "The message above says what the browser or nbconvert found wrong.",
  });
  done(relative(root, join(folder, "report", "gallery.pdf")));
}

async function firstMissing(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) if ((await attempt(program, ["--version"])).code !== 0) return program;
  return undefined;
}
