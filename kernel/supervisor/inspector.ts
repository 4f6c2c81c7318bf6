/** The inspector of the executor's main thread, spoken to past the link: it answers while the main thread is paused, and in the middle of a loop. */
import type { Duplex } from "node:stream";
import { encodeFrame, FrameReader } from "../link/frames.ts";
import type { FromInspector, ToInspector } from "../link/messages.ts";

export class Inspector {
  /** Told every notification, such as `Debugger.paused`. */
  onEvent: (method: string, params: object) => void = () => {};
  readonly #pipe: Duplex;
  readonly #questions = new Map<number, { resolve: (result: object) => void; reject: (error: Error) => void }>();
  #count = 0;
  #isGone = false;

  constructor(pipe: Duplex) {
    this.#pipe = pipe;
    const reader = new FrameReader<FromInspector>((message) => this.#receive(message));
    pipe.on("data", (chunk: Buffer) => reader.push(chunk));
    pipe.on("close", () => this.#close());
  }

  /** @throws {Error} If the inspector refuses, or its process ends first. */
  post<Result>(method: string, params: object = {}): Promise<Result> {
    if (this.#isGone) return Promise.reject(new Error("The executor is gone"));
    const id = ++this.#count;
    const question: ToInspector = { id, method, params };
    return new Promise<Result>((resolve, reject) => {
      this.#questions.set(id, { resolve: (result) => resolve(result as Result), reject });
      this.#pipe.write(encodeFrame(question));
    });
  }

  #receive(message: FromInspector): void {
    if (!("id" in message)) {
      this.onEvent(message.method, message.params);
      return;
    }
    const question = this.#questions.get(message.id);
    this.#questions.delete(message.id);
    if ("error" in message) question?.reject(new Error(message.error));
    else question?.resolve(message.result);
  }

  #close(): void {
    this.#isGone = true;
    for (const { reject } of this.#questions.values()) reject(new Error("The executor is gone"));
    this.#questions.clear();
  }
}
