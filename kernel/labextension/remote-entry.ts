/**
 * What JupyterLab loads first of a prebuilt extension: a container of module federation, which is two functions by contract. Written by hand, since all
 * that webpack would do here is ask for one class that JupyterLab has anyway.
 */
import { chartTypes, chartWidget } from "./chart-widget.ts";
import { figureWidget } from "./figure-widget.ts";
import type { LuminoWidget } from "./lumino.ts";
import type { DisplayModel } from "./picture.ts";

/** Packages that JupyterLab shares, by name and version; `get` gives a promise of what gives the module. */
type Shared = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

interface Container {
  init(shared: Shared): void;
  get(module: string): Promise<() => unknown>;
}

// Only while this script is first run does the page know where it comes from.
const folder = new URL(".", (document.currentScript as HTMLScriptElement).src);
let shared: Shared = {};

async function lumino(): Promise<LuminoWidget> {
  const [version] = Object.values(shared["@lumino/widgets"] ?? {});
  if (!version) throw new Error("JupyterLab does not share @lumino/widgets, so figures and charts stay pictures");
  return ((await version.get())() as { Widget: LuminoWidget }).Widget;
}

/** A renderer of some kinds of values. */
type Renderer = new () => { renderModel(model: DisplayModel): Promise<void> };

function extension(name: string, mimeTypes: readonly string[], Renderer: Renderer) {
  return {
    id: `gradbook:${name}`,
    // Before pictures, tables and text.
    rank: 0,
    dataType: "json",
    // Neither library runs code that a value brings, so that strangers' notebooks may show theirs.
    rendererFactory: { safe: true, mimeTypes, createRenderer: () => new Renderer() },
  };
}

async function mimeExtensions() {
  const Widget = await lumino();
  const beside = (file: string) => new URL(file, folder).href;
  const extensions = [
    extension("plotly", ["application/vnd.plotly.v1+json"], figureWidget(Widget, beside("plotly.js"))),
    extension("vega", Object.keys(chartTypes), chartWidget(Widget, beside("vega.js"))),
  ];
  return { __esModule: true, default: extensions };
}

const container: Container = {
  init(scope) {
    shared = scope;
  },
  async get(module) {
    if (module !== "./mimeExtension") throw new Error(`gradbook's extension has no module ${module}`);
    const exports = await mimeExtensions();
    return () => exports;
  },
};

const page = globalThis as { _JUPYTERLAB?: Record<string, Container> };
page._JUPYTERLAB = { ...page._JUPYTERLAB, gradbook: container };
