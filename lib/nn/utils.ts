/** Helpers around layers, where PyTorch has them: `nn.utils`. */
export * as rnn from "./packed-sequence.ts";
export * from "./vector.ts";
export * from "./weight-noise.ts";
