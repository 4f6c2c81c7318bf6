import { expect, test } from "@jest/globals";
import { ExecutorStartError, Readiness } from "../../../kernel/supervisor/readiness.ts";

test("who waits for an executor that dies before it is ready gets the next one", async () => {
  const readiness = new Readiness();
  const waiting = readiness.promise;
  expect(readiness.lost("killed")).toBe(true);
  readiness.ready();
  await waiting;
});

test("after an executor was lost, the next one is waited for", async () => {
  const readiness = new Readiness();
  readiness.ready();
  await readiness.promise;
  expect(readiness.lost("killed")).toBe(true);
  const waiting = readiness.promise;
  const order: string[] = [];
  const waited = waiting.then(() => order.push("waited"));
  await Promise.resolve();
  order.push("ready");
  readiness.ready();
  await waited;
  expect(order).toEqual(["ready", "waited"]);
});

test("an executor that never starts is not waited for, and the error says why; later it is tried again", async () => {
  const readiness = new Readiness();
  const waiting = readiness.promise;
  expect(readiness.lost("first")).toBe(true);
  expect(readiness.lost("second")).toBe(true);
  expect(readiness.lost("no memory")).toBe(false);
  await expect(waiting).rejects.toThrow(ExecutorStartError);
  await expect(waiting).rejects.toThrow("in 3 tries: no memory");
  expect(readiness.hopeless).toBe(true);
  readiness.retry();
  const again = readiness.promise;
  readiness.ready();
  await again;
});
