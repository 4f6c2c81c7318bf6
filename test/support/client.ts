/** Starts a kernel process of any make, with a client connected to it, and sees to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelspec } from "../../kernel/kernelspec/kernelspec.ts";
import { FrontEnd } from "./front-end.ts";
import { freePorts } from "./ports.ts";
import { descendants, type ProcessInfo, residentBytes, stillAlive, withEnvironment } from "./processes.ts";
import type { Connection, Message } from "./wire.ts";

export const repository = join(import.meta.dirname, "..", "..");

/** Our kernel, as the kernelspec starts it. */
export const ourKernel: readonly string[] = kernelspec({
  node: process.execPath,
  main: join(repository, "dist/kernel/main.js"),
  displayName: "",
  version: "",
}).argv;

export interface KernelOptions {
  /** Command line with a `{connection_file}` in it; our built kernel by default. */
  argv?: readonly string[];
  /** Added to the environment; `undefined` takes a variable out. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Parts of the connection file to change, e.g. `{ key: "" }`. */
  connection?: Partial<Connection>;
  /** Milliseconds for the kernel to answer kernel_info. */
  deadline?: number;
}

export interface Stopped {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The shutdown reply, unless the kernel did not answer. */
  reply: Message | undefined;
  /** The kernel did not end by itself in time. */
  killed: boolean;
  /** Processes of the kernel that outlived it (they were killed now). */
  leftovers: ProcessInfo[];
}

/** So long a process may take to end: deadlines only turn a hang into a failure, also on a machine that has much to do. */
const DEADLINE_MS = 30_000;

/** So long what a process sent last may be on its way. */
const LAST_WORDS_MS = 2000;

const marker = "GRADBOOK_TEST_KERNEL";

export async function newConnection(changes: Partial<Connection> = {}): Promise<Connection> {
  const [shell_port, control_port, iopub_port, stdin_port, hb_port] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ports = { shell_port, control_port, iopub_port, stdin_port, hb_port };
  const key = randomBytes(24).toString("hex");
  return { transport: "tcp", ip: "127.0.0.1", ...ports, key, signature_scheme: "hmac-sha256", ...changes };
}

export class Kernel extends FrontEnd {
  readonly process: ChildProcess;
  readonly connectionFile: string;
  /** What the kernel's process itself wrote; a healthy kernel writes nothing. */
  readonly output: { stdout: string; stderr: string } = { stdout: "", stderr: "" };
  /** Milliseconds from the start of the process to the first kernel_info_reply. */
  startMs: number = Number.NaN;
  /** The first kernel_info_reply. */
  info!: Message;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  readonly #id: string;
  readonly #folder: string;

  constructor(connection: Connection, options: KernelOptions) {
    super(connection);
    this.#id = randomUUID();
    this.#folder = mkdtempSync(join(tmpdir(), "gradbook-kernel-"));
    this.connectionFile = join(this.#folder, "kernel.json");
    writeFileSync(this.connectionFile, JSON.stringify(connection), { mode: 0o600 });
    const [command, ...args] = (options.argv ?? ourKernel).map((part) =>
      part.replace("{connection_file}", this.connectionFile),
    );
    this.process = spawn(command!, args, {
      cwd: options.cwd ?? this.#folder,
      // The user's own history is none of a test's business.
      env: {
        ...process.env,
        GRADBOOK_HISTORY: join(this.#folder, "history.sqlite"),
        ...options.env,
        [marker]: this.#id,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const name of ["stdout", "stderr"] as const) {
      this.process[name]?.setEncoding("utf8").on("data", (text: string) => (this.output[name] += text));
    }
    this.exited = new Promise((resolve) => {
      this.process.once("error", (error) => {
        this.fail(new Error(`The kernel's process did not start: ${error.message}`));
        resolve({ code: null, signal: null });
      });
      this.process.once("exit", (code, signal) => {
        resolve({ code, signal });
        // What the kernel sent last may still be on its way through the sockets.
        setTimeout(() => this.fail(new Error(this.#obituary(code, signal))), LAST_WORDS_MS).unref();
      });
    });
    running.add(this);
  }

  #obituary(code: number | null, signal: string | null): string {
    const written = `${this.output.stdout}${this.output.stderr}`.slice(-4000);
    return `The kernel's process ended (${signal ?? `exit code ${code}`}), having written:\n${written || "(nothing)"}`;
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** The kernel's living child processes, grandchildren included. */
  children(): ProcessInfo[] {
    return descendants(this.pid);
  }

  /** All living processes of this kernel, those that lost their parent included, but the kernel's own. */
  family(): ProcessInfo[] {
    const all = new Map([...this.children(), ...withEnvironment(marker, this.#id)].map((info) => [info.pid, info]));
    all.delete(this.pid);
    return [...all.values()];
  }

  /** Resident memory of the whole process tree, in bytes. */
  memory(): number {
    return residentBytes(this.pid);
  }

  /** Another front end on the same kernel; close() it. */
  async connect(): Promise<FrontEnd> {
    const client = new FrontEnd(this.connection);
    await client.ready();
    return client;
  }

  /** Asks the kernel to end, waits until all its processes have, and kills those that have not. */
  async stop({
    deadline = DEADLINE_MS,
    restart = false,
  }: {
    deadline?: number;
    restart?: boolean;
  } = {}): Promise<Stopped> {
    const before = this.process.exitCode === null && this.process.signalCode === null ? this.family() : [];
    const request = this.send("shutdown_request", { restart }, { channel: "control", deadline });
    const ended = await within(deadline, this.exited);
    // Only now: what was published before the end still has to arrive.
    const reply = await within(
      LAST_WORDS_MS,
      request.reply.catch(() => undefined),
    );
    return this.#finish(before, !ended, reply);
  }

  /** Kills the kernel's own process without a word, as some front ends do, and waits for the others to follow. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<Stopped> {
    const before = this.family();
    this.process.kill(signal);
    await within(DEADLINE_MS, this.exited);
    return this.#finish(before, false, undefined);
  }

  async #finish(before: ProcessInfo[], killed: boolean, reply: Message | undefined): Promise<Stopped> {
    if (killed) this.process.kill("SIGKILL");
    const { code, signal } = await this.exited;
    const remaining = () => {
      const all = new Map(
        [...stillAlive(before), ...withEnvironment(marker, this.#id)].map((info) => [info.pid, info]),
      );
      return [...all.values()];
    };
    // Processes that are not our children send no event when they end, so this is the one place that has to look again.
    const end = performance.now() + DEADLINE_MS;
    let leftovers = remaining();
    while (leftovers.length > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      leftovers = remaining();
    }
    for (const { pid } of leftovers) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    }
    running.delete(this);
    this.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return { code, signal, reply, killed, leftovers };
  }
}

/** Kernels to kill should the test process end before them. */
const running = new Set<Kernel>();
process.once("exit", () => {
  for (const kernel of running) {
    for (const pid of [...kernel.family().map((info) => info.pid), kernel.pid]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
  }
});

/** Starts a kernel and waits until it has answered kernel_info and its iopub messages reach us. */
export async function startKernel(options: KernelOptions = {}): Promise<Kernel> {
  const connection = await newConnection(options.connection);
  const started = performance.now();
  const kernel = new Kernel(connection, options);
  try {
    kernel.info = await kernel.ready(options.deadline);
    kernel.startMs = kernel.info.at - started;
    return kernel;
  } catch (error) {
    await kernel.kill();
    throw error;
  }
}

/**
 * Starts a kernel of ours and waits until its type checker has come, too: on a busy machine it takes longer to load than a cell or a question waits for it,
 * and these then go on without types.
 */
export async function startCheckedKernel(options: KernelOptions = {}): Promise<Kernel> {
  const kernel = await startKernel(options);
  const unstored = { store_history: false };
  while ((await kernel.execute("{ const checked: number = 0; }", unstored)).stderr.includes("are not checked"));
  return kernel;
}

/** The promise's value, or undefined when it takes longer than that. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export type { Channel, Connection, Content, Exchange, Executed, FrontEnd, Message, Pending } from "./front-end.ts";
export { isStatus, summary } from "./front-end.ts";
