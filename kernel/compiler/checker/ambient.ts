/** The types of what the executor puts into scope beside the library (kernel/executor/main.ts): a cell may declare any of these names for itself. */
export const ambientDeclarations = `
interface GradbookDisplay {
  /** By this name front ends know the display. */
  readonly id: string;
  /** Settles when the display is on its way to the front ends. */
  readonly shown: Promise<void>;
  /** Shows another value instead, everywhere where this one is shown. */
  update(value: unknown): GradbookDisplay;
}
interface GradbookCommEvent {
  readonly data: Record<string, any>;
  readonly metadata: Record<string, any>;
  readonly buffers: Uint8Array[];
}
interface GradbookCommExtras {
  metadata?: Record<string, unknown>;
  /** Bytes that travel beside the data. */
  buffers?: readonly ArrayBufferView[];
}
interface GradbookComm {
  readonly id: string;
  readonly target: string;
  /** Called with what the front end sends. */
  onMessage: ((event: GradbookCommEvent) => unknown) | null;
  /** Called when the front end closes the comm. */
  onClose: ((event: GradbookCommEvent) => unknown) | null;
  send(data: Record<string, unknown>, extras?: GradbookCommExtras): void;
  close(data?: Record<string, unknown>, extras?: GradbookCommExtras): void;
}
/** Two-way channels to a front end's own code, such as widgets. */
declare const comms: {
  /** Opens a comm to what the front end has registered under that name. */
  open(target: string, data?: Record<string, unknown>, extras?: GradbookCommExtras): GradbookComm;
  /** Says who answers when the front end opens a comm to that name. */
  registerTarget(target: string, opened: (comm: GradbookComm, event: GradbookCommEvent) => unknown): void;
  unregisterTarget(target: string): void;
};
/** Shows a value under the cell, as a last expression would be shown. */
declare function display(value: unknown, options?: { id?: string; update?: boolean }): GradbookDisplay;
/** Removes what the cell has shown so far; with \`wait\`, when the next output comes. */
declare function clearOutput(wait?: boolean): void;
/** Asks the user for a line of text. */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
/** Asks for a line of text that is not shown while it is typed. */
declare function password(prompt?: string): Promise<string>;
`;
