/** What cells find in scope beside the library; compiler/checker/scope.ts has the types. Each may be declared by a cell for itself. */
import { Audio } from "../display/audio.ts";
import { Code } from "../display/code.ts";
import { FileLink } from "../display/file-link.ts";
import { Image } from "../display/image.ts";
import { Json } from "../display/json.ts";
import { HTML, Latex, Markdown, SVG } from "../display/markup.ts";
import { html, md, tex } from "../display/templates.ts";
import { Video } from "../display/video.ts";
import { CELL_NAMES, type CellName } from "../link/cell-names.ts";
import { comms } from "./comms.ts";
import { clearOutput, display } from "./display.ts";
import { input, password } from "./input.ts";
import { meta } from "./modules.ts";
import { requireFromNotebook } from "./packages.ts";

export const scope: Readonly<Record<string, unknown>> = {
  display,
  clearOutput,
  input,
  password,
  comms,
  HTML,
  Markdown,
  Latex,
  SVG,
  Json,
  Video,
  Code,
  FileLink,
  html,
  md,
  tex,
};

const own: Readonly<Record<CellName, unknown>> = { Image, Audio };

/** What only cells see, as members of the runtime; a global of that name, as a document for servers has it, comes before ours. */
export const cellNames: Readonly<Record<CellName, unknown>> = Object.create(
  null,
  Object.fromEntries(
    CELL_NAMES.map((name) => {
      const get = (): unknown => (name in globalThis ? (globalThis as Record<string, unknown>)[name] : own[name]);
      return [name, { get, enumerable: true }];
    }),
  ),
);

/** What CommonJS has in scope. */
export const commonJs: Readonly<Record<string, unknown>> = {
  require: requireFromNotebook,
  __filename: meta.filename,
  __dirname: meta.dirname,
};
