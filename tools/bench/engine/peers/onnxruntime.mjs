/**
 * The workloads of the engine's benchmark that need no training, in onnxruntime on its CPU provider. The models are exports of ours, so both compute
 * the same.
 */
import { availableParallelism } from "node:os";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { F, io, randn } from "../../../../dist/lib/index.js";
import { report } from "./least.mjs";

const intraOpNumThreads = Number(process.env.GRADBOOK_THREADS || availableParallelism());

/** A session that computes what a function of ours does with tensors of the shapes. */
const on = (shapes, run) => async () => {
  const inputs = shapes.map((shape) => randn(shape));
  const session = await InferenceSession.create(io.onnx.toBytes(run, inputs), { intraOpNumThreads });
  const feeds = Object.fromEntries(
    session.inputNames.map((name, i) => [name, new Tensor("float32", inputs[i].data.slice(), [...inputs[i].shape])]),
  );
  return () => session.run(feeds);
};
const product = (m, k, n) =>
  on(
    [
      [m, k],
      [k, n],
    ],
    (a, b) => a.matmul(b),
  );
const million = [1_000_000];

await report("onnxruntime", {
  "product 64³": product(64, 64, 64),
  "product 256³": product(256, 256, 256),
  "product 512³": product(512, 512, 512),
  "product 1024³": product(1024, 1024, 1024),
  "product 32 × 784 × 128": product(32, 784, 128),
  "product 128 × 512 × 2048": product(128, 512, 2048),
  "softmax 512 × 1000": on([[512, 1000]], (x) => x.softmax(1)),
  "layer norm 512 × 1000": on([[512, 1000], [1000], [1000]], (x, weight, bias) =>
    F.layerNorm(x, [1000], { weight, bias }),
  ),
  "exp of 1M": on([million], (x) => x.exp()),
  "sin of 1M": on([million], (x) => x.sin()),
  "tan of 1M": on([million], (x) => x.tan()),
  "sum of 1M": on([million], (x) => x.sum()),
  "add of 1M": on([million, million], (a, b) => a.add(b)),
  "relu of 1M": on([million], (x) => x.relu()),
  "sigmoid(a·b + a)·b − a of 1M": on([million, million], (a, b) => a.mul(b).add(a).sigmoid().mul(b).sub(a)),
});
