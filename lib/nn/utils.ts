/** Helpers around layers, where PyTorch has them: `nn.utils`. */
export * as rnn from "./packed-sequence.ts";
export { skipInit } from "./skip-init.ts";
export * from "./vector.ts";
export * from "./weight-noise.ts";
