/** What must not bring the kernel down: wrong files, wrong bytes, wrong messages, and cells that misbehave. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, newConnection, ourKernel, startCheckedKernel } from "../support/client.ts";
import { delimiter, sign } from "../support/wire.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-bad-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a start that cannot succeed", () => {
  /** Starts the kernel's program and waits for its end. */
  async function run(...args: string[]): Promise<{ code: number | null; stderr: string }> {
    const [node, ...start] = ourKernel.filter((argument) => argument !== "{connection_file}");
    const child = spawn(node!, [...start, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, stderr };
  }

  async function runWith(content: unknown) {
    const file = join(folder, "connection.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return { file, ...(await run(file)) };
  }

  test("says that no connection file was given, and how the kernel is started", async () => {
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gradbook: No connection file was given\. Usage: .*CONNECTION_FILE/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("names a file that is missing", async () => {
    const file = join(folder, "missing.json");
    expect(await run(file)).toEqual({
      code: 1,
      stderr: expect.stringContaining(`gradbook: Cannot read the connection file ${file}: ENOENT`),
    });
  });

  test.each([
    ["text that is no JSON", "{", /is not JSON/],
    ["JSON that is no object", "[]", /must hold a JSON object/],
    ["no ports", {}, /has shell_port undefined: expected a port from 1 to 65535/],
    ["an unknown signature scheme", { signature_scheme: "rot13" }, /Unknown signature scheme "rot13"/],
    ["an address that is not ours", { ip: "203.0.113.1" }, /Cannot bind the \w+ channel to tcp:\/\/203\.0\.113\.1:\d+/],
  ])("names what is wrong with %s, in one line", async (name, content, message) => {
    const given =
      typeof content === "string" || Object.keys(content).length === 0
        ? content
        : { ...(await newConnection()), ...content };
    const { code, stderr } = await runWith(given);
    expect({ name, code }).toEqual({ name, code: 1 });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("names the channel and the address of a port that is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await runWith({ ...(await newConnection()), iopub_port: port });
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      `gradbook: Cannot bind the iopub channel to tcp://127.0.0.1:${port}: Address already in use`,
    );
  });
});

describe("bytes that are no message of ours", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startCheckedKernel();
  });
  afterAll(async () => {
    await kernel.stop();
  });

  /** Sends frames, then shows that the kernel lives and answered nothing to them. */
  async function unanswered(frames: (string | Buffer)[], id = "no such id"): Promise<void> {
    for (const channel of ["shell", "control", "stdin"] as const) await kernel.sendRaw(channel, frames);
    expect((await kernel.execute("6 * 7")).result?.["text/plain"]).toBe("42");
    expect(kernel.messages.filter(({ parent }) => parent.msg_id === id)).toEqual([]);
  }

  test.each<[string, (string | Buffer)[]]>([
    ["one empty frame", [""]],
    ["garbage", [Buffer.from([0xff, 0xfe, 0, 1])]],
    ["a delimiter and nothing else", [delimiter]],
    ["a delimiter and garbage", [delimiter, "signature", "{", "}", "null", "\u0000"]],
    ["a hundred frames", Array.from({ length: 100 }, (_, i) => `frame ${i}`)],
    ["ten megabytes", [Buffer.alloc(10 << 20, 1)]],
  ])("are dropped: %s", async (_name, frames) => {
    await unanswered(frames);
  });

  test("are dropped and said to be when the signature is wrong", async () => {
    const { id, frames } = kernel.frames("execute_request", { code: "globalThis.forged = true" });
    frames[1] = Buffer.from(sign("another key", frames.slice(2)));
    await unanswered(frames, id);
    expect(kernel.output.stderr).toMatch(/Dropped a message with a wrong signature/);
    expect((await kernel.execute("'forged' in globalThis")).result?.["text/plain"]).toBe("false");
  });

  test("are dropped when they are cut short", async () => {
    const { id, frames } = kernel.frames("execute_request", { code: "1" });
    for (let length = 0; length < frames.length; length++) await unanswered(frames.slice(0, length), id);
  });
});

describe("a message that breaks the protocol", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startCheckedKernel();
  });
  afterAll(async () => {
    await kernel.stop();
  });

  test("of an unknown type is answered with an error", async () => {
    const { reply } = await kernel.request("teleport_request");
    expect(reply.header.msg_type).toBe("teleport_reply");
    expect(reply.content).toMatchObject({ status: "error", evalue: "This kernel does not know teleport_request" });
  });

  test.each(["constructor", "__proto___request", "toString"])(
    "may be called like a member of every object: %s",
    async (type) => {
      const { done } = kernel.send(type);
      if (type.endsWith("_request")) expect((await done).reply.content.status).toBe("error");
      expect((await kernel.execute("1")).reply.content.status).toBe("ok");
    },
  );

  test.each([
    ["execute_request", { code: 5 }],
    ["execute_request", {}],
    ["execute_request", { code: null, user_expressions: [] }],
    ["execute_request", { code: "1", user_expressions: { a: 1 } }],
    ["complete_request", { code: {}, cursor_pos: "x" }],
    ["complete_request", {}],
    ["inspect_request", { code: null }],
    ["is_complete_request", { code: [] }],
    ["history_request", { hist_access_type: "search", pattern: 5 }],
  ])("%s %j is answered with an error, and the kernel goes on", async (type, content) => {
    const { reply, iopub } = await kernel.request(type, content);
    expect(reply.content).toMatchObject({ status: "error", ename: expect.any(String), evalue: expect.any(String) });
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
    expect((await kernel.execute("1")).reply.content.status).toBe("ok");
  });
});

describe("a cell that misbehaves leaves the kernel and its variables alone:", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startCheckedKernel();
    await kernel.execute("let kept = 'untouched';");
  });
  afterAll(async () => {
    await kernel.stop();
  });

  const untouched = async () => expect((await kernel.execute("kept")).result?.["text/plain"]).toBe("'untouched'");

  test("a syntax error names the line and column, and nothing of the cell runs", async () => {
    const { error, stdout } = await kernel.execute("console.log('not run');\nconst = 1;");
    expect(stdout).toBe("");
    expect(error?.ename).toBe("SyntaxError");
    expect(error?.traceback.join("\n")).toMatch(/Cell \[\d+\]:2:7/);
    await untouched();
  });

  test("a rejection that nobody awaits is told under the cell", async () => {
    const { reply, stderr } = await kernel.execute("void Promise.reject(new RangeError('left alone')); 1");
    expect(reply.content.status).toBe("ok");
    expect(stderr).toMatch(/A promise was rejected and nobody awaits it:/);
    expect(stderr).toMatch(/RangeError.*left alone/);
    expect(stderr).toMatch(/Cell \[\d+\]:1:/);
    await untouched();
  });

  test("a throw in a timer is told under the cell that set it, also while another runs", async () => {
    const setter = await kernel.execute("\nsetTimeout(() => { throw new TypeError('too late') }, 20); 0");
    await kernel.execute("await new Promise((done) => setTimeout(done, 60))");
    const message = await kernel.waitForIopub("stream", ({ content }) => /too late/.test(content.text!));
    expect(message.parent.msg_id).toBe(setter.id);
    expect(message.content).toMatchObject({ name: "stderr" });
    expect(message.content.text).toMatch(/Uncaught error in a callback:/);
    expect(message.content.text).toMatch(/Cell \[\d+\]:2:26/);
    await untouched();
  });

  test("an emitter's error event that nobody listens to is told", async () => {
    const { stderr } = await kernel.execute(`
      import { EventEmitter } from "node:events";
      setImmediate(() => new EventEmitter().emit("error", new Error("unheard")));
      await new Promise((done) => setTimeout(done, 20));`);
    expect(stderr).toMatch(/unheard/);
    await untouched();
  });

  test("recursion without end is an error", async () => {
    const { error } = await kernel.execute("function deeper(): number { return 1 + deeper() }\ndeeper()");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "Maximum call stack size exceeded" });
    await untouched();
  });

  test.each([
    [
      "declared anew",
      "let performance = 0.9, process = 'spawned', URL = 'https://', JSON = {}, Map = 1, Promise = 2, Buffer = 3;",
    ],
    [
      "taken away",
      "Object.assign(globalThis, { performance: 0, URL: 0, JSON: 0, Map: 0, Promise: 0, Buffer: 0, setTimeout: 0, setImmediate: 0 }); 0",
    ],
  ])("globals that the kernel uses itself, %s", async (_how, code) => {
    const other = await startCheckedKernel({ env: { GRADBOOK_TYPECHECK: "off" } });
    try {
      expect((await other.execute(code)).reply.content.status).toBe("ok");
      const { stdout, result } = await other.execute(`
        console.log("printed"); display("shown"); await null; import * as path from "node:path"; path.sep`);
      expect({ stdout, text: result?.["text/plain"] }).toEqual({ stdout: "printed\n", text: "'/'" });
      const members = await other.request("complete_request", { code: "path.joi", cursor_pos: 8 });
      expect(members.reply.content.matches).toEqual(["join"]);
      expect((await other.execute("throw new Error('placed')")).error?.traceback.join("\n")).toMatch(/Cell \[3\]:1:7/);
    } finally {
      expect((await other.stop()).leftovers).toEqual([]);
    }
  });

  test.each([
    ["process.exit()", "process.exit(0)"],
    ["process.exit(3)", "process.exit(3)"],
    ["process.exit(1) after an await", "process.exit(1)"],
    ["process.abort()", "SIGABRT"],
    ["process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
  ])("%s ends the executor only, and the user is told that variables are gone", async (name, reason) => {
    const call = name.replace(" after an await", "");
    await kernel.execute("let gone = 1;");
    const { error, stdout } = await kernel.execute(`console.log("before"); await null; ${call}; console.log("after")`);
    expect(stdout).toBe("before\n");
    expect(error?.ename).toBe("ExecutorExit");
    expect(error?.evalue).toContain(reason);
    expect(error?.evalue).toContain("a fresh executor was started, and all variables are gone");
    const next = await kernel.execute("typeof gone");
    expect(next.result?.["text/plain"] ?? next.error?.evalue).toMatch(/'undefined'|Cannot find name 'gone'/);
    expect((await kernel.execute("const gone = 'again'; tensor([1]).add(1).item()")).result?.["text/plain"]).toBe("2");
  });
});
