/** Subshells (protocol 5.5): cells that run beside the main shell's. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";

let kernel: Kernel;
let subshell: string;

const control = (type: string, content: object = {}) => kernel.request(type, content, { channel: "control" });

beforeAll(async () => {
  kernel = await startCheckedKernel();
  const { reply } = await control("create_subshell_request");
  subshell = reply.content.subshell_id as string;
});

afterAll(async () => {
  await kernel.stop();
});

test("kernel_info says that there are some", () => {
  expect(kernel.info.content.supported_features).toContain("kernel subshells");
  expect(kernel.info.content.protocol_version).toBe("5.5");
});

test("one that was created is listed, and a second is another", async () => {
  const { reply } = await control("create_subshell_request");
  const second = reply.content.subshell_id as string;
  expect(reply.content).toEqual({ status: "ok", subshell_id: expect.any(String) });
  expect((await control("list_subshell_request")).reply.content).toEqual({
    status: "ok",
    subshell_id: [subshell, second],
  });
  expect((await control("delete_subshell_request", { subshell_id: second })).reply.content).toEqual({ status: "ok" });
  expect((await control("list_subshell_request")).reply.content.subshell_id).toEqual([subshell]);
});

test("its cells run while a cell of the main shell waits, share its variables, and keep results apart", async () => {
  const main = kernel.start(
    "let release = (_: string) => {}; console.log('here'); await new Promise<string>((done) => (release = done))",
  );
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === main.id);
  const beside = await kernel.execute("console.log('beside'); typeof release", {}, { subshell });
  expect(beside).toMatchObject({ stdout: "beside\n", result: { "text/plain": "'function'" } });
  // The parent header names the subshell, by which front ends tell the two apart.
  expect(beside.iopub.every(({ parent }) => parent.subshell_id === subshell)).toBe(true);
  await kernel.execute("release('released')", {}, { subshell });
  const { iopub, reply } = await main.done;
  expect(reply.content.status).toBe("ok");
  expect(iopub.find(({ header }) => header.msg_type === "execute_result")?.content.data).toEqual({
    "text/plain": "'released'",
  });
});

test("its own cells wait for each other, and an error aborts only those of its line", async () => {
  const cells = [
    kernel.start("await null; throw new Error('here')", {}, { subshell }),
    kernel.start("'aborted'", {}, { subshell }),
    kernel.start("'main goes on'"),
  ];
  const statuses = (await Promise.all(cells.map(({ done }) => done))).map(({ reply }) => reply.content.status);
  expect(statuses).toEqual(["error", "aborted", "ok"]);
});

test("an interrupt stops the cells of all shells", async () => {
  const cells = [
    kernel.start("await new Promise(() => {})"),
    kernel.start("await new Promise(() => {})", {}, { subshell }),
  ];
  for (const { id } of cells) await kernel.waitForIopub("execute_input", ({ parent }) => parent.msg_id === id);
  await control("interrupt_request");
  for (const { done } of cells) expect((await done).reply.content.ename).toBe("Interrupted");
});

test("one that does not exist refuses requests, and cannot be deleted", async () => {
  const { reply } = await kernel.request("execute_request", { code: "1" }, { subshell: "nowhere" });
  expect(reply.content).toMatchObject({ status: "error", evalue: 'There is no subshell "nowhere"' });
  const deleted = await control("delete_subshell_request", { subshell_id: "nowhere" });
  expect(deleted.reply.content).toMatchObject({ status: "error", evalue: 'There is no subshell "nowhere"' });
});
