/** Starts a kernel as Jupyter would, asks it for kernel_info, and ends it. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "../protocol/session.ts";
import { Wire } from "../protocol/wire.ts";

export interface Probe {
  /** Milliseconds from the start of the process to its answer. */
  ms: number;
  implementation: string;
  version: string;
}

/** @throws {Error} If the kernel ends, or does not answer in time; the message holds what it wrote. */
export async function probe(argv: readonly string[], deadline: number = 20_000): Promise<Probe> {
  const { Dealer } = await import("zeromq");
  const folder = mkdtempSync(join(tmpdir(), "gradbook-doctor-"));
  const file = join(folder, "connection.json");
  const names = ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"] as const;
  const free = await freePorts(names.length);
  const key = randomUUID();
  const scheme = "hmac-sha256";
  const ports = Object.fromEntries(names.map((name, i) => [name, free[i]!]));
  const connection = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: scheme, ...ports };
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });

  const started = performance.now();
  const [command, ...args] = argv.map((part) => part.replace("{connection_file}", file));
  const child = spawn(command!, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (written += data));
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`it cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}\n${written.trim()}`));
  });

  const wire = new Wire(scheme, key);
  const session = new Session();
  const socket = new Dealer({ linger: 0, reconnectInterval: 10, receiveTimeout: deadline });
  try {
    socket.connect(`tcp://127.0.0.1:${ports.control_port}`);
    const send = (type: string, content: object) => socket.send(wire.encode(session.message(type, content, {}), []));
    await send("kernel_info_request", {});
    const late = () => new Error(`it did not answer within ${deadline / 1000} s\n${written.trim()}`);
    const frames = await Promise.race([
      socket.receive().catch(() => Promise.reject(late())),
      ended.then((why) => Promise.reject(new Error(why.trim()))),
    ]);
    const { content } = wire.decode(frames);
    const ms = performance.now() - started;
    await send("shutdown_request", { restart: false });
    await Promise.race([ended, socket.receive().then(() => ended)]);
    return { ms, implementation: String(content.implementation), version: String(content.implementation_version) };
  } finally {
    child.kill("SIGKILL");
    socket.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ports that are free now; all are held at once, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject).listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
