/** Work that threads share: every part is done, and none twice, whoever does it. */
import { expect, test } from "@jest/globals";
import { describeEngine } from "./engine.ts";
import { packed } from "./views.ts";

describeEngine(({ addon, backend }, before) => {
  test.each([1, 2, 3, 5])("computes each element once with %d threads, whatever was computed before", (threads) => {
    const next = packed([1], "float32", () => 1);
    // Stretches of several numbers, and a product between them, whose tasks are handed out one by one.
    const counts = [40_000, 131_072, 300_007].map((size) => packed([size], "float32"));
    const [ones, product] = [packed([96, 96], "float32", () => 1), packed([96, 96], "float32")];
    addon.setThreads(threads);
    for (let round = 0; round < 60; round++) {
      for (const count of counts) backend.binary("add", count, next, count);
      backend.matmul(ones, ones, product);
    }
    addon.setThreads(before);
    for (const { storage } of counts) expect(storage.array.every((count) => count === 60)).toBe(true);
    expect(product.storage.array.every((sum) => sum === 96)).toBe(true);
  });
});
