/** A front end's debugger on a kernel: debug requests by their command, and the events that come of them. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FrontEnd, Message, Pending } from "./front-end.ts";

/** The body of a reply; what a test reads of it, it names. */
export type Body<Response extends DebugProtocol.Response> = Response["body"];

export class DebugClient {
  readonly #kernel: FrontEnd;
  #sequence = 0;

  constructor(kernel: FrontEnd) {
    this.#kernel = kernel;
  }

  /** Sends a request, whose reply may say that it failed. */
  async ask<Response extends DebugProtocol.Response>(command: string, given: object = {}): Promise<Response> {
    const content = { type: "request", seq: ++this.#sequence, command, arguments: given };
    const { reply } = await this.#kernel.request("debug_request", content, { channel: "control" });
    return reply.content as unknown as Response;
  }

  /** Sends a request that must succeed. @returns Its body. */
  async do<Response extends DebugProtocol.Response>(command: string, given: object = {}): Promise<Response["body"]> {
    const reply = await this.ask<Response>(command, given);
    if (!reply.success) throw new Error(`${command} failed: ${reply.message}`);
    return reply.body;
  }

  /** What a front end does when the user turns its debugger on. */
  async attach(): Promise<void> {
    await this.do("initialize", { clientID: "test", adapterID: "", supportsVariableType: true });
    await this.do("attach");
  }

  /** Sets the breakpoints of a cell. @returns The lines on which they are, null for those that are on none. */
  async setBreakpoints(code: string, breakpoints: DebugProtocol.SourceBreakpoint[]): Promise<(number | null)[]> {
    const { sourcePath } = (await this.do("dumpCell", { code })) as { sourcePath: string };
    const answer = await this.do<DebugProtocol.SetBreakpointsResponse>("setBreakpoints", {
      source: { path: sourcePath },
      breakpoints,
    });
    return answer.breakpoints.map(({ verified, line }) => (verified ? line! : null));
  }

  /** The next event of that name, from a place in the kernel's messages on. */
  event(name: string, after: number = this.#kernel.mark()): Promise<Message> {
    return this.#kernel.waitForIopub("debug_event", ({ content }) => content.event === name, { after });
  }

  /** Does something and waits until the executor stops. @returns The reason, and the lines of the stack, the innermost first. */
  async stopAfter(
    act: () => Promise<unknown> | unknown,
  ): Promise<{ reason: string; stack: string[]; frameId: number }> {
    const stopped = this.event("stopped");
    await act();
    const { body } = (await stopped).content as unknown as DebugProtocol.StoppedEvent;
    const frames = await this.frames();
    const stack = frames.map(({ name, source, line }) => {
      if (!source) return name;
      return name === source.name ? `${name}:${line}` : `${name} (${source.name}:${line})`;
    });
    return { reason: body.reason, stack, frameId: frames[0]!.id };
  }

  /** Starts a cell and waits until it stops. */
  async run(code: string): Promise<{ cell: Pending; reason: string; stack: string[]; frameId: number }> {
    let cell!: Pending;
    const stop = await this.stopAfter(() => {
      cell = this.#kernel.start(code);
    });
    return { cell, ...stop };
  }

  async frames(): Promise<DebugProtocol.StackFrame[]> {
    return (await this.do<DebugProtocol.StackTraceResponse>("stackTrace", { threadId: 1 })).stackFrames;
  }

  /** The variables of a frame by scope, as `name = value`. */
  async variables(frameId: number): Promise<Record<string, string[]>> {
    const { scopes } = await this.do<DebugProtocol.ScopesResponse>("scopes", { frameId });
    const entries = scopes.map(async ({ name, variablesReference }) => [name, await this.inside(variablesReference)]);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** What a reference stands for, as `name = value`. */
  async inside(variablesReference: number): Promise<string[]> {
    const { variables } = await this.do<DebugProtocol.VariablesResponse>("variables", { variablesReference });
    return variables.map(({ name, value }) => `${name} = ${value}`);
  }
}
