/** `--doctor`: looks at everything the kernel needs and says what is missing and what to type. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Kernelspec, readOwn } from "./kernelspec.ts";
import { type System, searchedDataFolders } from "./locations.ts";
import { probe } from "./probe.ts";
import { jupyterPaths } from "./python.ts";

export interface Finding {
  state: "ok" | "warning" | "error";
  what: string;
  /** What to type, or do, about it. */
  fix?: string;
}

export interface Patient {
  node: { path: string; version: string };
  /** dist/kernel/main.js */
  main: string;
  /** Whether this is a clone of the repository rather than an installed package. */
  clone: boolean;
  system: System;
}

const oldestNode = [20, 19] as const;

export async function examine(patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const found = (state: Finding["state"], what: string, fix?: string) =>
    findings.push({ state, what, ...(fix && { fix }) });

  const [major = 0, minor = 0] = patient.node.version.split(".").map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const node = `Node ${patient.node.version} (${patient.node.path})`;
  if (recent) found("ok", node);
  else
    found(
      "error",
      `${node}: at least ${oldestNode.join(".")} is needed`,
      "install a current Node, then register the kernel again",
    );

  const again = patient.clone ? "npm run build" : "npm install gradbook";
  const built = existsSync(patient.main);
  if (built) found("ok", `Kernel ${patient.main}`);
  else found("error", `The kernel is not built: ${patient.main} is missing`, again);

  const loads = await import("zeromq").then(
    (zeromq) => found("ok", `zeromq loads (libzmq ${zeromq.version})`) > 0,
    (error) => {
      const reason = String(error.message).split("\n")[0];
      found("error", `zeromq does not load: ${reason}`, patient.clone ? "npm ci" : "npm rebuild zeromq");
      return false;
    },
  );

  if (built && loads) {
    try {
      const { ms, implementation, version } = await probe([patient.node.path, patient.main, "{connection_file}"]);
      found("ok", `The kernel starts and answers: ${implementation} ${version}, after ${Math.round(ms)} ms`);
    } catch (error) {
      found("error", `The kernel does not answer: ${(error as Error).message}`, again);
    }
  }

  const folders = searchedDataFolders(patient.system);
  const jupyter = await jupyterPaths(patient.system);
  if (jupyter) {
    found("ok", `Jupyter (${jupyter.version})`);
    folders.push(...jupyter.data.filter((folder) => !folders.includes(folder)));
  } else {
    found("warning", "No jupyter command on PATH", "pip install jupyterlab");
  }

  findings.push(...kernelspecs(folders, patient));
  return findings;
}

/** Every kernelspec of ours that Jupyter could find, and whether what it starts exists. */
function kernelspecs(dataFolders: string[], patient: Patient): Finding[] {
  const findings: Finding[] = [];
  for (const kernels of dataFolders.map((folder) => join(folder, "kernels"))) {
    for (const name of existsSync(kernels) ? readdirSync(kernels) : []) {
      const spec = readOwn(join(kernels, name));
      if (spec) findings.push(kernelspecFinding(name, join(kernels, name), spec, patient));
    }
  }
  if (findings.length > 0) return findings;
  return [{ state: "error", what: "The kernel is not registered anywhere Jupyter looks", fix: registering(patient) }];
}

function kernelspecFinding(name: string, folder: string, spec: Kernelspec, patient: Patient): Finding {
  const [node = "", main = ""] = spec.argv.filter((argument) => !argument.startsWith("-"));
  const what = `Kernel "${name}" (${spec.display_name}) in ${folder}`;
  const missing = [node, main].filter((file) => !existsSync(file));
  if (missing.length > 0) {
    const fix = `register it again where it is (${registering(patient)}), or remove it with --uninstall`;
    return { state: "error", what: `${what} starts what does not exist: ${missing.join(" and ")}`, fix };
  }
  if (main !== patient.main) return { state: "ok", what: `${what}, of another copy: ${main}` };
  return { state: "ok", what };
}

function registering({ clone }: Patient): string {
  return clone ? "node dist/install.js --user" : "npx gradbook install --user";
}
