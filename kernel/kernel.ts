/** Wires the parts: sockets to dispatcher, dispatcher to handlers, handlers to executor and compiler. */
import { IOPub } from "./channels/iopub.ts";
import { type Channel, Sockets } from "./channels/sockets.ts";
import { StdinChannel } from "./channels/stdin.ts";
import type { Language, LanguageOptions } from "./compiler/language.ts";
import type { Debugger } from "./debugger/debugger.ts";
import { type Answers, Dispatcher } from "./dispatch.ts";
import { Comms } from "./handlers/comms.ts";
import { Completion } from "./handlers/complete.ts";
import { Execution } from "./handlers/execute.ts";
import type { Handlers, RequestContext } from "./handlers/handler.ts";
import { History } from "./handlers/history.ts";
import { inspect } from "./handlers/inspect.ts";
import { kernelInfo } from "./handlers/kernel-info.ts";
import type { ExecutorOptions } from "./link/messages.ts";
import { type Connection, type Ports, portsOf } from "./protocol/connection.ts";
import type { Message } from "./protocol/messages.ts";
import { Session } from "./protocol/session.ts";
import { Wire } from "./protocol/wire.ts";
import { Shells } from "./request-line.ts";
import { Executor } from "./supervisor/executor.ts";
import { plainError } from "./traceback/plain-error.ts";

export interface KernelOptions {
  /** What is in scope in every cell. */
  library: ExecutorOptions["library"];
  language: LanguageOptions;
  /** The file in which history outlives the kernel. */
  history: string;
}

export class Kernel {
  readonly #session = new Session();
  readonly #wire: Wire;
  readonly #sockets: Sockets;
  readonly #iopub: IOPub;
  readonly #stdin: StdinChannel;
  readonly #executor: Executor;
  readonly #history: History;
  readonly #dispatcher: Dispatcher;
  readonly #execution: Execution;
  readonly #comms: Comms;
  readonly #shells = new Shells();
  readonly #log: (text: string) => void;
  readonly #stopped: () => void;
  readonly #options: KernelOptions;
  readonly #ports: Ports;
  #language: Promise<Language> | null = null;
  #debugger: Promise<Debugger> | null = null;
  /** When it is loaded. */
  #loadedDebugger: Debugger | null = null;

  /**
   * @param log Where to say what no front end can be told, such as a dropped message.
   * @param stopped Called when the kernel was asked to shut down and has said so.
   */
  constructor(connection: Connection, options: KernelOptions, log: (text: string) => void, stopped: () => void) {
    this.#options = options;
    this.#ports = portsOf(connection);
    this.#log = log;
    this.#stopped = stopped;
    this.#wire = new Wire(connection.signature_scheme, connection.key);
    this.#sockets = new Sockets(connection, log);
    this.#iopub = new IOPub(this.#sockets.iopub, this.#session, this.#wire);
    this.#stdin = new StdinChannel(this.#sockets.stdin, this.#session, this.#wire);
    this.#executor = new Executor(options.library, () => {
      void this.#loadLanguage().then((language) => language.forget());
      for (const closed of this.#comms.closeAll()) this.#iopub.comm(closed, {});
    });
    // A flood waits for its readers instead of filling memory.
    this.#sockets.iopub.queue.onCrowded = (crowded) => this.#executor.holdOutput(crowded);
    this.#comms = new Comms(this.#executor);
    this.#history = new History(options.history, log);
    this.#execution = new Execution(
      () => this.#loadLanguage(),
      this.#executor,
      this.#history,
      (cell, code) => this.#loadedDebugger?.cellStarts(cell, code),
    );
    this.#dispatcher = new Dispatcher(
      this.#answers(),
      this.#shells,
      this.#iopub,
      this.#session,
      this.#wire,
      (message) => this.#context(message),
    );
  }

  /** @throws {BindError} If a port cannot be had. */
  async start(): Promise<void> {
    await this.#sockets.bind();
    this.#iopub.status("starting", {});
    void this.#iopub.welcomeSubscribers();
    void this.#receive(this.#sockets.shell);
    void this.#receive(this.#sockets.control);
    void this.#listen(this.#sockets.stdin, (message) => this.#stdin.receive(message));
    // The first cell should not wait for the compiler; the first kernel_info_reply must not either.
    setImmediate(() => void this.#loadLanguage());
    // The checker takes its time to load; by now nobody waits for the processor.
    const warm = this.#executor.ready.then(async () => {
      const { types, typecheck } = await this.#loadLanguage();
      if (typecheck !== "off") await types.warm();
    });
    // The kernel is being stopped; or the first cell meets the same error, where it can be shown.
    warm.catch(() => {});
  }

  interrupt(): void {
    this.#execution.interrupt();
    this.#executor.interrupt();
    this.#stdin.cancel();
  }

  /** Ends the executor with all its children, and closes the sockets when what they were given is out. */
  async stop(): Promise<void> {
    this.#executor.stop();
    this.#loadedDebugger?.close();
    if (this.#language) (await this.#language).types.close();
    await this.#history.close();
    await this.#sockets.close();
  }

  #answers(): Answers {
    const comm = (message: Message, context: RequestContext) => this.#comms.receive(message, context);
    return { handlers: this.#handlers(), listeners: { comm_open: comm, comm_msg: comm, comm_close: comm } };
  }

  #handlers(): Handlers {
    const language = () => this.#loadLanguage();
    const completion = new Completion(this.#executor, language);
    return {
      kernel_info_request: kernelInfo,
      execute_request: (content, context) => this.#execution.execute(content, context),
      complete_request: (content) => completion.complete(content),
      inspect_request: (content) => inspect(content, this.#executor, language),
      is_complete_request: async ({ code }) => (await import("./compiler/completeness.ts")).completeness(code),
      history_request: (content) => this.#history.request(content),
      connect_request: () => ({ status: "ok", ...this.#ports }),
      comm_info_request: ({ target_name }) => this.#comms.info(target_name),
      create_subshell_request: () => ({ status: "ok", subshell_id: this.#shells.create() }),
      delete_subshell_request: ({ subshell_id }) => {
        if (this.#shells.delete(String(subshell_id))) return { status: "ok" };
        return {
          status: "error",
          ...plainError("NoSuchSubshell", `There is no subshell ${JSON.stringify(subshell_id)}`),
        };
      },
      list_subshell_request: () => ({ status: "ok", subshell_id: this.#shells.list() }),
      debug_request: async (content) => (await this.#loadDebugger()).request(content),
      interrupt_request: () => {
        this.interrupt();
        return { status: "ok" };
      },
      shutdown_request: ({ restart = false }, context) => {
        context.afterReply = async () => {
          context.shutdown(restart);
          await this.stop();
          this.#stopped();
        };
        return { status: "ok", restart };
      },
    };
  }

  async #receive(channel: Channel): Promise<void> {
    await this.#listen(channel, (message) => this.#dispatcher.receive(message, channel.queue));
  }

  async #listen(channel: Channel, receive: (message: Message) => void): Promise<void> {
    for await (const frames of channel.receive) {
      try {
        receive(this.#wire.decode(frames));
      } catch (error) {
        this.#log((error as Error).message);
      }
    }
  }

  #loadLanguage(): Promise<Language> {
    this.#language ??= import("./compiler/language.ts").then(
      ({ Language }) => new Language(this.#options.language, { checkerStarted: (pid) => this.#executor.endToo(pid) }),
    );
    return this.#language;
  }

  #loadDebugger(): Promise<Debugger> {
    this.#debugger ??= import("./debugger/debugger.ts").then(({ Debugger }) => {
      this.#loadedDebugger = new Debugger(this.#executor, () => this.#loadLanguage(), {
        home: new URL("..", import.meta.url).href,
        event: (event) => this.#iopub.debugEvent(event),
        interrupt: () => this.interrupt(),
      });
      return this.#loadedDebugger;
    });
    return this.#debugger;
  }

  #context(message: Message): RequestContext {
    const { header, identities } = message;
    // The context is kept for output that comes late: the code and the buffers of the message are not.
    const asks = message.content.allow_stdin === true;
    const silent = message.content.silent === true;
    const iopub = this.#iopub;
    return {
      executeInput: (code, count) => iopub.input(code, count, header),
      executeResult: (bundle, count) => iopub.result(bundle, count, header),
      error: (error) => iopub.error(error, header),
      shutdown: (restart) => iopub.shutdown(restart, header),
      stream: (name, text) => {
        if (!silent) iopub.stream(name, text, header);
      },
      display: (bundle, displayId, update) => {
        if (!silent) iopub.display(bundle, displayId, update, header);
      },
      clearOutput: (wait) => {
        if (!silent) iopub.clearOutput(wait, header);
      },
      comm: (message) => {
        this.#comms.watch(message);
        iopub.comm(message, header);
      },
      input: async (prompt, password) => {
        if (!asks) return null;
        iopub.flush();
        return this.#stdin.ask(prompt, password, header, identities);
      },
    };
  }
}
