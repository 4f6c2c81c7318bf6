/** The connection file that a front end writes before it starts us. */
import { chmodSync, readFileSync, statSync } from "node:fs";

export interface Connection {
  transport: string;
  ip: string;
  key: string;
  signature_scheme: string;
  shell_port: number;
  control_port: number;
  stdin_port: number;
  iopub_port: number;
  hb_port: number;
}

const PORTS = ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"] as const;

export type Ports = Pick<Connection, (typeof PORTS)[number]>;

/** The part of a connection that a connect_reply tells. */
export function portsOf(connection: Connection): Ports {
  return Object.fromEntries(PORTS.map((port) => [port, connection[port]])) as Ports;
}

/** A connection file that is missing or wrong; the message names the file and what was expected. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

export function readConnection(file: string): Connection {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConnectionError(`Cannot read the connection file ${file}: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConnectionError(`The connection file ${file} is not JSON: ${(error as Error).message}`);
  }
  return validConnection(file, value);
}

/**
 * Takes the connection file from everybody but its owner: who knows its key runs code as the user. Front ends write it so; a file that is not ours we cannot change.
 *
 * @returns Whether others cannot read it now.
 */
export function makePrivate(file: string): boolean {
  // Windows has lists of rights instead of bits, and the folder's are right.
  if (process.platform === "win32") return true;
  if ((statSync(file).mode & OTHERS) === 0) return true;
  try {
    chmodSync(file, 0o600);
    return true;
  } catch {
    return false;
  }
}

const OTHERS = 0o077;

function validConnection(file: string, value: unknown): Connection {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new ConnectionError(`The connection file ${file} must hold a JSON object`);
  }
  const given = value as Record<string, unknown>;
  const wrong = (field: string, expected: string) =>
    new ConnectionError(
      `The connection file ${file} has ${field} ${JSON.stringify(given[field])}: expected ${expected}`,
    );
  for (const port of PORTS) {
    const number = given[port];
    if (!Number.isInteger(number) || (number as number) < 1 || (number as number) > 65535) {
      throw wrong(port, "a port from 1 to 65535");
    }
  }
  for (const field of ["transport", "ip", "key", "signature_scheme"]) {
    if (given[field] !== undefined && typeof given[field] !== "string") throw wrong(field, "a string");
  }
  const transport = (given.transport as string) ?? "tcp";
  if (transport !== "tcp" && transport !== "ipc") throw wrong("transport", '"tcp" or "ipc"');
  return {
    transport,
    ip: (given.ip as string) ?? "127.0.0.1",
    key: (given.key as string) ?? "",
    signature_scheme: (given.signature_scheme as string) || "hmac-sha256",
    ...portsOf(given as unknown as Connection),
  };
}

/** `tcp://127.0.0.1:5555`, or `ipc://PATH-5555`, as jupyter_client builds it. */
export function endpoint(connection: Connection, port: number): string {
  const separator = connection.transport === "tcp" ? ":" : "-";
  return `${connection.transport}://${connection.ip}${separator}${port}`;
}
