/** Runs the built installer in a world of its own: a temporary home, and nothing of Jupyter's in the environment. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../support/client.ts";

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export const installer: string = join(repository, "dist", "install.js");

export class Sandbox {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook-install-"));
  /** Where `--user` goes. */
  readonly data: string = this.path("data");

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** The environment of a program in the sandbox. */
  env(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
    const clean = Object.entries(process.env).filter(([name]) => !/^(JUPYTER|GRADBOOK_|VIRTUAL_ENV|CONDA_)/.test(name));
    return { ...Object.fromEntries(clean), HOME: this.folder, JUPYTER_DATA_DIR: this.data, ...extra };
  }

  run(
    args: string[],
    { env = {}, program = installer }: { env?: Record<string, string>; program?: string } = {},
  ): Outcome {
    const options = { cwd: this.folder, env: this.env(env), encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
    return { code: status, stdout, stderr };
  }

  /** The kernel.json in a kernels folder. */
  spec(dataFolder: string, name: string): unknown {
    return JSON.parse(readFileSync(join(dataFolder, "kernels", name, "kernel.json"), "utf8"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
