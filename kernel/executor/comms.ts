/** Comms: two-way channels between cells and a front end's own code, such as widgets. */
import { randomUUID } from "node:crypto";
import { packComm } from "../link/comms.ts";
import type { CommMessage, CommType } from "../protocol/messages.ts";
import { currentContext, enterContext } from "./context.ts";
import { post } from "./output.ts";

export interface CommExtras {
  metadata?: Record<string, unknown>;
  /** Bytes that travel beside the data, without a detour through text. */
  buffers?: readonly ArrayBufferView[];
}

/** What the other side said. */
export interface CommEvent {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

type Listener = (event: CommEvent) => unknown;

const open = new Map<string, Comm>();
const targets = new Map<string, (comm: Comm, event: CommEvent) => unknown>();

export class Comm {
  readonly id: string;
  readonly target: string;
  /** Called with what the front end sends. */
  onMessage: Listener | null = null;
  /** Called when the front end closes the comm. */
  onClose: Listener | null = null;

  constructor(id: string, target: string) {
    this.id = id;
    this.target = target;
    open.set(id, this);
  }

  send(data: Record<string, unknown>, extras: CommExtras = {}): void {
    if (!open.has(this.id)) throw new Error(`Cannot send on the comm "${this.target}": it is closed`);
    publish("comm_msg", this, data, extras);
  }

  close(data: Record<string, unknown> = {}, extras: CommExtras = {}): void {
    if (open.delete(this.id)) publish("comm_close", this, data, extras);
  }
}

/** What cells see as `comms`. */
export const comms = {
  /** Opens a comm to what the front end has registered under that name. */
  open(target: string, data: Record<string, unknown> = {}, extras: CommExtras = {}): Comm {
    const comm = new Comm(randomUUID(), String(target));
    publish("comm_open", comm, data, extras);
    return comm;
  },

  /** Says who answers when the front end opens a comm to that name; a name registered again has a new answerer. */
  registerTarget(target: string, opened: (comm: Comm, event: CommEvent) => unknown): void {
    targets.set(String(target), opened);
  },

  unregisterTarget(target: string): void {
    targets.delete(String(target));
  },
};

/** @returns What the listener returned; what it throws is its own affair. */
export function receiveComm(id: string, { type, content, metadata, buffers }: CommMessage): unknown {
  const event: CommEvent = { data: content.data, metadata, buffers: [...buffers] };
  return enterContext({ id, interrupted: false, interruptions: 0 }, () => {
    if (type === "comm_open") return opened(content.comm_id, content.target_name ?? "", event);
    const comm = open.get(content.comm_id);
    if (type === "comm_msg") return comm?.onMessage?.(event);
    open.delete(content.comm_id);
    return comm?.onClose?.(event);
  });
}

function opened(id: string, target: string, event: CommEvent): unknown {
  const answer = targets.get(target);
  const comm = new Comm(id, target);
  // The protocol's way to say that nobody is there.
  if (!answer) return comm.close();
  try {
    return answer(comm, event);
  } catch (error) {
    comm.close();
    throw error;
  }
}

function publish(
  type: CommType,
  comm: Comm,
  data: Record<string, unknown>,
  { metadata = {}, buffers = [] }: CommExtras,
) {
  const cell = currentContext()?.id ?? null;
  const content = { comm_id: comm.id, data, ...(type === "comm_open" ? { target_name: comm.target } : {}) };
  const views = buffers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  post({ op: "comm", cell, message: packComm({ type, content, metadata, buffers: views }) }, cell);
}
