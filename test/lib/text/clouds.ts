/** Vectors that any map of them must keep apart. */
import { cdist, RandomGenerator, randn, type Tensor, tensor } from "../../../lib/index.ts";

/** Sixty vectors of ten numbers around three centres, and the centre of each. */
export function clouds(): { vectors: Tensor; classes: number[] } {
  const generator = new RandomGenerator(1);
  const classes = Array.from({ length: 60 }, (_, i) => i % 3);
  const centres = randn([3, 10], { generator }).mul(5);
  const vectors = centres.indexSelect(0, tensor(classes, { dtype: "int32" })).add(randn([60, 10], { generator }));
  return { vectors, classes };
}

/** The nearest others of each row. */
export const nearest = (points: Tensor, count: number): number[][] =>
  (cdist(points, points).argsort({ dim: 1 }).toArray() as number[][]).map((row) => row.slice(1, count + 1));
