/**
 * What JupyterLab loads first of a prebuilt extension: a container of module federation, which is two functions by contract. Written by hand, since all
 * that webpack would do here is ask for one class that JupyterLab has anyway.
 */
import { type FigureModel, figureWidget, type LuminoWidget } from "./figure-widget.ts";

/** Packages that JupyterLab shares, by name and version; `get` gives a promise of what gives the module. */
type Shared = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

interface Container {
  init(shared: Shared): void;
  get(module: string): Promise<() => unknown>;
}

const mimeType = "application/vnd.plotly.v1+json";
// Only while this script is first run does the page know where it comes from.
const folder = new URL(".", (document.currentScript as HTMLScriptElement).src);
let shared: Shared = {};

async function lumino(): Promise<LuminoWidget> {
  const [version] = Object.values(shared["@lumino/widgets"] ?? {});
  if (!version) throw new Error("JupyterLab does not share @lumino/widgets, so plotly figures stay pictures");
  return ((await version.get())() as { Widget: LuminoWidget }).Widget;
}

async function mimeExtension() {
  const FigureWidget = figureWidget(await lumino(), new URL("plotly.js", folder).href);
  const extension = {
    id: "gradbook:plotly",
    // Before pictures, tables and text.
    rank: 0,
    dataType: "json",
    rendererFactory: {
      // Plotly runs no code that a figure brings, so that strangers' notebooks may show theirs.
      safe: true,
      mimeTypes: [mimeType],
      createRenderer: (): { renderModel(model: FigureModel): Promise<void> } => new FigureWidget(),
    },
  };
  return { __esModule: true, default: extension };
}

const container: Container = {
  init(scope) {
    shared = scope;
  },
  async get(module) {
    if (module !== "./mimeExtension") throw new Error(`gradbook's extension has no module ${module}`);
    const exports = await mimeExtension();
    return () => exports;
  },
};

const page = globalThis as { _JUPYTERLAB?: Record<string, Container> };
page._JUPYTERLAB = { ...page._JUPYTERLAB, gradbook: container };
