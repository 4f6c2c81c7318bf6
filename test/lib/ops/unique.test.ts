/** What the op table cannot say of values without repetition. */
import { expect, test } from "@jest/globals";
import { tensor, unique } from "../../../lib/index.ts";

test("unique() puts every NaN at the end, each for itself, since NaN equals nothing", () => {
  expect(unique([NaN, 2, NaN, 1]).toArray()).toEqual([1, 2, NaN, NaN]);
});

test("unique() with details rebuilds the input from values and inverse", () => {
  const x = tensor([
    [3, 1, 3],
    [2, 1, 7],
  ]);
  const { values, inverse, counts } = unique(x, { details: true });
  expect(values.take(inverse).toArray()).toEqual(x.toArray());
  expect([counts.sum().item(), counts.toArray()]).toEqual([6, [2, 1, 2, 1]]);
});
