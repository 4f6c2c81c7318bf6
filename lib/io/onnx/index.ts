/** Models for other programs: what `io.onnx` holds. */
export { type Exportable, type ExportOptions, exportFile, toBytes } from "./export.ts";
