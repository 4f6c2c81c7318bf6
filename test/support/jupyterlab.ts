/** A real JupyterLab server on a folder, with settings of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { freePorts } from "./ports.ts";
import { descendants, type ProcessInfo, stillAlive } from "./processes.ts";

export interface LabOptions {
  /** Milliseconds for the server to say that it runs. */
  deadline?: number;
  /** Whether its pages are dark. */
  isDark?: boolean;
}

export class JupyterLab {
  readonly #process: ChildProcess;
  readonly #settings: string;
  readonly #origin: string;
  readonly #token: string;
  log = "";

  private constructor(root: string, port: number, { isDark = false }: LabOptions) {
    this.#settings = mkdtempSync(join(tmpdir(), "gradbook-lab-"));
    this.#token = randomBytes(16).toString("hex");
    this.#origin = `http://127.0.0.1:${port}`;
    this.#write("config/labconfig/page_config.json", {
      // It asks the network for news, and the user whether it may.
      disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true },
    });
    // Cells out of sight are otherwise not on the page, and could not be looked at.
    this.#write("settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings", { windowingMode: "none" });
    if (isDark) {
      const file = "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings";
      this.#write(file, { theme: "JupyterLab Dark" });
    }
    const args = [
      "--no-browser",
      "--allow-root",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--ServerApp.root_dir=${root}`,
      `--IdentityProvider.token=${this.#token}`,
    ];
    this.#process = spawn(python, ["-m", "jupyterlab", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: this.#environment(),
    });
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...pythonEnv(),
      JUPYTER_CONFIG_DIR: join(this.#settings, "config"),
      JUPYTER_DATA_DIR: join(this.#settings, "data"),
      JUPYTER_RUNTIME_DIR: join(this.#settings, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: join(this.#settings, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(this.#settings, "workspaces"),
    };
  }

  /** Signs a notebook, as `jupyter trust` does: without that its outputs come from a stranger. */
  trust(notebook: string): void {
    execFileSync(python, ["-m", "nbformat.sign", notebook], { env: this.#environment(), stdio: "pipe" });
  }

  #write(path: string, content: object): void {
    const file = join(this.#settings, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  }

  /** Starts a server and waits until it says that it runs. */
  static async start(root: string, options: LabOptions = {}): Promise<JupyterLab> {
    const { deadline = 120_000 } = options;
    const [port] = await freePorts(1);
    const lab = new JupyterLab(root, port!, options);
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`JupyterLab ${why}:\n${lab.log}`));
      const timer = setTimeout(fail, deadline, "did not start in time");
      for (const stream of [lab.#process.stdout!, lab.#process.stderr!]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          lab.log += text;
          if (/is running at:/.test(lab.log)) {
            clearTimeout(timer);
            resolve();
          }
        });
      }
      lab.#process.once("exit", () => {
        clearTimeout(timer);
        fail("ended");
      });
    });
    return lab;
  }

  /** The address that opens a notebook of the folder, in a workspace of its own: the shared one would bring back what was open before. */
  url(notebook: string): string {
    const workspace = notebook.replaceAll(/[^a-z0-9]+/gi, "-");
    return `${this.#origin}/lab/workspaces/${workspace}/tree/${encodeURIComponent(notebook)}?token=${this.#token}`;
  }

  /** The processes that the server has started: its kernels. */
  kernels(): ProcessInfo[] {
    return descendants(this.#process.pid!);
  }

  /** Ends the server as Ctrl-C does, and returns what it left behind. */
  async stop(): Promise<ProcessInfo[]> {
    const family = this.kernels();
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      await ended;
    }
    rmSync(this.#settings, { recursive: true, force: true });
    return stillAlive(family);
  }
}
