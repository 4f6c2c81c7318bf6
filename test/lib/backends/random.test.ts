/** The engine's random numbers are those of the generator's own loops, to the last bit, and leave it at the same place of its stream. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "@jest/globals";
import { type Backend, setBackend } from "../../../lib/backends/index.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import type { TypedArray } from "../../../lib/dtype.ts";
import { RandomGenerator } from "../../../lib/random/generator.ts";
import { describeEngine } from "./engine.ts";

/** Sizes around those of blocks, chunks and the generator's key. */
const sizes = [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 271, 272, 623, 624, 625, 1249, 5000];

const fills: Readonly<Record<string, (generator: RandomGenerator, array: TypedArray) => void>> = {
  "uniform numbers": (generator, array) => generator.fillUniform(array),
  "uniform numbers of a range": (generator, array) => generator.fillUniform(array, 2.7, -1.3),
  "normal numbers": (generator, array) => generator.fillNormal(array),
  "normal numbers of any mean": (generator, array) => generator.fillNormal(array, 0.3, 5),
  "exponential numbers": (generator, array) => generator.fillExponential(array),
  "ones and zeros": (generator, array) => generator.fillBernoulli(array, 0.3),
};

function underBackend<T>(backend: Backend, fn: () => T): T {
  const before = setBackend(backend);
  try {
    return fn();
  } finally {
    setBackend(before);
  }
}

describeEngine((engine) => {
  describe.each(Object.entries(fills))("draws %s", (_, fill) => {
    test.each([Float32Array, Float64Array])("in a %p", (List) => {
      for (const size of sizes) {
        for (const before of [0, 1, 100, 623]) {
          const [mine, other] = [engine.backend, jsBackend].map((backend) =>
            underBackend(backend, () => {
              const generator = new RandomGenerator(size + before);
              for (let i = 0; i < before; i++) generator.random();
              const array = new List(size);
              fill(generator, array);
              return { bytes: Buffer.from(array.buffer).toString("base64"), state: generator.getState() };
            }),
          );
          expect(mine).toEqual(other);
        }
      }
    });
  });

  test("has a kernel for lists that are not short", () => {
    const state = new RandomGenerator(1);
    const array = new Float32Array(100);
    underBackend({ ...engine.backend, draw: () => true }, () => state.fillNormal(array));
    expect([...array]).toEqual(new Array(100).fill(0));
    underBackend(engine.backend, () => state.fillNormal(array));
    expect(new Set(array).size).toBe(100);
  });
});
