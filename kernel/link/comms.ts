/** Messages of comms on the link, which carries JSON: their buffers go as base64. */
import type { CommMessage } from "../protocol/messages.ts";

export type LinkedComm = Omit<CommMessage, "buffers"> & { buffers: string[] };

export function packComm({ buffers, ...rest }: CommMessage): LinkedComm {
  return { ...rest, buffers: buffers.map((buffer) => bytes(buffer).toString("base64")) };
}

export function unpackComm({ buffers, ...rest }: LinkedComm): CommMessage {
  return { ...rest, buffers: buffers.map((text) => Buffer.from(text, "base64")) };
}

function bytes(buffer: Uint8Array): Buffer {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
