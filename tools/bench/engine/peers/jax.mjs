/** The workloads of the engine's benchmark in jax-js on its WebAssembly device, compiled with `jit` as its users would. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import { report } from "./least.mjs";

await init("wasm");
defaultDevice("wasm");

let seed = 0;
const randn = (shape) => random.normal(random.key(seed++), shape);
/** Every call takes its arguments away, so they are lent; a call is over when its results can be read. */
const on = (shapes, run) => () => {
  const tensors = shapes.map(randn);
  const compiled = jit(run);
  return async () => {
    const result = compiled(...tensors.map((tensor) => tensor.ref));
    await result.blockUntilReady();
    result.dispose();
  };
};
const product = (m, k, n) =>
  on(
    [
      [m, k],
      [k, n],
    ],
    (a, b) => np.matmul(a, b),
  );
const labels = (count, classes) =>
  nn.oneHot(np.array(new Int32Array(count).map(() => Math.random() * classes)), classes);
const crossEntropy = (scores, truth) => nn.logSoftmax(scores, 1).mul(truth).sum(1).mean().mul(-1);

/** A step of SGD or Adam as one compiled function from the state to the next one. */
function training(parameters, loss, { adam = false, lr = 1e-3 } = {}) {
  const gradients = valueAndGrad(loss);
  const zeros = () => parameters.map((p) => np.zeros(p.shape));
  const update = jit((state) => {
    const [value, slopes] = gradients(state.parameters.map((p) => p.ref));
    if (!adam) return { value, parameters: state.parameters.map((p, i) => p.sub(slopes[i].mul(lr))) };
    const t = state.t.add(1);
    const m = state.m.map((m, i) => m.mul(0.9).add(slopes[i].ref.mul(0.1)));
    const v = state.v.map((v, i) => v.mul(0.999).add(np.square(slopes[i]).mul(0.001)));
    const [c1, c2] = [0.9, 0.999].map((beta) => np.power(beta, t.ref).mul(-1).add(1));
    const next = state.parameters.map((p, i) =>
      p.sub(
        m[i].ref
          .div(c1.ref)
          .div(np.sqrt(v[i].ref.div(c2.ref)).add(1e-8))
          .mul(lr),
      ),
    );
    tree.dispose([c1, c2]);
    return { value, parameters: next, m, v, t };
  });
  let state = adam ? { parameters, m: zeros(), v: zeros(), t: np.array(0) } : { parameters };
  return async () => {
    const { value, ...next } = update(state);
    state = next;
    await value.blockUntilReady();
    value.dispose();
  };
}

const mlp = (options) => () => {
  const [x, y] = [randn([64, 784]), labels(64, 10)];
  const parameters = [randn([784, 128]), np.zeros([128]), randn([128, 10]), np.zeros([10])];
  const loss = ([w1, b1, w2, b2]) => crossEntropy(np.matmul(nn.relu(np.matmul(x.ref, w1).add(b1)), w2).add(b2), y.ref);
  return training(parameters, loss, options);
};

/** Two blocks of a GPT, of ops: the library's own attention needs a later Node than 20. */
function gpt() {
  const [batch, length, width, words] = [16, 64, 128, 65];
  const [tokens, truth] = [labels(batch * length, words), labels(batch * length, words)];
  const weight = (...shape) => randn(shape).mul(0.05);
  const norm = () => [np.ones([width]), np.zeros([width])];
  const affine = (from, to) => [weight(from, to), np.zeros([to])];
  const block = () => [
    ...norm(),
    ...[1, 2, 3, 4].flatMap(() => affine(width, width)),
    ...norm(),
    ...affine(width, 4 * width),
    ...affine(4 * width, width),
  ];
  const parameters = [weight(words, width), ...block(), ...block(), ...affine(width, words)];
  const apply = (x, w, b) => np.matmul(x, w).add(b);
  const normalize = (x, w, b) => nn.standardize(x, -1).mul(w).add(b);
  const heads = (x) => np.transpose(x.reshape([batch, length, 4, width / 4]), [0, 2, 1, 3]);
  // −∞ above the diagonal: no token sees a later one.
  const mask = np
    .tril(np.ones([length, length]))
    .sub(1)
    .mul(1e9);
  const transform = (h, p) => {
    const x = normalize(h.ref, p[0], p[1]);
    const [query, key] = [heads(apply(x.ref, p[2], p[3])), heads(apply(x.ref, p[4], p[5]))];
    const scores = np
      .matmul(query, np.matrixTranspose(key))
      .mul((width / 4) ** -0.5)
      .add(mask.ref);
    const seen = np.transpose(np.matmul(nn.softmax(scores, -1), heads(apply(x, p[6], p[7]))), [0, 2, 1, 3]);
    const middle = h.add(apply(seen.reshape([batch * length, width]), p[8], p[9]));
    const wide = nn.gelu(apply(normalize(middle.ref, p[10], p[11]), p[12], p[13]));
    return middle.add(apply(wide, p[14], p[15]));
  };
  const loss = (p) => {
    const hidden = transform(transform(np.matmul(tokens.ref, p[0]), p.slice(1, 17)), p.slice(17, 33));
    return crossEntropy(apply(hidden, p[33], p[34]), truth.ref);
  };
  return training(parameters, loss, { adam: true });
}

/** A decomposition of a square matrix, symmetric and positive definite where it must be. */
const decompose =
  (rows, run, definite = false) =>
  () => {
    const x = randn([rows, rows]);
    const given = definite ? np.matmul(x.ref, np.matrixTranspose(x)).add(np.eye(rows).mul(rows)) : x;
    return async () => {
      const results = [run(given.ref)].flat();
      for (const result of results) {
        await result.blockUntilReady();
        result.dispose();
      }
    };
  };
const million = [1_000_000];
const version = () => {
  const entry = createRequire(import.meta.url).resolve("@jax-js/jax");
  return JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8")).version;
};

await report(`jax-js ${version()} on wasm`, {
  "5 ops forward and backward, n = 10": () => {
    const [a, b] = [randn([10]), randn([10])];
    const slope = jit(valueAndGrad((b, a) => np.tanh(a.ref.mul(b.ref).add(a)).mul(b).sum()));
    return async () => {
      const [value, gradient] = slope(b.ref, a.ref);
      await gradient.blockUntilReady();
      tree.dispose([value, gradient]);
    };
  },
  "XOR MLP step (2-8-1, batch 4, Adam)": () => {
    const [x, y] = [np.array([0, 0, 0, 1, 1, 0, 1, 1]).reshape([4, 2]), np.array([0, 1, 1, 0]).reshape([4, 1])];
    const parameters = [randn([2, 8]), np.zeros([8]), randn([8, 1]), np.zeros([1])];
    const loss = ([w1, b1, w2, b2]) => {
      const scores = np.matmul(np.tanh(np.matmul(x.ref, w1).add(b1)), w2).add(b2);
      return nn.softplus(scores.ref).sub(scores.mul(y.ref)).mean();
    };
    return training(parameters, loss, { adam: true, lr: 0.02 });
  },
  "MLP 784-128-10, batch 64, SGD": mlp({ adam: false }),
  "MLP 784-128-10, batch 64, Adam": mlp({ adam: true }),
  "LeNet-like CNN, batch 64": () => {
    const [x, y] = [randn([64, 1, 28, 28]), labels(64, 10)];
    const shapes = [[16, 1, 5, 5], [16, 1, 1], [32, 16, 5, 5], [32, 1, 1], [32 * 49, 10], [10]];
    const parameters = shapes.map((shape) => randn(shape).mul(0.1));
    // Windows of 2 × 2 do not overlap, so that the maximum over them is one over two axes.
    const pool = (h, size) => np.max(h.reshape([64, -1, size, 2, size, 2]), [3, 5]);
    const layer = (h, w, b) => nn.relu(lax.conv(h, w, [1, 1], "SAME").add(b));
    const loss = ([w1, b1, w2, b2, w3, b3]) => {
      const features = pool(layer(pool(layer(x.ref, w1, b1), 14), w2, b2), 7);
      return crossEntropy(np.matmul(features.reshape([64, -1]), w3).add(b3), y.ref);
    };
    return training(parameters, loss, { adam: true });
  },
  "GPT, 2 layers × 128, 64 tokens, batch 16": gpt,
  "SVD of 200 × 200": decompose(200, (x) => lax.linalg.svd(x)),
  "eigenvalues and vectors of 200 × 200": decompose(200, (x) => np.linalg.eigh(x), true),
  "Cholesky of 200 × 200": decompose(200, (x) => np.linalg.cholesky(x), true),
  "inverse of 200 × 200": decompose(200, (x) => np.linalg.inv(x)),
  "Cholesky of 1000 × 1000": decompose(1000, (x) => np.linalg.cholesky(x), true),
  "inverse of 1000 × 1000": decompose(1000, (x) => np.linalg.inv(x)),
  "product 64³": product(64, 64, 64),
  "product 256³": product(256, 256, 256),
  "product 512³": product(512, 512, 512),
  "product 1024³": product(1024, 1024, 1024),
  "product 32 × 784 × 128": product(32, 784, 128),
  "product 128 × 512 × 2048": product(128, 512, 2048),
  "softmax 512 × 1000": on([[512, 1000]], (x) => nn.softmax(x, 1)),
  "layer norm 512 × 1000": on([[512, 1000], [1000], [1000]], (x, weight, bias) => {
    const centred = x.ref.sub(np.mean(x, 1, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), 1, { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(weight)
      .add(bias);
  }),
  "cross-entropy 512 × 1000, forward and backward": () => {
    const [scores, truth] = [randn([512, 1000]), labels(512, 1000)];
    const slope = jit(valueAndGrad(crossEntropy));
    return async () => {
      const [value, gradient] = slope(scores.ref, truth.ref);
      await gradient.blockUntilReady();
      tree.dispose([value, gradient]);
    };
  },
  "exp of 1M": on([million], (x) => np.exp(x)),
  "sin of 1M": on([million], (x) => np.sin(x)),
  "tan of 1M": on([million], (x) => np.tan(x)),
  "sum of 1M": on([million], (x) => np.sum(x)),
  "add of 1M": on([million, million], (a, b) => np.add(a, b)),
  "relu of 1M": on([million], (x) => nn.relu(x)),
  "sigmoid(a·b + a)·b − a of 1M": on([million, million], (a, b) =>
    nn.sigmoid(a.ref.mul(b.ref).add(a.ref)).mul(b).sub(a),
  ),
});
