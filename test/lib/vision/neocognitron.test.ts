/** The neocognitron. */
import { describe, expect, test } from "@jest/globals";
import { data, type Tensor, tensor, vision, zeros } from "../../../lib/index.ts";

const { SCells, CCells, Neocognitron } = vision;

/** A picture of a cross of 3 by 3 pixels at a place. */
function cross(row: number, column: number): Tensor {
  const x = zeros([1, 1, 12, 12]);
  for (const [i, j] of [
    [-1, 0],
    [0, -1],
    [0, 0],
    [0, 1],
    [1, 0],
  ] as const)
    x.data[(row + i) * 12 + column + j] = 1;
  return x;
}

describe("S-cells", () => {
  test("answer to their pattern where it is, not to another one, and not more to a brighter one", () => {
    const cells = new SCells(1, { size: 3, maxPlanes: 1 }).learn(cross(5, 5));
    const at = (x: Tensor) => cells(x).data[5 * 12 + 5]!;
    expect(cells(cross(5, 5)).argmax().item()).toBe(5 * 12 + 5);
    expect(cells(cross(5, 6)).argmax().item()).toBe(5 * 12 + 6);
    const bar = zeros([1, 1, 12, 12]);
    for (const j of [4, 5, 6]) bar.data[5 * 12 + j] = 1;
    expect(at(bar)).toBe(0);
    // Selectivity 4 asks for a cosine above 4/5, and a bar in a cross has √(3/5).
    const mild = new SCells(1, { size: 3, maxPlanes: 1, selectivity: 1 }).learn(cross(5, 5));
    const cosine = Math.sqrt(3 / 5);
    // r (cos − θ) / θ with θ = r / (1 + r), once the reinforcement is strong.
    expect(mild(bar).data[5 * 12 + 5]!).toBeCloseTo((cosine - 0.5) / 0.5, 3);
    expect(at(cross(5, 5).mul(0.3))).toBeCloseTo(at(cross(5, 5)), 2);
  });

  test("are added until every busy place of a picture has an answer", () => {
    const cells = new SCells(1, { size: 3 }).learn(cross(5, 5));
    const answers = cells(cross(5, 5)).amax({ dim: 1 });
    expect(cells.planes).toBeGreaterThan(1);
    for (const at of [5 * 12 + 5, 4 * 12 + 5, 5 * 12 + 4]) expect(answers.data[at]!).toBeGreaterThan(0);
    const known = cells.planes;
    expect(cells.learn(cross(7, 3)).planes).toBe(known);
  });
});

describe("C-cells", () => {
  test("answer alike while a pattern moves under them, which S-cells do not", () => {
    const cells = new SCells(1, { size: 3, maxPlanes: 1, selectivity: 8 }).learn(cross(4, 4));
    const complex = new CCells(3, 3);
    const [here, there] = [cells(cross(4, 4)), cells(cross(4, 3))];
    expect(here.toArray()).not.toEqual(there.toArray());
    expect(complex(here).toArray()).toEqual(complex(there).toArray());
    expect(complex(here).amax().item()).toBeGreaterThan(0);
    expect(complex(cells(cross(4, 6))).toArray()).not.toEqual(complex(here).toArray());
  });

  test("saturate: x / (1 + x) of the sum", () => {
    expect(
      new CCells(2, 2)(
        tensor([
          [
            [
              [1, 2, 0, 0],
              [0, 0, 0, 0],
            ],
          ],
        ]),
      ).toArray(),
    ).toEqual([[[[0.75, 0]]]]);
  });
});

describe("the neocognitron", () => {
  test("learns digits without labels, so that the nearest answer is of the same class far above chance", () => {
    const { x, y } = data.digits();
    const pictures = x.reshape([-1, 1, 8, 8]).div(16);
    const net = new Neocognitron([
      { size: 3, selectivity: 2, maxPlanes: 16, pool: [2, 1] },
      { size: 3, selectivity: 2, maxPlanes: 40, pool: [2, 2] },
    ]);
    net.learn(pictures.slice([0, 60]));
    const answers = net(pictures.slice([0, 300])).flatten({ start: 1 });
    const unit = answers.div(answers.norm({ dim: 1, keepDim: true }));
    const [known, asked] = [unit.slice([0, 200]), unit.slice([200, 300])];
    const nearest = asked.matmul(known.t()).argmax({ dim: 1 }).data;
    const right = Array.from(nearest).filter((i, k) => y.data[i] === y.data[200 + k]).length;
    expect(right).toBeGreaterThan(60);
    expect(net.stages(pictures.slice([0, 2])).map(({ simple }) => simple.ndim)).toEqual([4, 4]);
  });

  test.each<[string, () => unknown]>([
    ["Cannot make a neocognitron of no stages", () => new Neocognitron([])],
    ["Cannot ask a neocognitron that has learned nothing", () => new Neocognitron([{ size: 3 }])(zeros([1, 1, 8, 8]))],
    ["Cannot learn [8,8]", () => new Neocognitron([{ size: 3 }]).learn(zeros([8, 8]))],
    ["Cannot learn from empty patterns", () => new Neocognitron([{ size: 3 }]).learn(zeros([1, 1, 8, 8]))],
    ["Cannot let S-cells see 4 × 4", () => new SCells(1, { size: 4 })],
    ["Cannot make S-cells of selectivity 0", () => new SCells(1, { size: 3, selectivity: 0 })],
    ["Cannot ask S-cells that have learned nothing", () => new SCells(1, { size: 3 })(zeros([1, 1, 8, 8]))],
  ])("throws: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});
