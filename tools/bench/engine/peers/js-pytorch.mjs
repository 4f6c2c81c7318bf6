/** The workloads of the engine's benchmark in js-pytorch. It has neither convolutions nor tanh, nor an SGD. */
import { readFileSync } from "node:fs";
import { torch } from "js-pytorch";
import { report } from "./least.mjs";

const on = (shapes, run) => () => {
  const tensors = shapes.map((shape) => torch.randn(shape));
  return () => run(...tensors);
};
const product = (m, k, n) =>
  on(
    [
      [m, k],
      [k, n],
    ],
    torch.matmul,
  );
const million = [1_000_000];
const { version } = JSON.parse(
  readFileSync(new URL("./node_modules/js-pytorch/package.json", import.meta.url), "utf8"),
);

await report(`js-pytorch ${version}`, {
  "add of 10 elements, recorded": () => {
    const [a, b] = [torch.randn([10]), torch.randn([10], true)];
    return () => torch.add(a, b);
  },
  "MLP 784-128-10, batch 64, Adam": () => {
    const [x, y] = [torch.randn([64, 784]), torch.randint(0, 10, [64])];
    const [hidden, relu, output] = [new torch.nn.Linear(784, 128), new torch.nn.ReLU(), new torch.nn.Linear(128, 10)];
    const criterion = new torch.nn.CrossEntropyLoss();
    const optimizer = new torch.optim.Adam([...hidden.parameters(), ...output.parameters()], 1e-3, 0);
    return () => {
      criterion.forward(output.forward(relu.forward(hidden.forward(x))), y).backward();
      optimizer.step();
      optimizer.zero_grad();
    };
  },
  "GPT, 2 layers × 128, 64 tokens, batch 16": () => {
    const { nn, optim } = torch;
    const [x, y] = [torch.randint(0, 65, [16, 64]), torch.randint(0, 65, [16, 64])];
    const embedding = new nn.Embedding(65, 128);
    const blocks = [0, 1].map(() => new nn.Block(128, 128, 4, 64, 0));
    const [head, criterion] = [new nn.Linear(128, 65), new nn.CrossEntropyLoss()];
    const parameters = [embedding, ...blocks, head].flatMap((module) => module.parameters());
    const optimizer = new optim.Adam(parameters, 1e-3, 0);
    return () => {
      let hidden = embedding.forward(x);
      for (const block of blocks) hidden = block.forward(hidden);
      criterion.forward(head.forward(hidden), y).backward();
      optimizer.step();
      optimizer.zero_grad();
    };
  },
  "product 64³": product(64, 64, 64),
  "product 256³": product(256, 256, 256),
  "product 512³": product(512, 512, 512),
  "product 1024³": product(1024, 1024, 1024),
  "product 32 × 784 × 128": product(32, 784, 128),
  "product 128 × 512 × 2048": product(128, 512, 2048),
  "softmax 512 × 1000": () => {
    const [softmax, x] = [new torch.nn.Softmax(), torch.randn([512, 1000])];
    return () => softmax.forward(x, -1);
  },
  "layer norm 512 × 1000": () => {
    const [norm, x] = [new torch.nn.LayerNorm(1000), torch.randn([512, 1000])];
    return () => norm.forward(x);
  },
  "exp of 1M": on([million], torch.exp),
  "sum of 1M": on([million], (x) => x.sum()),
  "add of 1M": on([million, million], torch.add),
});
