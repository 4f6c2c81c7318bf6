/** First values of parameters: what `nn.init` holds. */
export * from "./init.ts";
export * from "./init-schemes.ts";
