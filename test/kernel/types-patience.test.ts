/** A checker that does not answer must not keep a cell from running. */
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Executed, type Kernel, startCheckedKernel } from "../support/client.ts";
import { executed } from "../support/front-end.ts";

let kernel: Kernel;

beforeEach(async () => {
  kernel = await startCheckedKernel();
});

afterEach(async () => {
  await kernel.stop();
});

const NOT_CHECKED = /The types of this cell are not checked: the type checker did not answer within \d+ s/i;

function checker(): number {
  return kernel.children().find(({ command }) => /tsc|tsgo/.test(command))!.pid;
}

/** Runs a cell again until its types are looked at; each time it must run or be refused for its types. */
async function untilChecked(cell: string): Promise<Executed> {
  for (;;) {
    const executed = await kernel.execute(cell);
    if (!NOT_CHECKED.test(executed.stderr)) return executed;
  }
}

test("cells run, with a note, while the checker is stopped, and are checked again when it goes on", async () => {
  await kernel.execute("const before = { left: 1 }");
  const pid = checker();
  process.kill(pid, "SIGSTOP");
  const unchecked = await kernel.execute("const during = { right: 2 }; before.middle; 'ran'");
  expect(unchecked.result?.["text/plain"]).toBe("'ran'");
  expect(unchecked.stderr).toMatch(NOT_CHECKED);
  // The next ones do not wait all over again; questions get what can be said without types.
  expect((await kernel.execute("during.right")).result?.["text/plain"]).toBe("2");
  const { reply } = await kernel.request("complete_request", { code: "during.", cursor_pos: 7 });
  expect(reply.content.matches).toContain("right");
  process.kill(pid, "SIGCONT");
  expect((await untilChecked("before.middle")).error?.evalue).toMatch(/^TS2339/);
  // What ran unchecked is known to the types all the same.
  expect((await kernel.execute("during.left")).error?.evalue).toMatch(/^TS2339/);
  expect(checker()).toBe(pid);
});

test("a checker that is killed while a cell waits for it is replaced, and that cell is checked if there is time", async () => {
  await kernel.execute("const before = { left: 1 }");
  const pid = checker();
  process.kill(pid, "SIGSTOP");
  const cell = kernel.start("before.middle");
  await kernel.waitForIopub("execute_input", ({ parent }) => parent.msg_id === cell.id);
  process.kill(pid, "SIGKILL");
  const { error, stderr } = executed(await cell.done);
  // On a busy machine the next one may need longer to be there than a cell waits.
  expect(error?.evalue ?? stderr).toMatch(new RegExp(`^TS2339|${NOT_CHECKED.source}`, "i"));
  expect((await untilChecked("before.middle")).error?.evalue).toMatch(/^TS2339/);
  expect(checker()).not.toBe(pid);
});
