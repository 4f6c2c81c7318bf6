/** Summaries: the order of layers, numbers of parameters and multiply-adds, and how they show. */
import { describe, expect, test } from "@jest/globals";
import { nn, zeros } from "../../../lib/index.ts";

describe("summary", () => {
  test("lists layers in the order in which they run, with shapes and numbers of parameters", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1).requiresGrad_(false));
    const table = nn.summary(model, [[1, 2]]);
    expect(table.rows).toEqual([
      { path: "0", type: "Linear", output: [1, 3], parameters: 9, multiplyAdds: 6 },
      { path: "1", type: "Tanh", output: [1, 3], parameters: 0, multiplyAdds: 0 },
      { path: "2", type: "Linear", output: [1, 1], parameters: 4, multiplyAdds: 3 },
    ]);
    expect([table.parameters, table.trainable]).toEqual([13, 9]);
    expect(String(table)).toContain("13 parameters, 4 of them frozen");
  });

  test("counts the multiply-adds of matrix products and convolutions, also those between layers", () => {
    const conv = new nn.Conv2d(2, 4, 3, { groups: 2 });
    expect(conv.summary(zeros([1, 2, 5, 5])).multiplyAdds).toBe(4 * 9 * 9);
    expect(new nn.ConvTranspose1d(2, 3, 4).summary(zeros([1, 2, 5])).multiplyAdds).toBe(5 * 2 * 3 * 4);
    // Eight gates' worth of weights for each of 3 steps of 2 sequences.
    expect(new nn.LSTM(5, 6).summary(zeros([3, 2, 5])).multiplyAdds).toBe(3 * 2 * 4 * 6 * (5 + 6));
    const attention = new nn.MultiheadAttention(4, 2);
    const x = zeros([5, 1, 4]);
    // Four projections, then scores and means for each pair of positions.
    expect(nn.summary(attention, x, x, x).multiplyAdds).toBe(4 * 5 * 4 * 4 + 2 * 5 * 5 * 4);
    expect(new nn.AvgPool2d(2).summary(zeros([1, 1, 4, 4])).multiplyAdds).toBe(0);
  });

  test("is a tree whose nodes include what is below them", () => {
    const model = new nn.Sequential(new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU()), new nn.Linear(3, 1));
    const { tree, bytes } = model.summary(zeros([4, 2]));
    expect([tree.parameters, tree.multiplyAdds, tree.outputBytes, bytes]).toEqual([13, 36, 4 * (12 + 12 + 4), 52]);
    expect(tree.children[0]).toMatchObject({ name: "0", type: "Sequential", parameters: 9, multiplyAdds: 24 });
    expect(String(model.summary(zeros([4, 2])))).toBe(
      [
        "layer             output  parameters         multiply-adds            memory",
        "───────────────────────────────────────────────────────────────────────────────────",
        "Sequential        [4,1]           13 ██████             36 ██████  112 bytes ██████",
        "├─ 0: Sequential  [4,3]            9 ████▏              24 ████     96 bytes █████▏",
        "│  ├─ 0: Linear   [4,3]            9 ████▏              24 ████     48 bytes ██▋",
        "│  └─ 1: ReLU     [4,3]            –                     –          48 bytes ██▋",
        "└─ 1: Linear      [4,1]            4 █▉                 12 ██       16 bytes ▉",
        "───────────────────────────────────────────────────────────────────────────────────",
        "13 parameters",
        "36 multiply-adds",
        "52 bytes of parameters and buffers, 112 bytes of outputs",
      ].join("\n"),
    );
  });

  test("shows itself in notebooks as a table, in reports as LaTeX", () => {
    class Odd_Name extends nn.Linear {}
    const found = new nn.Sequential({ "a<b&c": new Odd_Name(2, 3) }).summary(zeros([1, 2]));
    const display = (found as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!;
    const bundle = display.call(found);
    expect(Object.keys(bundle)).toEqual(["text/html", "text/latex", "text/plain"]);
    expect(bundle["text/html"]).toContain("a&lt;b&amp;c: Odd_Name");
    expect(bundle["text/html"]).not.toContain("<script");
    expect(bundle["text/latex"]).toContain(
      "\\hspace*{1em}a<b\\&c: Odd\\_Name & [1,3] & 9 & \\rule{3.00em}{0.6em} & 6 &",
    );
    expect(bundle["text/latex"]).toMatch(/^\\begin\{tabular\}\{ll\*\{3\}\{r@\{ \}l\}\}[\s\S]*\\end\{tabular\}$/);
    expect(bundle["text/plain"]).toBe(String(found));
  });

  test("has bars as long as the share of each layer, and none where there is nothing", () => {
    const found = new nn.Sequential(new nn.Linear(3, 3), new nn.ReLU(), new nn.Linear(3, 1)).summary(zeros([1, 3]));
    const display = (found as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!;
    const { "text/html": html, "text/latex": latex } = display.call(found) as Record<string, string>;
    // 12 of 16 parameters, 9 of 12 multiply-adds, 12 of 28 bytes.
    const ends = (row: string) => [...row.matchAll(/rgba\([\d,.]+\) ([\d.]+)%/g)].map(([, end]) => Number(end));
    expect(html!.split("<tr>").slice(2).map(ends)).toEqual([[100, 100, 100], [75, 75, 42.9], [42.9], [25, 25, 14.3]]);
    // At most 3 em.
    const rules = (row: string) => [...row.matchAll(/\\rule\{([\d.]+)em/g)].map(([, length]) => Number(length));
    expect(latex!.split("\n").slice(4, 8).map(rules)).toEqual([
      [3, 3, 3],
      [2.25, 2.25, 1.29],
      [1.29],
      [0.75, 0.75, 0.43],
    ]);
  });

  test("leaves the model as it was", () => {
    const model = new nn.Sequential(new nn.Dropout(), new nn.Linear(2, 1));
    nn.summary(model, [[1, 2]]);
    expect(model.training).toBe(true);
    expect(model([[1, 2]]).requiresGrad).toBe(true);
  });
});
