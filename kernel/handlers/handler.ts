/** What a handler is: content in, content out. It sees no sockets; what it publishes goes through its context. */
import type { ErrorContent, MimeBundle, ReplyContent, RequestContent, RequestType } from "../protocol/messages.ts";
import type { OutputSink } from "../supervisor/executor.ts";

/** Publishes for one request, under that request. */
export interface RequestContext extends OutputSink {
  executeInput(code: string, count: number): void;
  executeResult(bundle: MimeBundle, count: number): void;
  error(content: ErrorContent): void;
  /** That the kernel ends, or ends to be started again. */
  shutdown(restart: boolean): void;
  /** Set by a handler for what must wait until its reply and the idle status are on their way. */
  afterReply?: () => void | Promise<void>;
}

export type Handlers = {
  [T in RequestType]: (
    content: RequestContent<T>,
    context: RequestContext,
  ) => ReplyContent<T> | Promise<ReplyContent<T>>;
};
