/** The workloads of the engine's benchmark in TensorFlow.js, on the backend that TFJS_BACKEND names: wasm or cpu. */
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { report } from "./least.mjs";

const backend = process.env.TFJS_BACKEND ?? "wasm";
setThreadsCount(Number(process.env.GRADBOOK_THREADS || availableParallelism()));
await tf.setBackend(backend);
await tf.ready();

/** Runs ops on fresh tensors of the shapes; what they give is freed again. */
const on = (shapes, run) => () => {
  const tensors = shapes.map((shape) => tf.randomNormal(shape));
  return () => run(...tensors).dispose();
};
const product = (m, k, n) =>
  on(
    [
      [m, k],
      [k, n],
    ],
    (a, b) => tf.matMul(a, b),
  );
const labels = (count, classes) => tf.oneHot(tf.randomUniform([count], 0, classes, "int32"), classes).toFloat();
const crossEntropy = (scores, truth) => tf.losses.softmaxCrossEntropy(truth, scores);
const step = (optimizer, loss) => () => void optimizer.minimize(loss);

/** A training step of layers in a row. */
function training(x, y, stack, optimizer, loss = crossEntropy) {
  const model = tf.sequential({ layers: stack });
  return step(optimizer, () => loss(model.apply(x, { training: true }), y));
}
const dense = (units, options = {}) => tf.layers.dense({ units, ...options });

const mlp = (optimizer) => () =>
  training(
    tf.randomNormal([64, 784]),
    labels(64, 10),
    [dense(128, { inputShape: [784], activation: "relu" }), dense(10)],
    optimizer(1e-3),
  );
const recurrent = (kind) => () =>
  training(
    tf.randomNormal([32, 32, 128]),
    labels(32 * 32, 10),
    [tf.layers[kind]({ units: 128, returnSequences: true, inputShape: [32, 128] }), dense(10)],
    tf.train.adam(1e-3),
    (scores, truth) => crossEntropy(scores.reshape([-1, 10]), truth),
  );
const convolution = (filters, options = {}) =>
  tf.layers.conv2d({ filters, kernelSize: 5, padding: "same", activation: "relu", ...options });
const pooling = () => tf.layers.maxPooling2d({ poolSize: 2 });

/** Two blocks of a GPT, of ops: the layers of the library have no attention. */
function gpt() {
  const [batch, length, width, words] = [16, 64, 128, 65];
  const weight = (...shape) => tf.variable(tf.randomNormal(shape, 0, 0.05));
  const affine = (from, to) => [weight(from, to), tf.variable(tf.zeros([to]))];
  const norm = () => [tf.variable(tf.ones([width])), tf.variable(tf.zeros([width]))];
  const apply = (x, [w, b]) => x.matMul(w).add(b);
  const normalize = (x, [w, b]) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(w).add(b);
  };
  const heads = (x) => x.reshape([batch, length, 4, width / 4]).transpose([0, 2, 1, 3]);
  // −∞ above the diagonal: no token sees a later one.
  const mask = tf.linalg
    .bandPart(tf.ones([length, length]), -1, 0)
    .sub(1)
    .mul(1e9);
  const block = () => {
    const [first, second] = [norm(), norm()];
    const [query, key, value, output] = [1, 2, 3, 4].map(() => affine(width, width));
    const [up, down] = [affine(width, 4 * width), affine(4 * width, width)];
    return (h) => {
      const x = normalize(h, first);
      const scores = tf.matMul(heads(apply(x, query)), heads(apply(x, key)), false, true).div(Math.sqrt(width / 4));
      const seen = scores
        .add(mask)
        .softmax()
        .matMul(heads(apply(x, value)));
      const middle = h.add(apply(seen.transpose([0, 2, 1, 3]).reshape([batch * length, width]), output));
      const wide = apply(normalize(middle, second), up);
      return middle.add(apply(wide.mul(wide.mul(Math.SQRT1_2).erf().add(1).mul(0.5)), down));
    };
  };
  const [embedding, blocks, head] = [weight(words, width), [block(), block()], affine(width, words)];
  // As ones in rows, since numbers of rows have no gradient on wasm.
  const [tokens, truth] = [labels(batch * length, words), labels(batch * length, words)];
  return step(tf.train.adam(1e-3), () => {
    let hidden = tokens.matMul(embedding);
    for (const block of blocks) hidden = block(hidden);
    return crossEntropy(apply(hidden, head), truth);
  });
}

/** An LSTM from ops, step by step. */
function writtenLstm() {
  const weight = (...shape) => tf.variable(tf.randomNormal(shape, 0, 0.05));
  const [x, truth] = [tf.randomNormal([32, 32, 128]), labels(1024, 10)];
  const [ofInput, ofState, bias] = [weight(128, 512), weight(128, 512), tf.variable(tf.zeros([512]))];
  const [head, shift] = [weight(128, 10), tf.variable(tf.zeros([10]))];
  return step(tf.train.adam(1e-3), () => {
    let [h, c] = [tf.zeros([32, 128]), tf.zeros([32, 128])];
    const outputs = tf.unstack(x).map((input) => {
      const [i, f, g, o] = tf.split(input.matMul(ofInput).add(h.matMul(ofState)).add(bias), 4, 1);
      c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
      h = o.sigmoid().mul(c.tanh());
      return h;
    });
    return crossEntropy(tf.stack(outputs).reshape([-1, 128]).matMul(head).add(shift), truth);
  });
}
const million = [1_000_000];

await report(`TensorFlow.js ${tf.version.tfjs} on ${tf.getBackend()}`, {
  "5 ops forward and backward, n = 10": () => {
    const [a, b] = [tf.randomNormal([10]), tf.variable(tf.randomNormal([10]))];
    const loss = () => a.mul(b).add(a).tanh().mul(b).sum();
    return () => tf.tidy(() => void tf.variableGrads(loss, [b]));
  },
  "XOR MLP step (2-8-1, batch 4, Adam)": () =>
    training(
      tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]),
      tf.tensor2d([0, 1, 1, 0], [4, 1]),
      [dense(8, { inputShape: [2], activation: "tanh" }), dense(1)],
      tf.train.adam(0.02),
      (scores, truth) => tf.losses.sigmoidCrossEntropy(truth, scores),
    ),
  "MLP 784-128-10, batch 64, SGD": mlp(tf.train.sgd),
  "MLP 784-128-10, batch 64, Adam": mlp(tf.train.adam),
  "LeNet-like CNN, batch 64": () =>
    training(
      tf.randomNormal([64, 28, 28, 1]),
      labels(64, 10),
      [
        convolution(16, { inputShape: [28, 28, 1] }),
        pooling(),
        convolution(32),
        pooling(),
        tf.layers.flatten(),
        dense(10),
      ],
      tf.train.adam(1e-3),
    ),
  "nn.LSTM 128, 32 steps, batch 32": recurrent("lstm"),
  "nn.GRU 128, 32 steps, batch 32": recurrent("gru"),
  "LSTM from ops, 128, 32 steps, batch 32": writtenLstm,
  "GPT, 2 layers × 128, 64 tokens, batch 16": gpt,
  "QR of 200 × 200": () => {
    const x = tf.randomNormal([200, 200]);
    return () => tf.dispose(tf.linalg.qr(x));
  },
  "product 64³": product(64, 64, 64),
  "product 256³": product(256, 256, 256),
  "product 512³": product(512, 512, 512),
  "product 1024³": product(1024, 1024, 1024),
  "product 32 × 784 × 128": product(32, 784, 128),
  "product 128 × 512 × 2048": product(128, 512, 2048),
  "softmax 512 × 1000": on([[512, 1000]], (x) => tf.softmax(x, 1)),
  "layer norm 512 × 1000": on([[512, 1000], [1000], [1000]], (x, weight, bias) =>
    tf.tidy(() => {
      const { mean, variance } = tf.moments(x, 1, true);
      return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(weight).add(bias);
    }),
  ),
  "cross-entropy 512 × 1000, forward and backward": () => {
    const [scores, truth] = [tf.variable(tf.randomNormal([512, 1000])), labels(512, 1000)];
    return () => tf.tidy(() => void tf.variableGrads(() => crossEntropy(scores, truth), [scores]));
  },
  "exp of 1M": on([million], (x) => tf.exp(x)),
  "sin of 1M": on([million], (x) => tf.sin(x)),
  "tan of 1M": on([million], (x) => tf.tan(x)),
  "sum of 1M": on([million], (x) => tf.sum(x)),
  "add of 1M": on([million, million], (a, b) => tf.add(a, b)),
  "relu of 1M": on([million], (x) => tf.relu(x)),
  "sigmoid(a·b + a)·b − a of 1M": on([million, million], (a, b) =>
    tf.tidy(() => a.mul(b).add(a).sigmoid().mul(b).sub(a)),
  ),
});
