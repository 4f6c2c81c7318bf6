/** The kernels that are measured: ours, the two that npm brings, and Python's own from .venv. */
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ourKernel } from "../../test/support/client.ts";
import { python } from "../setup/python.ts";
import { root } from "../setup/step.ts";

export interface Contender {
  name: string;
  language: "typescript" | "python";
  /** Undefined where it is not installed. */
  argv: readonly string[] | undefined;
  env?: Record<string, string>;
  /** What its kernelspec says; a message where nothing is said here. */
  interruptedBy?: "signal";
}

/** Deno's own program: the script that npm links would add the start of a Node to it. */
function denoProgram(): string | undefined {
  const scope = join(root, "node_modules", "@deno");
  const file = process.platform === "win32" ? "deno.exe" : "deno";
  const packages = existsSync(scope) ? readdirSync(scope) : [];
  return packages.map((name) => join(scope, name, file)).find((path) => existsSync(path));
}

export function contenders(): Contender[] {
  const deno = denoProgram();
  const tslab = join(root, "node_modules", "tslab", "bin", "tslab");
  return [
    { name: "ours", language: "typescript", argv: ourKernel },
    {
      name: "deno",
      language: "typescript",
      argv: deno === undefined ? undefined : [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
      interruptedBy: "signal",
      env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: mkdtempSync(join(tmpdir(), "gradbook-deno-")), NO_COLOR: "1" },
    },
    {
      name: "tslab",
      language: "typescript",
      interruptedBy: "signal",
      argv: existsSync(tslab) ? [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"] : undefined,
    },
    {
      name: "ipykernel",
      language: "python",
      interruptedBy: "signal",
      argv: existsSync(python) ? [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"] : undefined,
      env: { IPYTHONDIR: mkdtempSync(join(tmpdir(), "gradbook-ipython-")), PYTHONNOUSERSITE: "1" },
    },
  ];
}
