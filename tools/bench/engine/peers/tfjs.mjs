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
  "sum of 1M": on([million], (x) => tf.sum(x)),
  "add of 1M": on([million, million], (a, b) => tf.add(a, b)),
  "relu of 1M": on([million], (x) => tf.relu(x)),
  "sigmoid(a·b + a)·b − a of 1M": on([million, million], (a, b) =>
    tf.tidy(() => a.mul(b).add(a).sigmoid().mul(b).sub(a)),
  ),
});
