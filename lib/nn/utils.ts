/** Helpers around layers, where PyTorch has them: `nn.utils.rnn`. */
export * as rnn from "./packed-sequence.ts";
