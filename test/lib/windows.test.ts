/** Windows against PyTorch, and questions about types. */
import { describe, expect, test } from "@jest/globals";
import * as library from "../../lib/index.ts";
import { type Dumped, precisions, reference } from "./reference.ts";

interface Case {
  readonly window: "hannWindow" | "hammingWindow" | "blackmanWindow" | "bartlettWindow";
  readonly length: number;
  readonly periodic: boolean;
  readonly float64: Dumped;
  readonly float32: Dumped;
}

const cases = reference<Case[]>("windows");

test.each(cases.map((c) => [`${c.window}(${c.length}, periodic: ${c.periodic})`, c] as const))(
  "%s is PyTorch's",
  (_, { window, length, periodic, ...wanted }) => {
    for (const [dtype, tolerance] of precisions) {
      const { shape, data } = library[window](length, { periodic, dtype });
      expect(shape).toEqual(wanted[dtype].shape);
      // Windows are of height 1: that is what errors are relative to.
      data.forEach((v, i) => {
        expect(Math.abs(v - Number(wanted[dtype].data[i]))).toBeLessThanOrEqual(tolerance);
      });
    }
  },
);

describe("types", () => {
  const { tensor } = library;

  test("promote to the one that holds both", () => {
    expect(library.promoteTypes("uint8", "int32")).toBe("int32");
    expect(library.promoteTypes("float64", "bool")).toBe("float64");
  });

  test("of results follow operands with dimensions first", () => {
    expect(library.resultType(tensor([1]), tensor(1, { dtype: "float64" }))).toBe("float32");
    expect(library.resultType(tensor([1], { dtype: "uint8" }), tensor([1], { dtype: "int32" }))).toBe("int32");
  });

  test("can be taken over by the same or a higher kind", () => {
    expect([library.canCast("int32", "uint8"), library.canCast("bool", "float32")]).toEqual([true, true]);
    expect([library.canCast("float32", "int32"), library.canCast("uint8", "bool")]).toEqual([false, false]);
    expect([library.isFloatingPoint(tensor([true])), library.isFloatingPoint(1)]).toEqual([false, true]);
  });

  test("shapes broadcast together, or are refused", () => {
    expect(library.broadcastShapes([2, 1], [3], [])).toEqual([2, 3]);
    expect(() => library.broadcastShapes([2], [3])).toThrow("Cannot broadcast [2] and [3]");
  });
});
