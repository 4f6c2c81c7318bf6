/** Messages on a byte stream: four bytes of length (little endian), then JSON in UTF-8. */

export function encodeFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, 4);
  return frame;
}

/** Collects chunks of bytes and gives each whole message to `receive`, in order. */
export class FrameReader<Received> {
  readonly #receive: (message: Received) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = 4;

  constructor(receive: (message: Received) => void) {
    this.#receive = receive;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Chunks are joined only once a whole frame is there: joining on every chunk would be quadratic.
    while (this.#length >= this.#needed) {
      const joined = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      const end = 4 + joined.readUInt32LE(0);
      if (joined.length < end) {
        this.#chunks = [joined];
        this.#needed = end;
        return;
      }
      const body = joined.subarray(4, end);
      const rest = joined.subarray(end);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      this.#needed = 4;
      this.#receive(JSON.parse(body.toString("utf8")) as Received);
    }
  }
}
