/** The connection file: what is wrong with it is said in one sentence that names the file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { ConnectionError, endpoint, readConnection } from "../../../kernel/protocol/connection.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-connection-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = {
  transport: "tcp",
  ip: "127.0.0.1",
  key: "secret",
  signature_scheme: "hmac-sha256",
  shell_port: 50001,
  control_port: 50002,
  stdin_port: 50003,
  iopub_port: 50004,
  hb_port: 50005,
};

let count = 0;
function fileOf(text: string): string {
  const file = join(folder, `${++count}.json`);
  writeFileSync(file, text);
  return file;
}

test("a good file is read, and what a front end adds to it is left alone", () => {
  expect(readConnection(fileOf(JSON.stringify({ ...good, kernel_name: "gradbook" })))).toMatchObject(good);
});

test("the address of a channel is made of transport, ip and port", () => {
  expect(endpoint(good, 50001)).toBe("tcp://127.0.0.1:50001");
});

describe("a file that cannot be used", () => {
  test("is named when it is missing", () => {
    const file = join(folder, "missing.json");
    expect(() => readConnection(file)).toThrow(ConnectionError);
    expect(() => readConnection(file)).toThrow(`Cannot read the connection file ${file}: ENOENT`);
  });

  test("is named when it is a folder", () => {
    expect(() => readConnection(folder)).toThrow(`Cannot read the connection file ${folder}`);
  });

  test.each(["", "{", "key=value", '{"ip": "127.0.0.1"'])("is named when it is not JSON: %j", (text) => {
    const file = fileOf(text);
    expect(() => readConnection(file)).toThrow(`The connection file ${file} is not JSON`);
  });

  test.each(["null", "[]", "1", '"tcp://127.0.0.1:1"'])("is named when it holds no object: %s", (text) => {
    const file = fileOf(text);
    expect(() => readConnection(file)).toThrow(`The connection file ${file} must hold a JSON object`);
  });

  test.each(["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"])("must have %s", (field) => {
    const file = fileOf(JSON.stringify({ ...good, [field]: undefined }));
    expect(() => readConnection(file)).toThrow(`The connection file ${file} has ${field} undefined: expected`);
  });

  test.each([
    ["shell_port", 0],
    ["shell_port", 65536],
    ["iopub_port", "50001"],
    ["hb_port", 1.5],
    ["stdin_port", -1],
    ["transport", "udp"],
    ["ip", 5],
    ["key", 12],
    ["key", null],
    ["signature_scheme", 256],
  ])("says what %s should be instead of %j", (field, value) => {
    const file = fileOf(JSON.stringify({ ...good, [field]: value }));
    expect(() => readConnection(file)).toThrow(`has ${field} ${JSON.stringify(value)}: expected`);
  });
});
