/** Bundles the kernel, the library and the installer into dist/, and writes the library's type declarations. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { sourceStamp } from "../lib/backends/native/stamp.ts";
import { compileEngine } from "./native/compile.ts";
import { bundlePages } from "./page-bundle.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** Bundles that share their globals with the code of cells. */
const besideCells = new Set(["kernel/executor", "lib/index"]);

/** What brings machine code, which no bundle can hold. */
const native = ["@resvg/resvg-js", "oxc-parser", "oxc-transform", "esbuild"];

/** What pages get under the packages' own names: the versions that draw charts of all versions, where the library compiles with those of JupyterLab. */
const newest = { vega: "vega-6", "vega-lite": "vega-lite-6" };

/** One bundle a process: fewer files to open is what makes a kernel start fast. */
const bundles: Record<string, string> = {
  "kernel/main": "kernel/main.ts",
  "kernel/executor": "kernel/executor/main.ts",
  "kernel/watchdog": "kernel/executor/watchdog.ts",
  "kernel/module-hooks": "kernel/executor/module-hooks.ts",
  "lib/index": "lib/index.ts",
  install: "install.ts",
};

/**
 * esbuild's helper that keeps names sets the name of every function anew, each time that a closure is made, which costs more than many a closure
 * does. Most have their name already, and nobody asks those inside of functions. A class that names itself gets another name, which is then set anew: V8
 * looks up what belongs to such a class slowly ever after, each time that an object is made, so it is born with a name to read instead. Lines stay where the
 * source map has them.
 */
function keepNamesQuickly(code: string): string {
  const quick = code
    .replace(
      /^(var __name\w* = \(target, value\) => )(__defProp\w*\(target, "name",)/m,
      "$1target.name === value ? target : $2",
    )
    .replace(/^( +(?:const|let|var) [\w$]+ = \/\* @__PURE__ \*\/ )__name\w*\(/gm, "$1__unnamed(")
    .replace(/^ +__name\w*\((?!this\b)[\w$]+, "[\w$]+"\);$/gm, "")
    .replace(/^( +)static \{\n +__name\w*\(this, "([\w$]+)"\);$/gm, (whole, indent, name) =>
      code.includes(`class _${name} `) ? `${indent}static get name() {\n${indent}  return "${name}";` : whole,
    );
  return quick === code
    ? code
    : quick.replace(/\n*(\/\/# sourceMappingURL=.*\n?)?$/, "\nfunction __unnamed(target) { return target; }\n$1");
}

// Before anything is bundled: what is edited meanwhile is of another engine.
const stamp = sourceStamp(root);
rmSync(dist, { recursive: true, force: true });
for (const [out, entry] of Object.entries(bundles)) {
  if (!existsSync(join(root, entry))) continue;
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { [out.split("/").at(-1)!]: entry },
    outdir: join(dist, dirname(out)),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // What the executor needs is small, and must be as safe from cells as its own code is.
    packages: out === "kernel/executor" ? "bundle" : "external",
    external: native,
    define: {
      GRADBOOK_VERSION: JSON.stringify(version),
      GRADBOOK_ENGINE_STAMP: JSON.stringify(stamp),
    },
    // Dynamic imports stay separate files, so what is heavy is read when it is first used.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: "linked",
    keepNames: true,
    inject: besideCells.has(out) ? [join(root, "tools/own-globals.ts")] : [],
    logLevel: "warning",
    write: false,
  });
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, path.endsWith(".js") ? keepNamesQuickly(text) : text);
  }
}

// The report template: what its pages need stands in them, so all of it is bundled.
const report = join(dist, "report");
cpSync(join(root, "kernel/report/template"), report, { recursive: true });
cpSync(join(root, "kernel/report/template-latex"), join(dist, "report-latex"), { recursive: true });
await bundlePages(root, {
  entryPoints: ["charts.ts", "figures.ts", "math.ts", "math.css", "print.css"].map(
    (file) => `kernel/report/page/${file}`,
  ),
  outdir: join(report, "static"),
  loader: { ".woff2": "dataurl", ".woff": "empty", ".ttf": "empty" },
  alias: newest,
});

// JupyterLab's extension: a small script that every page loads, and plotly.js and vega beside it for pages that have figures and charts.
const extension = join(dist, "labextension");
const scripts = await build({
  absWorkingDir: root,
  entryPoints: { remoteEntry: "kernel/labextension/remote-entry.ts" },
  outdir: join(extension, "static"),
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  entryNames: "[name].[hash]",
  metafile: true,
  logLevel: "warning",
});
await bundlePages(root, {
  entryPoints: ["kernel/labextension/plotly.ts", "kernel/labextension/vega.ts"],
  outdir: join(extension, "static"),
  format: "esm",
  alias: newest,
});
const [entry] = Object.keys(scripts.metafile.outputs);
const load = relative(extension, join(root, entry!)).replaceAll("\\", "/");
const about = {
  name: "gradbook",
  version,
  description: "Plotly figures and charts of vega-lite 6 in JupyterLab, without a network",
  license: "MIT",
  jupyterlab: { mimeExtension: true, _build: { load, mimeExtension: "./mimeExtension" } },
};
writeFileSync(join(extension, "package.json"), `${JSON.stringify(about, null, 2)}\n`);

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const declarations = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", join(dist, "types")];
if (existsSync(join(root, "lib/index.ts"))) {
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.lib.json"), ...declarations], { stdio: "inherit" });
}

// A part of dist/ too, but one that the library does without where nothing can compile it.
const engine = await compileEngine();
if (engine.state === "missing") console.warn(`The compiled engine is not built: ${engine.reason}`);
