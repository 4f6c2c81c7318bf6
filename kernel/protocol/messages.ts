/** The messages of the Jupyter protocol, as types: what a request holds and what its reply holds. */

/** The version of the protocol that we speak. */
export const PROTOCOL_VERSION = "5.5";

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
  /** Of a request to a subshell. */
  subshell_id?: string | null;
}

export interface Message {
  identities: readonly Uint8Array[];
  header: Header;
  parent_header: Header | Record<string, unknown>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: readonly Uint8Array[];
}

/** MIME type → value. Text types hold strings, `…+json` types hold JSON values. */
export type MimeData = Record<string, unknown>;

export interface MimeBundle {
  data: MimeData;
  metadata: Record<string, unknown>;
}

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

export type Status<Ok> = ({ status: "ok" } & Ok) | ({ status: "error" } & ErrorContent) | { status: "aborted" };

export type ExpressionResult = ({ status: "ok" } & MimeBundle) | ({ status: "error" } & ErrorContent);

export type CommType = "comm_open" | "comm_msg" | "comm_close";

export interface CommContent {
  comm_id: string;
  /** Of a comm_open: who is wanted on the other side. */
  target_name?: string;
  data: Record<string, unknown>;
}

/** A message of a comm, from either side. */
export interface CommMessage {
  type: CommType;
  content: CommContent;
  metadata: Record<string, unknown>;
  buffers: readonly Uint8Array[];
}

/** What an execute_reply asks the front end to do. */
export type Payload =
  /** To show something in its pager, from a line on. */
  | { source: "page"; data: MimeData; start: number }
  /** To put text into the next cell, or in place of the one that was executed. */
  | { source: "set_next_input"; text: string; replace: boolean }
  /** To open a file in an editor, at a line from 1 on. */
  | { source: "edit"; filename: string; line_number: number }
  /** To leave, and to leave the kernel running where it is to be kept. */
  | { source: "ask_exit"; keepkernel: boolean };

/** Request type → [content of the request, content of the reply]. */
export interface Requests {
  kernel_info_request: [
    Record<string, never>,
    {
      status: "ok";
      protocol_version: string;
      implementation: string;
      implementation_version: string;
      language_info: LanguageInfo;
      banner: string;
      debugger: boolean;
      help_links: { text: string; url: string }[];
      supported_features: string[];
    },
  ];
  execute_request: [
    {
      code: string;
      silent?: boolean;
      store_history?: boolean;
      user_expressions?: Record<string, string>;
      allow_stdin?: boolean;
      stop_on_error?: boolean;
    },
    Status<{ payload: Payload[]; user_expressions: Record<string, ExpressionResult> }> & { execution_count: number },
  ];
  complete_request: [
    { code: string; cursor_pos?: number },
    Status<{ matches: string[]; cursor_start: number; cursor_end: number; metadata: Record<string, unknown> }>,
  ];
  inspect_request: [
    { code: string; cursor_pos?: number; detail_level?: 0 | 1 },
    Status<{ found: boolean } & MimeBundle>,
  ];
  is_complete_request: [
    { code: string },
    { status: "complete" | "invalid" | "unknown" } | { status: "incomplete"; indent: string },
  ];
  history_request: [
    {
      output?: boolean;
      raw?: boolean;
      hist_access_type?: string;
      session?: number;
      start?: number;
      stop?: number;
      n?: number;
      pattern?: string;
      unique?: boolean;
    },
    Status<{ history: [session: number, line: number, input: string | [string, string | null]][] }>,
  ];
  connect_request: [
    Record<string, never>,
    {
      status: "ok";
      shell_port: number;
      iopub_port: number;
      stdin_port: number;
      hb_port: number;
      control_port: number;
    },
  ];
  comm_info_request: [{ target_name?: string }, Status<{ comms: Record<string, { target_name: string }> }>];
  create_subshell_request: [Record<string, never>, Status<{ subshell_id: string }>];
  delete_subshell_request: [{ subshell_id?: string }, Status<unknown>];
  list_subshell_request: [Record<string, never>, Status<{ subshell_id: string[] }>];
  /** Content and reply are a request and a response of the Debug Adapter Protocol. */
  debug_request: [
    { seq?: number; type?: "request"; command?: string; arguments?: object },
    {
      seq: number;
      type: "response";
      request_seq: number;
      command: string;
      success: boolean;
      message?: string;
      body?: object;
      status?: undefined;
    },
  ];
  interrupt_request: [Record<string, never>, Status<unknown>];
  shutdown_request: [{ restart?: boolean }, Status<{ restart: boolean }>];
}

export type RequestType = keyof Requests;
export type RequestContent<T extends RequestType> = Requests[T][0];
export type ReplyContent<T extends RequestType> = Requests[T][1];

export interface LanguageInfo {
  name: string;
  version: string;
  mimetype: string;
  file_extension: string;
  pygments_lexer: string;
  codemirror_mode: string | Record<string, unknown>;
  nbconvert_exporter: string;
}
