/** The kernels that are measured: ours, and the two that npm brings. */
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ourKernel } from "../../test/support/client.ts";
import { root } from "../setup/step.ts";

export interface Contender {
  name: string;
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
    { name: "ours", argv: ourKernel },
    {
      name: "deno",
      argv: deno === undefined ? undefined : [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
      interruptedBy: "signal",
      env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: mkdtempSync(join(tmpdir(), "gradbook-deno-")), NO_COLOR: "1" },
    },
    {
      name: "tslab",
      interruptedBy: "signal",
      argv: existsSync(tslab) ? [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"] : undefined,
    },
  ];
}
