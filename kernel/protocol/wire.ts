/** The bytes of a Jupyter message: ZeroMQ frames to a message and back, signed with HMAC. */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Header, Message } from "./messages.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/**
 * What ZeroMQ is given for one frame. It copies a string and is done with it; of bytes it keeps hold until they are on their way, and then wakes the
 * thread of JavaScript to be let go of them, which costs more than the copy unless there are many.
 */
export type Frame = string | Uint8Array;

/** So many characters are many. */
const LONG_TEXT = 1 << 15;

/** So many of the last messages are known again. */
const SIGNATURES_KEPT = 1 << 16;

/** A message that cannot be trusted or read; the text says why. It is dropped, never answered. */
export class WireError extends Error {
  override name = "WireError";
}

export class Wire {
  readonly #algorithm: string;
  /** Null where messages are not signed. */
  readonly #key: KeyObject | null;
  readonly #seen = new Set<string>();

  /**
   * @param scheme The connection file's `signature_scheme`, such as `hmac-sha256`.
   * @param key The shared key; an empty one switches signing off, as the protocol says.
   * @throws {WireError} If the scheme names no hash that Node has.
   */
  constructor(scheme: string, key: string) {
    this.#algorithm = scheme.replace(/^hmac-/, "");
    this.#key = key === "" ? null : createSecretKey(Buffer.from(key));
    try {
      createHmac(this.#algorithm, "").digest();
    } catch {
      throw new WireError(`Unknown signature scheme "${scheme}": expected hmac-sha256 or another HMAC that Node knows`);
    }
  }

  encode(message: Omit<Message, "identities">, identities: readonly Frame[]): Frame[] {
    const parts = [message.header, message.parent_header, message.metadata, message.content].map(frameOf);
    return [...identities, DELIMITER, this.#sign(parts), ...parts, ...message.buffers];
  }

  /** @throws {WireError} If the frames are no message, or their signature is not ours. */
  decode(frames: readonly Uint8Array[]): Message {
    const at = frames.findIndex((frame) => DELIMITER.equals(frame));
    if (at < 0) throw new WireError(`Dropped ${frames.length} frames without the delimiter <IDS|MSG>`);
    const [signature, ...rest] = frames.slice(at + 1);
    if (!signature || rest.length < 4) {
      throw new WireError(
        `Dropped a message of ${frames.length - at - 1} frames after the delimiter: expected at least 5`,
      );
    }
    const parts = rest.slice(0, 4);
    this.#verify(signature, parts);
    const [header, parent_header, metadata, content] = parts.map(parseObject);
    if (typeof header!.msg_type !== "string" || typeof header!.msg_id !== "string") {
      throw new WireError("Dropped a message whose header has no msg_type or no msg_id");
    }
    return {
      identities: frames.slice(0, at),
      header: header as unknown as Header,
      parent_header: parent_header!,
      metadata: metadata!,
      content: content!,
      buffers: rest.slice(4),
    };
  }

  #sign(parts: readonly Frame[]): string {
    if (!this.#key) return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #verify(signature: Uint8Array, parts: readonly Uint8Array[]): void {
    const expected = Buffer.from(this.#sign(parts));
    // Lengths are public; only the comparison of equal lengths must not leak where the first difference is.
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw new WireError("Dropped a message with a wrong signature");
    }
    if (this.#key) this.#rememberSignature(expected.toString());
  }

  /** Who has recorded a message without having the key must not have it obeyed a second time. */
  #rememberSignature(signature: string): void {
    if (this.#seen.has(signature)) throw new WireError("Dropped a message that came a second time");
    this.#seen.add(signature);
    if (this.#seen.size > SIGNATURES_KEPT) this.#seen.delete(this.#seen.keys().next().value as string);
  }
}

function frameOf(part: object): Frame {
  const text = JSON.stringify(part);
  return text.length > LONG_TEXT ? Buffer.from(text) : text;
}

function parseObject(part: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("utf8"));
  } catch {
    throw new WireError("Dropped a message with a part that is not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new WireError("Dropped a message with a part that is not a JSON object");
  }
  return value as Record<string, unknown>;
}
