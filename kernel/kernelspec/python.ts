/** What the Python world on this machine tells: the environment in use, and Jupyter's own list of folders. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { prefixDataFolder, type System } from "./locations.ts";

const run = promisify(execFile);

export interface Jupyter {
  version: string;
  /** Every data folder that it searches, in its order. */
  data: string[];
}

/** Where the jupyter command on PATH says that it looks; undefined where there is none. */
export async function jupyterPaths({ platform, env }: System): Promise<Jupyter | undefined> {
  // npm and pip put scripts with other endings on Windows, which only a shell finds.
  const options = { env, shell: platform === "win32", timeout: 30_000 };
  try {
    const { stdout: paths } = await run("jupyter", ["--paths", "--json"], options);
    const { stdout: versions } = await run("jupyter", ["--version"], options);
    const core = /jupyter_core\s*:\s*(\S+)/.exec(versions)?.[1] ?? "unknown version";
    const lab = /jupyterlab\s*:\s*(\d\S*)/.exec(versions)?.[1];
    return { version: lab ? `JupyterLab ${lab}` : `jupyter_core ${core}`, data: JSON.parse(paths).data };
  } catch {
    return undefined;
  }
}

/** The data folder of the Python that is first on PATH, or that GRADBOOK_PYTHON names. */
export async function pythonDataFolder(system: System): Promise<string | undefined> {
  const named = system.env.GRADBOOK_PYTHON;
  const candidates = named
    ? [[named]]
    : system.platform === "win32"
      ? [["python"], ["py", "-3"]]
      : [["python3"], ["python"]];
  for (const [command, ...args] of candidates) {
    try {
      const { stdout } = await run(command!, [...args, "-c", "import sys; print(sys.prefix)"], { env: system.env });
      return prefixDataFolder(stdout.trim(), system);
    } catch {
      // Try the next one.
    }
  }
  return undefined;
}
