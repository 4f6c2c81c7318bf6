/** In the page: what VS Code's two renderers of charts do with an output, by the libraries that they do it with. */
import { PlotlyTransform } from "@nteract/transform-plotly";
import { createElement } from "react";
import { render } from "react-dom";
import embed from "vega-embed-6";

type Renderer = (value: object, element: HTMLElement) => Promise<unknown> | undefined;

/** Renderer `jupyter-vega-renderer`: a menu to export, and vega's dark theme on a dark page unless the spec has a background of its own. */
const vegaRenderer: Renderer = (spec, element) => {
  const isDark = document.body.classList.contains("vscode-dark") && !(spec as { background?: unknown }).background;
  return embed(element.appendChild(document.createElement("div")), spec, {
    mode: "vega-lite",
    defaultStyle: true,
    actions: { export: true, compiled: false, editor: false, source: false },
    ...(isDark ? { theme: "dark" } : {}),
  });
};

/** Renderer `jupyter-notebook-renderer`: nteract's component, which takes traces and layout and leaves the configuration. */
const notebookRenderer: Renderer = (value, element) => {
  render(createElement(PlotlyTransform, { data: value }), element);
  return undefined;
};

const renderers: Readonly<Record<string, Renderer>> = {
  "application/vnd.plotly.v1+json": notebookRenderer,
  "application/vnd.vegalite.v5+json": vegaRenderer,
};

/** Renders an output as the type that VS Code has chosen, at the end of the page. */
async function renderOutput(mimeType: string, value: object): Promise<void> {
  const element = document.createElement("div");
  element.className = "output";
  element.dataset.mimeType = mimeType;
  document.body.append(element);
  await renderers[mimeType]!(value, element);
}

Object.assign(window, { renderOutput });
