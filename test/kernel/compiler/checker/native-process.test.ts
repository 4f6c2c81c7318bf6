/** What is written to a checker that has just ended. */
import { expect, test } from "@jest/globals";
import { API } from "typescript/unstable/async";
import { nativeProcess } from "../../../../kernel/compiler/checker/native-process.ts";

const still = new Int32Array(new SharedArrayBuffer(4));

test("a question to a checker that has ended unnoticed breaks nothing", async () => {
  const unhandled: unknown[] = [];
  const hear = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", hear);
  const api = new API({ cwd: import.meta.dirname });
  const child = await nativeProcess(api);
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  // The event loop stands still for the while that the end takes: the pipe is broken, and nobody has heard of it.
  Atomics.wait(still, 0, 0, 300);
  api.updateSnapshot({ openProjects: [] }).catch(() => {});
  await exit;
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", hear);
  expect(unhandled).toEqual([]);
});
