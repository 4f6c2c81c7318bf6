/** Small tensors lie side by side in shared arrays, and nobody notices. */
import { MessageChannel } from "node:worker_threads";
import { describe, expect, test } from "@jest/globals";
import { noGrad, ones, tensor, zeros } from "../../lib/index.ts";

describe("small tensors", () => {
  test("show their own part of a shared array as data, the same one each time", () => {
    const [a, b] = [tensor([1, 2]).mul(2), tensor([3, 4]).mul(2)];
    expect([[...a.data], [...b.data]]).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(a.data).toBe(a.data);
    a.data.fill(100);
    expect([a.toArray(), b.toArray()]).toEqual([
      [100, 100],
      [6, 8],
    ]);
  });

  test("are told apart by views, changes in place, gradients and items", () => {
    const made = Array.from({ length: 50 }, (_, i) =>
      tensor([i, i + 1, i + 2])
        .add(0)
        .requiresGrad_(),
    );
    const loss = made.reduce((sum, x) => sum.add(x.narrow(0, { start: 1, length: 1 }).mul(x.sum())), zeros([1]));
    loss.backward();
    for (const [i, x] of made.entries()) {
      expect(x.grad!.toArray()).toEqual([i + 1, 4 * i + 4, i + 1]);
      noGrad(() => x.mul_(2));
      expect([x.toArray(), x.narrow(0, { start: 2, length: 1 }).item()]).toEqual([
        [2 * i, 2 * i + 2, 2 * i + 4],
        2 * i + 4,
      ]);
    }
  });

  test("are zeros where zeros were asked for, whatever was written beside them", () => {
    for (let i = 0; i < 2000; i++) {
      ones([1 + (i % 40)]).mul(7);
      expect(zeros([1 + (i % 7)]).toArray()).toEqual(new Array(1 + (i % 7)).fill(0));
    }
  });

  test("have memory of every type and size, up to what does not share any more", () => {
    for (const dtype of ["float32", "float64", "int32", "uint8", "bool"] as const) {
      for (const size of [0, 1, 15, 16, 17, 255, 256, 1023, 1024, 1025, 4095, 4096, 4097]) {
        const x = ones([size], { dtype }).mul(1).to(dtype);
        expect([x.size, x.data.length, x.data.every((v) => v === 1)]).toEqual([size, size, true]);
      }
    }
  });

  test("stay where they are when somebody transfers the elements of one to a worker", () => {
    const [x, beside] = [ones([4]).add(1), ones([4]).add(2)];
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(x.data, [x.data.buffer as ArrayBuffer]);
    } catch (error) {
      // Later versions of Node refuse to, where Node 20 sends a copy.
      expect(error).toMatchObject({ name: "DataCloneError" });
    } finally {
      port1.close();
      port2.close();
    }
    expect([x.toArray(), beside.toArray()]).toEqual([
      [2, 2, 2, 2],
      [3, 3, 3, 3],
    ]);
  });
});
