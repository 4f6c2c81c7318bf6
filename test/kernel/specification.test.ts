/** The fields that the protocol's specification asks for, message by message; what they mean is tested where it belongs. */
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, type Message, startCheckedKernel } from "../support/client.ts";

const { version: typescript } = createRequire(import.meta.url)("typescript/package.json") as { version: string };

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startCheckedKernel();
});
afterAll(async () => {
  await kernel.stop();
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

const text = expect.any(String);
const version = expect.stringMatching(/^\d+\.\d+\.\d+/);

test("kernel_info_reply has every field, versions in full, on shell and control alike", async () => {
  const expected = {
    status: "ok",
    protocol_version: expect.stringMatching(/^5\.\d+/),
    implementation: "gradbook",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: text,
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: text,
    debugger: true,
    help_links: expect.arrayContaining([{ text, url: expect.stringMatching(/^https:/) }]),
    supported_features: ["kernel subshells", "debugger"],
  };
  for (const channel of ["shell", "control"] as const) {
    const { reply } = await kernel.request("kernel_info_request", {}, { channel });
    expect(reply.content).toEqual(expected);
  }
  expect(typescript).toEqual(version);
});

test("every message has a whole header, an id of its own, and the header of its request", async () => {
  const { id, messages } = await kernel.execute("console.log(1); display(2); 3", { user_expressions: { a: "4" } });
  expect(new Set(messages.map(({ header }) => header.msg_id)).size).toBe(messages.length);
  for (const { header, parent, metadata } of messages) {
    expect(header).toEqual({
      msg_id: text,
      session: kernel.info.header.session,
      username: text,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg_type: text,
      version: kernel.info.content.protocol_version,
    });
    expect(parent).toMatchObject({ msg_id: id, session: kernel.session, msg_type: "execute_request" });
    expect(metadata).toEqual(expect.any(Object));
  }
});

describe("execute_reply", () => {
  test("says in its metadata when the cell began, which is not when it began to wait", async () => {
    const first = kernel.start("await new Promise((next) => setTimeout(next, 20))");
    const second = kernel.start("'second'");
    const [{ reply: earlier }, { reply: later }] = await Promise.all([first.done, second.done]);
    const started = ({ metadata }: Message) => Date.parse(String(metadata.started));
    const finished = ({ header }: Message) => Date.parse(header.date);
    expect(started(earlier)).toBeLessThan(finished(earlier));
    expect(started(later)).toBeGreaterThanOrEqual(finished(earlier));
    expect(finished(later)).toBeGreaterThanOrEqual(started(later));
  });

  test("has user expressions as bundles with metadata, and each failure for itself", async () => {
    const user_expressions = { picture: "new HTML('<b>1</b>')", thrown: "nowhere.at", wrong: "1 +" };
    const { reply } = await kernel.execute("const asked = 1", { user_expressions });
    const error = (ename: string) => ({ status: "error", ename, evalue: text, traceback: expect.any(Array) });
    expect(reply.content).toEqual({
      status: "ok",
      execution_count: expect.any(Number),
      payload: [],
      user_expressions: {
        picture: { status: "ok", data: expect.objectContaining({ "text/html": "<b>1</b>" }), metadata: {} },
        thrown: error("ReferenceError"),
        wrong: error("SyntaxError"),
      },
    });
  });

  test("of a failure has the error's fields and the count, and iopub's error the same", async () => {
    const { reply, iopub } = await kernel.execute("throw new RangeError('over')");
    const error = { ename: "RangeError", evalue: "over", traceback: expect.any(Array) };
    expect(reply.content).toEqual({ status: "error", execution_count: expect.any(Number), ...error });
    expect(iopub.find(({ header }) => header.msg_type === "error")?.content).toEqual(error);
  });
});

test("what is displayed has data, metadata and transient, updates and results the same", async () => {
  const { iopub } = await kernel.execute(
    "const shown = display(1, { id: 'd' }); shown.update(2); clearOutput(true); 3",
  );
  const contents = iopub.map(({ header, content }) => [header.msg_type, content]);
  const plain = (value: string) => ({ data: { "text/plain": value }, metadata: {} });
  expect(contents).toEqual([
    ["status", { execution_state: "busy" }],
    ["execute_input", { code: text, execution_count: expect.any(Number) }],
    ["display_data", { ...plain("1"), transient: { display_id: "d" } }],
    ["update_display_data", { ...plain("2"), transient: { display_id: "d" } }],
    ["clear_output", { wait: true }],
    ["execute_result", { ...plain("3"), execution_count: expect.any(Number) }],
    ["status", { execution_state: "idle" }],
  ]);
});

test("the replies about code have their fields, found or not", async () => {
  const content = async (type: string, request: object) => (await kernel.request(type, request)).reply.content;
  const found = { status: "ok", found: true, data: { "text/plain": text, "text/markdown": text }, metadata: {} };
  expect(await content("inspect_request", { code: "matmul", cursor_pos: 3, detail_level: 0 })).toEqual(found);
  const missing = { status: "ok", found: false, data: {}, metadata: {} };
  expect(await content("inspect_request", { code: "nowhere", cursor_pos: 3 })).toEqual(missing);
  expect(await content("complete_request", { code: "𝒙; matm", cursor_pos: 7 })).toEqual({
    status: "ok",
    matches: ["matmul"],
    cursor_start: 3,
    cursor_end: 7,
    metadata: { _jupyter_types_experimental: [expect.objectContaining({ text: "matmul", start: 3, end: 7 })] },
  });
  expect(await content("is_complete_request", { code: "if (1) {" })).toEqual({ status: "incomplete", indent: "  " });
  for (const [code, status] of Object.entries({ "1": "complete", ")": "invalid" })) {
    expect(await content("is_complete_request", { code })).toEqual({ status });
  }
});

test("the other replies have their fields", async () => {
  const content = async (type: string, channel: "shell" | "control" = "shell") =>
    (await kernel.request(type, {}, { channel })).reply.content;
  const { shell_port, iopub_port, stdin_port, hb_port, control_port } = kernel.connection;
  expect(await content("connect_request")).toEqual({
    status: "ok",
    shell_port,
    iopub_port,
    stdin_port,
    hb_port,
    control_port,
  });
  expect(await content("comm_info_request")).toEqual({ status: "ok", comms: {} });
  expect(await content("interrupt_request", "control")).toEqual({ status: "ok" });
  expect(await content("list_subshell_request", "control")).toEqual({ status: "ok", subshell_id: [] });
  const { reply } = await kernel.request("history_request", { hist_access_type: "tail", n: 1, output: true });
  expect(reply.content).toEqual({ status: "ok", history: [[expect.any(Number), expect.any(Number), [text, text]]] });
});
