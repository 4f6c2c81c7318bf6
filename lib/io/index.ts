/** Files that other programs read and write: what `io` holds. */
export { appendMetrics, type MetricRecord, readMetrics } from "./metrics.ts";
export * as numpy from "./numpy.ts";
export * as onnx from "./onnx/index.ts";
export * as safetensors from "./safetensors.ts";
