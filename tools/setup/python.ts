/** The Python environment in .venv: JupyterLab and the other front ends, pinned, apart from the user's own Python. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, begin, done, root, run, StepError } from "./step.ts";

const windows = process.platform === "win32";
const folder = join(root, ".venv");
const requirements = join(root, "tools", "python", "requirements.txt");
const marker = join(folder, ".requirements");
/** An older nbconvert, beside the environment's own, for the tests. */
const oldNbconvert = join(folder, "nbconvert-6.5");
const oldRequirements = join(root, "tools", "python", "nbconvert-6.5.txt");
/** What papermill needs to know of TypeScript: a package of its own, for pip. */
const papermill = join(root, "kernel", "papermill");

/** The environment's own Python. */
export const python: string = windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

export const environmentFolder: string = folder;

/**
 * For programs of the environment: nothing of the user's own Python or Jupyter gets in, and the kernel that is registered in
 * the environment goes before one of the same name elsewhere.
 */
export function pythonEnv(): NodeJS.ProcessEnv {
  const { PYTHONPATH: _1, PYTHONHOME: _2, JUPYTER_PATH: _3, ...env } = process.env;
  return { ...env, JUPYTER_PREFER_ENV_PATH: "1", PYTHONNOUSERSITE: "1", PYTHONUTF8: "1" };
}

/** The same, for nbconvert 6.5: it and its templates go before the environment's own. */
export function oldNbconvertEnv(): NodeJS.ProcessEnv {
  return { ...pythonEnv(), PYTHONPATH: oldNbconvert, JUPYTER_PATH: join(oldNbconvert, "share", "jupyter") };
}

const oldest = [3, 10] as const;

interface Candidate {
  command: string;
  args: string[];
  version: string;
}

async function findPython(): Promise<Candidate> {
  const named = process.env.GRADBOOK_PYTHON;
  const names = windows
    ? [["python"], ["py", "-3"]]
    : [["python3"], ["python"], ...["3.14", "3.13", "3.12", "3.11", "3.10"].map((version) => [`python${version}`])];
  const old: string[] = [];
  for (const [command, ...args] of named ? [[named]] : names) {
    const { code, output } = await attempt(command!, [
      ...args,
      "-c",
      "import sys; print('%d.%d' % sys.version_info[:2])",
    ]);
    const version = /^(\d+)\.(\d+)$/m.exec(output);
    if (code !== 0 || !version) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) {
      return { command: command!, args, version: version[0] };
    }
    old.push(`${command} is ${version[0]}`);
  }
  const wanted = `Python ${oldest.join(".")} or newer`;
  const found = named
    ? `GRADBOOK_PYTHON=${named} is not one`
    : old.length
      ? `only found: ${old.join(", ")}`
      : "found none";
  throw new StepError(
    `Python environment: ${wanted} is needed (${found})`,
    `Install ${wanted} (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: GRADBOOK_PYTHON=/path/to/python3`,
  );
}

interface Maker {
  how: string;
  make(): Promise<{ code: number; output: string }>;
}

/** Ways to make an environment, the best first: Debian and Ubuntu ship a Python whose venv lacks pip. */
function makers({ command, args }: Candidate): Maker[] {
  const python3 = (...more: string[]) => attempt(command, [...args, ...more]);
  const bare = async () => {
    const made = await python3("-m", "venv", "--clear", "--without-pip", folder);
    return made.code === 0 ? python3("-m", "pip", "--python", python, "install", "--quiet", "pip") : made;
  };
  const packaged = async () => {
    const installed = await attempt("apt-get", ["install", "--yes", "--quiet", "python3-venv"], {
      ...process.env,
      DEBIAN_FRONTEND: "noninteractive",
    });
    return installed.code === 0 ? python3("-m", "venv", "--clear", folder) : installed;
  };
  const all: Maker[] = [
    { how: "python3 -m venv", make: () => python3("-m", "venv", "--clear", folder) },
    { how: "python3 -m virtualenv", make: () => python3("-m", "virtualenv", "--quiet", "--clear", folder) },
    { how: "python3 -m venv --without-pip, then pip --python", make: bare },
  ];
  if (isRootOnDebian()) all.push({ how: "apt-get install python3-venv", make: packaged });
  return all;
}

/** Where we may install system packages without asking. */
export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

async function makeEnvironment(candidate: Candidate): Promise<void> {
  const failures: string[] = [];
  for (const { how, make } of makers(candidate)) {
    const { code, output } = await make();
    if (code === 0 && (await environmentWorks())) return;
    const reason = output.trim().split("\n").slice(-3).join("\n    ");
    failures.push(`  ${how}:\n    ${reason || `exit code ${code}`}`);
  }
  // Half an environment would be taken for a whole one.
  rmSync(folder, { recursive: true, force: true });
  throw new StepError(
    `Python environment: Python ${candidate.version} (${candidate.command}) cannot make one\n${failures.join("\n")}`,
    "Debian, Ubuntu: apt-get install python3-venv. Elsewhere: python3 -m pip install --user virtualenv. Then try again.",
  );
}

async function environmentWorks(): Promise<boolean> {
  return existsSync(python) && (await attempt(python, ["-m", "pip", "--version"], pythonEnv())).code === 0;
}

export async function ensurePython(): Promise<void> {
  const hash = createHash("sha256");
  for (const file of [requirements, join(papermill, "gradbook_papermill.py"), join(papermill, "pyproject.toml")]) {
    hash.update(readFileSync(file));
  }
  const wanted = hash.digest("hex");
  const works = await environmentWorks();
  if (works && existsSync(marker) && readFileSync(marker, "utf8") === wanted)
    return done("Python environment .venv (kept)");
  if (!works) {
    const candidate = await findPython();
    begin(`Python environment: making .venv with Python ${candidate.version}`);
    await makeEnvironment(candidate);
  }
  begin("Python environment: installing JupyterLab, nbconvert and what they need (a minute or so)");
  const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-warn-script-location"];
  await run(python, ["-m", "pip", "install", ...options, "--requirement", requirements, papermill], {
    step: "Python environment",
    advice: "See pip's message above. Most often the package index is out of reach; if .venv is damaged, delete it.",
    env: pythonEnv(),
  });
  writeFileSync(marker, wanted);
  done("Python environment .venv (installed)");
}

/** nbconvert 6.5, which the tests try beside the newest: a folder of packages, since the rest of the environment serves both. */
export async function ensureOldNbconvert(): Promise<void> {
  const wanted = readFileSync(oldRequirements, "utf8");
  const made = join(oldNbconvert, ".requirements");
  if (existsSync(made) && readFileSync(made, "utf8") === wanted) return done("nbconvert 6.5 for the tests (kept)");
  rmSync(oldNbconvert, { recursive: true, force: true });
  const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--target", oldNbconvert];
  await run(python, ["-m", "pip", "install", ...options, "--requirement", oldRequirements], {
    step: "nbconvert 6.5",
    advice: "See pip's message above. Most often the package index is out of reach.",
    env: pythonEnv(),
  });
  writeFileSync(made, wanted);
  done("nbconvert 6.5 for the tests (installed)");
}

export async function ensureKernel(): Promise<void> {
  await run(process.execPath, [join(root, "dist", "install.js"), "--prefix", folder], {
    step: "kernel registration",
    advice: "Type: node dist/install.js --doctor",
  });
  done('kernel "gradbook" registered in .venv');
}
