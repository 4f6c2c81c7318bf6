/** The line of questions to the checker, without a checker. */
import { expect, test } from "@jest/globals";
import { Turns, Unanswered } from "../../../../kernel/compiler/checker/turns.ts";

const LONG = 60_000;

function held(): { work: () => Promise<string>; begun: Promise<void>; release: () => void } {
  let release = () => {};
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<string>((resolve) => {
    release = () => resolve("released");
  });
  const work = () => {
    begin();
    return released;
  };
  return { work, begun, release };
}

test("work is done in the order in which it was asked for, one at a time", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const first = held();
  const a = turns.take(first.work, LONG).then((answer) => done.push(answer));
  const b = turns.take(async () => done.push("second"), LONG);
  await first.begun;
  expect(turns.idle).toBe(false);
  first.release();
  await Promise.all([a, b]);
  expect(done).toEqual(["released", "second"]);
});

test("work that fails fails for who asked, and holds up nobody", async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new RangeError("broken")), LONG);
  const next = turns.take(async () => 7, LONG);
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe(7);
});

test("a caller whose patience ends is told so, with how long it was", async () => {
  const turns = new Turns();
  const stuck = turns.take(held().work, 20);
  await expect(stuck).rejects.toThrow(Unanswered);
  await expect(stuck).rejects.toThrow("within 0.02 s");
});

test("what nobody waits for any more is left out when its turn comes", async () => {
  const turns = new Turns();
  const first = held();
  const answered = turns.take(first.work, LONG);
  const done: string[] = [];
  const impatient = turns.take(async () => done.push("impatient"), 1);
  const patient = turns.take(async () => done.push("patient"), LONG);
  await expect(impatient).rejects.toThrow(Unanswered);
  first.release();
  await Promise.all([answered, patient]);
  expect(done).toEqual(["patient"]);
});

test("behind work that has taken longer than a caller would wait, the caller does not wait", async () => {
  const turns = new Turns();
  const first = held();
  const answered = turns.take(first.work, LONG);
  await first.begun;
  // Ends when the first has been under way for as long as the second would wait.
  await expect(turns.take(async () => {}, 200)).rejects.toThrow(Unanswered);
  const order: string[] = [];
  const shorter = turns.take(async () => {}, 200).catch(() => order.push("late work"));
  const longer = turns.take(async () => {}, 350).catch(() => order.push("later work"));
  await Promise.all([shorter, longer]);
  expect(order).toEqual(["late work", "later work"]);
  first.release();
  expect(await answered).toBe("released");
});
