/** A plotly figure as JupyterLab's output area wants it. */

import type { LuminoWidget } from "./lumino.ts";
import { type DisplayModel, showPicture } from "./picture.ts";

interface Plotly {
  react(element: HTMLElement, data: readonly unknown[], layout?: object, config?: object): Promise<unknown>;
  purge(element: HTMLElement): void;
}

interface Figure {
  readonly data: readonly { readonly type?: string }[];
  readonly layout?: object;
  readonly config?: object;
}

/** Traces that plotly draws by WebGL. */
const threeDimensional = /3d$|^(surface|cone|streamtube|volume|isosurface)$/;

/**
 * The class of figures.
 *
 * @param Widget JupyterLab's own.
 * @param library Where plotly.js is, which is loaded when the first figure is shown.
 */
export function figureWidget(Widget: LuminoWidget, library: string) {
  return class FigureWidget extends Widget {
    async renderModel(model: DisplayModel): Promise<void> {
      const figure = model.data["application/vnd.plotly.v1+json"] as Figure;
      try {
        if (figure.data.some(({ type = "" }) => threeDimensional.test(type)) && !hasWebGL()) {
          throw new Error("there is no WebGL");
        }
        const { default: plotly } = (await import(library)) as { default: Plotly };
        await plotly.react(this.node, figure.data, figure.layout, { ...figure.config, displaylogo: false });
      } catch (error) {
        showPicture(this.node, model, error);
      }
    }
  };
}

function hasWebGL(): boolean {
  const canvas = document.createElement("canvas");
  return (canvas.getContext("webgl2") ?? canvas.getContext("webgl")) !== null;
}
