/** Training steps that the benchmark times. */
import { F, models, nn, optim, randint, randn, stack, type Tensor, tensor, text, zeros } from "../../../lib/index.ts";

type Four = [Tensor, Tensor, Tensor, Tensor];

/** One step: clear, forward, backward, move. */
function step(loss: () => Tensor, optimizer: optim.Optimizer): () => void {
  return () => {
    optimizer.zeroGrad();
    loss().backward();
    optimizer.step();
  };
}

const labels = (count: number, classes: number) => randint(0, classes, [count]);

export function xorStep(): () => void {
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([[0], [1], [1], [0]]);
  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
  return step(() => F.binaryCrossEntropyWithLogits(model(x) as Tensor, y), optimizer);
}

export function mlpStep(rule: "SGD" | "Adam", batch = 64): () => void {
  const [x, y] = [randn([batch, 784]), labels(batch, 10)];
  const model = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
  const optimizer = new optim[rule](model.parameters(), { lr: 1e-3 });
  return step(() => F.crossEntropy(model(x) as Tensor, y), optimizer);
}

export function lenetStep(batch = 64): () => void {
  const [x, y] = [randn([batch, 1, 28, 28]), labels(batch, 10)];
  const model = new nn.Sequential(
    new nn.Conv2d(1, 16, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(32 * 49, 10),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  return step(() => F.crossEntropy(model(x) as Tensor, y), optimizer);
}

/** ResNet-18 on small pictures: a stem of one 3 × 3 convolution; forward and backward only. */
export function resnetPass(): () => void {
  const [x, y] = [randn([16, 3, 32, 32]), labels(16, 10)];
  const net = models.resnet18({ numClasses: 10 });
  const stem = new nn.Conv2d(3, 64, 3, { padding: 1, bias: false });
  const parameters = [stem, net.bn1, net.layer1, net.layer2, net.layer3, net.layer4, net.fc].flatMap((m) =>
    m.parameters(),
  );
  return () => {
    for (const p of parameters) p.grad = null;
    const hidden = net.layer4(net.layer3(net.layer2(net.layer1(F.relu(net.bn1(stem(x)))))));
    F.crossEntropy(net.fc(hidden.mean({ dim: [2, 3] })), y).backward();
  };
}

export function recurrentStep(kind: "LSTM" | "GRU", { steps = 32, batch = 32 } = {}): () => void {
  const x = randn([steps, batch, 128]);
  const y = labels(steps * batch, 10);
  const lstm = kind === "LSTM" ? new nn.LSTM(128, 128) : null;
  const gru = kind === "GRU" ? new nn.GRU(128, 128) : null;
  const parameters = [...(lstm ?? gru!).parameters()];
  const run = (): Tensor => (lstm !== null ? lstm(x)[0] : gru!(x)[0]);
  const head = new nn.Linear(128, 10);
  const optimizer = new optim.Adam([...parameters, ...head.parameters()], { lr: 1e-3 });
  return step(() => F.crossEntropy(head(run().reshape([-1, 128])), y), optimizer);
}

export function gptStep({ batch = 16, length = 64 } = {}): () => void {
  const tokens = randint(0, 65, [batch, length]);
  const targets = labels(batch * length, 65);
  const embedding = new nn.Embedding(65, 128);
  const options = { dimFeedforward: 512, dropout: 0, batchFirst: true, normFirst: true, activation: "gelu" } as const;
  const blocks = [0, 1].map(() => new nn.TransformerEncoderLayer(128, 4, options));
  const head = new nn.Linear(128, 65);
  // −∞ above the diagonal: no token sees a later one.
  const mask = tensor(Array.from({ length }, (_, i) => Array.from({ length }, (_, j) => (j > i ? -Infinity : 0))));
  const parameters = [embedding, ...blocks, head].flatMap((module) => module.parameters());
  const optimizer = new optim.Adam(parameters, { lr: 1e-3 });
  const loss = () => {
    let hidden: Tensor = embedding(tokens);
    for (const block of blocks) hidden = block(hidden, { mask });
    return F.crossEntropy(head(hidden).reshape([-1, 65]), targets);
  };
  return step(loss, optimizer);
}

export function crossEntropyInputs(): { scores: Tensor; labels: Tensor } {
  return { scores: randn([512, 1000], { requiresGrad: true }), labels: labels(512, 1000) };
}

/** An LSTM as a reader writes it: step by step, from ops. */
export function writtenLstmStep({ steps = 32 } = {}): () => void {
  const [x, y] = [randn([steps, 32, 128]), labels(steps * 32, 10)];
  const weight = (rows: number, columns: number) => new nn.Parameter(randn([rows, columns]).mul(0.05));
  const [ofInput, ofState, bias] = [weight(128, 512), weight(128, 512), new nn.Parameter(zeros([512]))];
  const head = new nn.Linear(128, 10);
  const optimizer = new optim.Adam([ofInput, ofState, bias, ...head.parameters()], { lr: 1e-3 });
  const loss = () => {
    let [h, c] = [zeros([32, 128]), zeros([32, 128])];
    const outputs: Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      const [i, f, g, o] = x.select(0, t).matmul(ofInput).add(h.matmul(ofState)).add(bias).chunk(4, 1) as Four;
      c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
      h = o.sigmoid().mul(c.tanh());
      outputs.push(h);
    }
    return F.crossEntropy(head(stack(outputs).reshape([-1, 128])), y);
  };
  return step(loss, optimizer);
}

/** The paper's Transformer as the book trains it, dropout and all, on a vocabulary of 1000 tokens. */
export function transformerStep(): () => void {
  const model = new models.TransformerTranslator(1000, 1000);
  const [source, target] = [randint(0, 1000, [8, 32]), randint(0, 1000, [8, 32])];
  const next = labels(8 * 32, 1000);
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-4 });
  return step(() => F.crossEntropy(model(source, target).reshape([-1, 1000]), next), optimizer);
}

/** A pass of skip-gram over a text whose word k comes about 1 / k as often as the first. */
export function word2vecEpoch(): () => void {
  const words = Array.from({ length: 5000 }, (_, i) => Math.floor(1000 ** ((i * 0.6180339887498949) % 1)) - 1);
  const vocabulary = new text.Vocabulary([Array.from({ length: 1000 }, (_, i) => String(i)), words.map(String)]);
  const model = new text.Word2Vec(vocabulary, { size: 100, window: 5, negatives: 5, subsample: 0 });
  const encoded = vocabulary.encode(words.map(String));
  return () => model.fit([encoded], { epochs: 1 });
}
