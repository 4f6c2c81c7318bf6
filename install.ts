#!/usr/bin/env node
/** Tells Jupyter about the kernel, and makes reports with it: `npx gradbook install --user`, and what else `--help` lists. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { removeCompanions, writeCompanions } from "./kernel/kernelspec/companions.ts";
import { examine } from "./kernel/kernelspec/doctor.ts";
import { InstallError } from "./kernel/kernelspec/install-error.ts";
import { kernelspec, removeKernelspec, validName, writeKernelspec } from "./kernel/kernelspec/kernelspec.ts";
import { kernelFolder, prefixDataFolder, type System, userDataFolder } from "./kernel/kernelspec/locations.ts";
import { pythonDataFolder } from "./kernel/kernelspec/python.ts";
import { report } from "./kernel/report/report.ts";

const help = `Registers the gradbook kernel with Jupyter.

Usage: gradbook [install] (--user | --sys-prefix | --prefix DIR) [--name NAME] [--display-name TEXT]
       gradbook uninstall (--user | --sys-prefix | --prefix DIR) [--name NAME]
       gradbook doctor
       gradbook report NOTEBOOK... [--no-execute] [--allow-errors] [--pdf] [--output-dir DIR]

Where:
  --user               for you, in Jupyter's own data folder
  --sys-prefix         into the Python environment in use (its python must be on PATH, or named by GRADBOOK_PYTHON)
  --prefix DIR         into DIR/share/jupyter, for example a virtual environment's folder

Options:
  --name NAME          the name by which front ends know the kernel (default: gradbook)
  --display-name TEXT  what menus show (default: TypeScript (gradbook))
  --uninstall          remove the kernel again
  --doctor             look at everything the kernel needs, and say what is missing and what to type
  --version            print the version
  --help               print this

A report is an HTML file that needs no network and no other file, beside its notebook:
  --no-execute         take the notebook's outputs as they stand, rather than run its cells first
  --allow-errors       go on after a cell that throws
  --pdf                make a PDF as well: by pandoc and xelatex where they are, else by Chromium or Chrome
  --output-dir DIR     where the reports go
`;

const defaultName = "gradbook";

// This file runs as it stands (install.ts) and bundled (dist/install.js).
const here = import.meta.dirname;
const root = basename(here) === "dist" ? dirname(here) : here;
const main = join(root, "dist", "kernel", "main.js");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const system: System = { platform: process.platform, env: process.env, home: homedir() };

/** A command line that cannot be understood. */
class UsageError extends Error {}

type Options = ReturnType<typeof parse>;

function parse(args: string[]) {
  const { values, positionals } = parsed(args);
  const [command, ...rest] = positionals;
  if (command === "report") return { ...values, uninstall: false, doctor: false, notebooks: rest };
  if (rest.length > 0 || (command && !["install", "uninstall", "doctor"].includes(command))) {
    throw new UsageError(`"${rest[0] ?? command}" is no command: expected install, uninstall, doctor or report`);
  }
  if (command === "install" && (values.uninstall || values.doctor)) {
    throw new UsageError(`"install" contradicts ${values.uninstall ? "--uninstall" : "--doctor"}`);
  }
  return {
    ...values,
    uninstall: values.uninstall === true || command === "uninstall",
    doctor: values.doctor === true || command === "doctor",
    notebooks: undefined,
  };
}

function parsed(args: string[]) {
  const flag = { type: "boolean" } as const;
  const text = { type: "string" } as const;
  const places = { user: flag, "sys-prefix": flag, prefix: text };
  const actions = { uninstall: flag, doctor: flag, version: flag, help: { ...flag, short: "h" } as const };
  const reports = { "no-execute": flag, "allow-errors": flag, pdf: flag, "output-dir": text };
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...places, ...actions, ...reports, name: text, "display-name": text },
    });
  } catch (error) {
    // Node adds advice about dashes that helps nobody here.
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

async function dataFolder(options: Options): Promise<string> {
  const given = (["user", "sys-prefix", "prefix"] as const).filter((place) => options[place] !== undefined);
  if (given.length !== 1) {
    const named = given.map((place) => `--${place}`).join(" and ");
    throw new UsageError(
      given.length === 0
        ? "Where should the kernel go? Give one of --user, --sys-prefix and --prefix DIR"
        : `${named} name different places: give one of them`,
    );
  }
  if (options.user) return userDataFolder(system);
  if (options.prefix !== undefined) {
    if (options.prefix === "") throw new UsageError("--prefix needs a folder, but the one given is empty");
    return prefixDataFolder(resolve(options.prefix), system);
  }
  const folder = await pythonDataFolder(system);
  if (folder) return folder;
  const asked = process.env.GRADBOOK_PYTHON;
  throw new InstallError(
    asked
      ? `GRADBOOK_PYTHON is ${asked}, which does not run: name a Python, or use --prefix with the environment's folder`
      : "--sys-prefix needs Python, and none runs on PATH: activate the environment, or use --prefix with its folder",
  );
}

async function install(options: Options): Promise<void> {
  const name = validName(options.name ?? defaultName);
  const data = await dataFolder(options);
  const folder = kernelFolder(data, name, system);
  if (!existsSync(main)) throw new InstallError(`The kernel is not built: ${main} is missing. Type: npm run build`);
  // Two kernels with one label could not be told apart in a menu.
  const displayName = options["display-name"] ?? `TypeScript (${name})`;
  const spec = kernelspec({ node: process.execPath, main, displayName, version });
  const replaced = writeKernelspec(folder, spec, join(root, "kernel", "logos"));
  writeCompanions(data, join(root, "dist"));
  console.log(
    `${replaced ? "Registered again" : "Registered"}: kernel "${name}", shown as "${displayName}", in ${folder}`,
  );
  if (main.includes(`${join("/", "_npx", "/")}`)) {
    console.warn("It starts from npx's cache, which npm may empty: npm install --global gradbook is more lasting");
  }
}

async function uninstall(options: Options): Promise<void> {
  const name = validName(options.name ?? defaultName);
  const data = await dataFolder(options);
  const folder = kernelFolder(data, name, system);
  removeKernelspec(folder);
  // Template and extension serve all kernels of ours; they go with the one that everybody has.
  if (name === defaultName) removeCompanions(data);
  console.log(`Removed: kernel "${name}" from ${folder}`);
}

async function makeReports(notebooks: readonly string[], options: Options): Promise<boolean> {
  if (notebooks.length === 0) throw new UsageError("Which notebooks? Give at least one");
  const furnish = (dataFolder: string) => {
    const spec = kernelspec({ node: process.execPath, main, displayName: `TypeScript (${defaultName})`, version });
    writeKernelspec(kernelFolder(dataFolder, defaultName, system), spec, join(root, "kernel", "logos"));
    writeCompanions(dataFolder, join(root, "dist"));
  };
  const venv = join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  return report(
    notebooks,
    {
      execute: !options["no-execute"],
      allowErrors: options["allow-errors"] === true,
      pdf: options.pdf === true,
      ...(options["output-dir"] !== undefined && { outputDir: options["output-dir"] }),
    },
    { env: process.env, furnish, ...(existsSync(venv) && { python: venv }) },
  );
}

async function doctor(): Promise<boolean> {
  const node = { path: process.execPath, version: process.versions.node };
  const findings = await examine({ node, main, clone: existsSync(join(root, "install.ts")), system });
  const marks = { ok: "✓", warning: "!", error: "✗" };
  for (const { state, what, fix } of findings) {
    console.log(`${marks[state]} ${what.trim().replaceAll("\n", "\n    ")}`);
    if (fix) console.log(`    → ${fix}`);
  }
  const errors = findings.filter(({ state }) => state === "error").length;
  console.log(errors === 0 ? "All is well." : `${errors} ${errors === 1 ? "thing" : "things"} to set right.`);
  return errors === 0;
}

try {
  const options = parse(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else if (options.version) console.log(version);
  else if (options.doctor) process.exitCode = (await doctor()) ? 0 : 1;
  else if (options.notebooks) process.exitCode = (await makeReports(options.notebooks, options)) ? 0 : 1;
  else if (options.uninstall) await uninstall(options);
  else await install(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InstallError)) throw error;
  console.error(error instanceof UsageError ? `${error.message}\nSee: gradbook --help` : error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
