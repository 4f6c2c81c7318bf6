import { createRequire } from "node:module";
import { PROTOCOL_VERSION, type ReplyContent } from "../protocol/messages.ts";

declare const GRADBOOK_VERSION: string | undefined;

/** Set by the build from package.json. */
const VERSION = typeof GRADBOOK_VERSION === "string" ? GRADBOOK_VERSION : "0.0.0";

/** The version of TypeScript that checks the cells: of the package that is installed, not of the one that the kernel was built with. */
const TYPESCRIPT_VERSION = (createRequire(import.meta.url)("typescript/package.json") as { version: string }).version;

export function kernelInfo(): ReplyContent<"kernel_info_request"> {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "gradbook",
    implementation_version: VERSION,
    language_info: {
      name: "typescript",
      version: TYPESCRIPT_VERSION,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      // JupyterLab looks this up among the names of its languages; CodeMirror 5's { name: "javascript", typescript: true } would give it JavaScript.
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `gradbook ${VERSION}: TypeScript on Node ${process.versions.node}, with its deep-learning library in scope`,
    debugger: true,
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "PyTorch, whose names the library follows", url: "https://pytorch.org/docs/stable/" },
      { text: "Vega-Lite, in which charts are written", url: "https://vega.github.io/vega-lite/docs/" },
    ],
    supported_features: ["kernel subshells", "debugger"],
  };
}
