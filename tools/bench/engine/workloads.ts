/** What the engine's benchmark measures of ours; `pytorch.py` has the same workloads under the same names. */

import { eye, F, linalg, randn, type Tensor } from "../../../lib/index.ts";
import { layers } from "./layers.ts";
import {
  crossEntropyInputs,
  gptStep,
  lenetStep,
  mlpStep,
  recurrentStep,
  resnetPass,
  transformerStep,
  word2vecEpoch,
  writtenLstmStep,
  xorStep,
} from "./models.ts";

/** Makes what a workload needs and gives the function to time. */
export type Workload = () => () => unknown;

const multiply = (m: number, k: number, n: number): Workload => {
  return () => {
    const [a, b] = [randn([m, k]), randn([k, n])];
    return () => a.matmul(b);
  };
};

/** A decomposition of a square matrix, symmetric and positive definite where it must be. */
const decompose = (run: (x: Tensor) => unknown, { definite = false, rows = 200 } = {}): Workload => {
  return () => {
    const x = randn([rows, rows]);
    const given = definite ? x.matmul(x.t()).add(eye(rows).mul(rows)) : x;
    return () => run(given);
  };
};

const million = 1_000_000;

export const workloads: Readonly<Record<string, Workload>> = {
  "add of 10 elements, recorded": () => {
    const [a, b] = [randn([10]), randn([10], { requiresGrad: true })];
    return () => a.add(b);
  },
  "5 ops forward and backward, n = 10": () => {
    const [a, b] = [randn([10]), randn([10], { requiresGrad: true })];
    return () => {
      b.grad = null;
      a.mul(b).add(a).tanh().mul(b).sum().backward();
    };
  },
  "XOR MLP step (2-8-1, batch 4, Adam)": xorStep,
  "MLP 784-128-10, batch 64, SGD": () => mlpStep("SGD"),
  "MLP 784-128-10, batch 64, Adam": () => mlpStep("Adam"),
  "LeNet-like CNN, batch 64": () => lenetStep(),
  "ResNet-18, 32², batch 16, forward and backward": resnetPass,
  "nn.LSTM 128, 32 steps, batch 32": () => recurrentStep("LSTM"),
  "LSTM from ops, 128, 32 steps, batch 32": () => writtenLstmStep(),
  "nn.GRU 128, 32 steps, batch 32": () => recurrentStep("GRU"),
  "GPT, 2 layers × 128, 64 tokens, batch 16": () => gptStep(),
  "the book's Transformer (d 512, 6 + 6 layers, batch 8, 32 tokens)": transformerStep,
  "word2vec with negative sampling, 5,000 words": word2vecEpoch,
  "product 64³": multiply(64, 64, 64),
  "product 256³": multiply(256, 256, 256),
  "product 512³": multiply(512, 512, 512),
  "product 1024³": multiply(1024, 1024, 1024),
  "product 32 × 784 × 128": multiply(32, 784, 128),
  "product 128 × 512 × 2048": multiply(128, 512, 2048),
  "SVD of 200 × 200": decompose(linalg.svd),
  "eigenvalues and vectors of 200 × 200": decompose(linalg.eigh, { definite: true }),
  "QR of 200 × 200": decompose(linalg.qr),
  "Cholesky of 200 × 200": decompose(linalg.cholesky, { definite: true }),
  "inverse of 200 × 200": decompose(linalg.inv),
  "QR of 1000 × 1000": decompose(linalg.qr, { rows: 1000 }),
  "Cholesky of 1000 × 1000": decompose(linalg.cholesky, { definite: true, rows: 1000 }),
  "inverse of 1000 × 1000": decompose(linalg.inv, { rows: 1000 }),
  "softmax 512 × 1000": () => {
    const x = randn([512, 1000]);
    return () => x.softmax(1);
  },
  "layer norm 512 × 1000": () => {
    const [x, weight, bias] = [randn([512, 1000]), randn([1000]), randn([1000])];
    return () => F.layerNorm(x, [1000], { weight, bias });
  },
  "cross-entropy 512 × 1000, forward and backward": () => {
    const { scores, labels } = crossEntropyInputs();
    return () => {
      scores.grad = null;
      F.crossEntropy(scores, labels).backward();
    };
  },
  "exp of 1M": () => {
    const x = randn([million]);
    return () => x.exp();
  },
  "sin of 1M": () => {
    const x = randn([million]);
    return () => x.sin();
  },
  "tan of 1M": () => {
    const x = randn([million]);
    return () => x.tan();
  },
  "sum of 1M": () => {
    const x = randn([million]);
    return () => x.sum();
  },
  "add of 1M": () => {
    const [a, b] = [randn([million]), randn([million])];
    return () => a.add(b);
  },
  "relu of 1M": () => {
    const x = randn([million]);
    return () => x.relu();
  },
  "sigmoid(a·b + a)·b − a of 1M": () => {
    const [a, b] = [randn([million]), randn([million])];
    return () => a.mul(b).add(a).sigmoid().mul(b).sub(a);
  },
  ...layers,
};

/** Workloads of which not the time counts but the memory at its peak; as workloads, to be run some times. */
export const peaks: Readonly<Record<string, Workload>> = {
  "memory at peak, ResNet-18 step": resnetPass,
};
