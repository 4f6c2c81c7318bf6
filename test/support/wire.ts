/**
 * The Jupyter wire format as a front end sees it. Written apart from the kernel's own protocol code on purpose: a mistake
 * there must not be repeated here, where it would go unseen.
 */
import { createHmac, randomUUID } from "node:crypto";

/** What a connection file holds. */
export interface Connection {
  transport: "tcp";
  ip: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
  key: string;
  signature_scheme: "hmac-sha256";
  kernel_name?: string;
}

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
  [extra: string]: unknown;
}

/** The fields that tests read most, typed; every other field is `unknown`. */
export interface Content {
  status?: string;
  execution_state?: string;
  execution_count?: number | null;
  code?: string;
  name?: string;
  text?: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
  ename?: string;
  evalue?: string;
  traceback?: string[];
  matches?: string[];
  cursor_start?: number;
  cursor_end?: number;
  found?: boolean;
  [field: string]: unknown;
}

export type Channel = "shell" | "control" | "iopub" | "stdin";

export interface Message {
  channel: Channel;
  /** Frames before the delimiter: the topic on iopub, nothing elsewhere. */
  topic: Buffer[];
  header: Header;
  parent: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Content;
  buffers: Buffer[];
  /** Place in the order in which this client received its messages, all channels together. */
  order: number;
  /** `performance.now()` on arrival. */
  at: number;
}

export const delimiter = Buffer.from("<IDS|MSG>");

export function sign(key: string, parts: readonly (string | Buffer)[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

export function newHeader(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    session,
    username: "test",
    date: new Date().toISOString(),
    msg_type: type,
    version: "5.4",
  };
}

export interface Outgoing {
  header: Header;
  parent?: Partial<Header>;
  metadata?: Record<string, unknown>;
  content: object;
  buffers?: Buffer[];
}

/** The frames of a signed message, ready to be sent, or to be spoiled by a hostile test. */
export function encode(message: Outgoing, key: string): Buffer[] {
  const parts = [message.header, message.parent ?? {}, message.metadata ?? {}, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return [delimiter, Buffer.from(sign(key, parts)), ...parts, ...(message.buffers ?? [])];
}

/** Reads one message; throws when it is not signed with the connection's key, as every front end would. */
export function decode(frames: Buffer[], key: string, channel: Channel, order: number): Message {
  const at = performance.now();
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  const described = () => frames.map((frame) => frame.toString()).join(" | ");
  if (start < 0) throw new Error(`${channel}: no ${delimiter} frame in ${described()}`);
  const [signature, ...rest] = frames.slice(start + 1);
  const parts = rest.slice(0, 4);
  if (parts.length < 4) throw new Error(`${channel}: ${parts.length} of 4 parts in ${described()}`);
  if (signature!.toString() !== sign(key, parts)) throw new Error(`${channel}: bad signature on ${described()}`);
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
  // Copies: zeromq hands out views of memory that it owns.
  const buffers = rest.slice(4).map((buffer) => Buffer.from(buffer));
  return { channel, topic: frames.slice(0, start), header, parent, metadata, content, buffers, order, at };
}
