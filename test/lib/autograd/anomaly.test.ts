/** Finding the op that made a NaN. */
import { describe, expect, test } from "@jest/globals";
import { AnomalyError, detectAnomaly, log, type Tensor, tensor } from "../../../lib/index.ts";

const caught = (run: () => unknown): AnomalyError => {
  try {
    run();
  } catch (error) {
    if (error instanceof AnomalyError) return error;
    throw error;
  }
  throw new Error("no anomaly was found");
};

const leaf = (values: number[]) => tensor(values, { requiresGrad: true });

describe("detectAnomaly", () => {
  test("names the op whose result is NaN, and the line that called it", () => {
    const { op, place, message } = caught(() => detectAnomaly(() => log([1, -1]).add(1)));
    expect(op).toBe("log");
    expect(place).toMatch(/anomaly\.test\.ts:\d+/);
    expect(message).toMatch(/^log made NaN of \[2\], called at .*anomaly\.test\.ts/);
  });

  test("names the op whose backward is NaN, and the line that recorded it", () => {
    const build = (x: Tensor) => {
      const root = x.sub(1).sqrt();
      return root.mul(0).sum();
    };
    const { op, message } = caught(() => detectAnomaly(() => build(leaf([1])).backward()));
    expect(op).toBe("sqrt");
    expect(message).toMatch(/^Backward through sqrt made NaN for input 0, recorded at .*anomaly\.test\.ts:27/);
  });

  test("does not blame ops for a NaN that they were given", () => {
    expect(detectAnomaly(() => tensor([NaN]).mul(2)).toArray()).toEqual([NaN]);
  });

  test("lets infinities pass", () => {
    expect(detectAnomaly(() => log([0])).toArray()).toEqual([-Infinity]);
  });

  test("is off before, after, and after a throw", () => {
    caught(() => detectAnomaly(() => log([-1])));
    expect(log([-1]).toArray()).toEqual([NaN]);
  });

  test("records no lines when it is off", () => {
    const y = leaf([1]).sub(1).sqrt().mul(0).sum();
    const { message } = caught(() => detectAnomaly(() => y.backward()));
    expect(message).toBe("Backward through sqrt made NaN for input 0");
  });

  test("cannot watch across an await", () => {
    expect(() => detectAnomaly(async () => 1)).toThrow("Cannot watch an async function");
  });
});
