import { expect, test } from "@jest/globals";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { linearBackwardBy } from "../../../lib/backends/linear-backward.ts";
import { PlainView } from "../../../lib/storage.ts";
import { lays, numbers, packed } from "./views.ts";

const { matmul, reduce } = jsBackend;
const never = () => {
  throw new Error("Called a kernel for few numbers");
};

test("Plain loops give the gradients of few numbers as the products do, at any strides", () => {
  const backward = linearBackwardBy({ matmul: never, reduce: never });
  for (const [rows, outputs, inputs] of [
    [4, 8, 2],
    [1, 1, 1],
    [7, 3, 11],
    [0, 3, 5],
    [3, 17, 5],
  ] as const) {
    const [dys, xs, weights] = [
      lays([rows, outputs], "float64", 1),
      lays([rows, inputs], "float64", 2),
      lays([outputs, inputs], "float64", 3),
    ];
    dys.forEach((dy, lay) => {
      const [x, weight] = [xs[lay]!, weights[lay]!];
      const [dx, dw, db] = [x.shape, weight.shape, [outputs]].map((shape) => packed(shape, "float64", numbers(9)));
      backward(dy, x, weight, { x: dx!, weight: dw!, bias: db! });
      const [wantedX, wantedW, wantedB] = [x.shape, weight.shape, [outputs]].map((s) => packed(s, "float64", () => 0));
      matmul(dy, weight, wantedX!);
      const [row, column] = dy.strides as [number, number];
      matmul(new PlainView(dy.storage, [outputs, rows], [column, row], dy.offset, "float64"), x, wantedW!);
      reduce("sum", dy, [0], wantedB!);
      for (const [got, wanted] of [
        [dx!, wantedX!],
        [dw!, wantedW!],
        [db!, wantedB!],
      ]) {
        const apart = Array.from(got.storage.elements, (value, i) => Math.abs(value - wanted.storage.elements[i]!));
        expect(Math.max(0, ...apart)).toBeLessThan(1e-12);
      }
    });
  }
});

test("Only the gradients that somebody wants are computed", () => {
  const [dy, x, weight] = [
    [2, 3],
    [2, 4],
    [3, 4],
  ].map((shape, i) => packed(shape, "float32", numbers(i + 1)));
  const db = packed([3], "float32", () => 0);
  linearBackwardBy({ matmul: never, reduce: never })(dy!, x!, weight!, { x: null, weight: null, bias: db });
  const rows = dy!.storage.elements;
  expect(Array.from(db.storage.elements)).toEqual([0, 1, 2].map((o) => Math.fround(rows[o]! + rows[3 + o]!)));
});
