/** A chart of vega 6 or vega-lite 6 as JupyterLab's output area wants it; JupyterLab itself draws those of version 5. */
import type { LuminoWidget } from "./lumino.ts";
import { type DisplayModel, showPicture } from "./picture.ts";

interface Drawn {
  finalize(): void;
}

interface Library {
  default(element: HTMLElement, spec: object, options: object): Promise<Drawn>;
}

/** What charts are called in bundles, and the language of each. */
export const chartTypes: Readonly<Record<string, string>> = {
  "application/vnd.vegalite.v6+json": "vega-lite",
  "application/vnd.vega.v6+json": "vega",
};

/**
 * The class of charts.
 *
 * @param Widget JupyterLab's own.
 * @param library Where vega-embed is, which is loaded when the first chart is shown.
 */
export function chartWidget(Widget: LuminoWidget, library: string) {
  return class ChartWidget extends Widget {
    drawn: Drawn | null = null;

    async renderModel(model: DisplayModel): Promise<void> {
      const type = Object.keys(chartTypes).find((name) => name in model.data)!;
      const element = document.createElement("div");
      this.drawn?.finalize();
      this.drawn = null;
      this.node.replaceChildren(element);
      try {
        const { default: embed } = (await import(library)) as Library;
        this.drawn = await embed(element, model.data[type] as object, {
          mode: chartTypes[type],
          // As JupyterLab has it for version 5: a canvas, which thousands of points do not slow down; and what a spec says of its colours goes first.
          renderer: "canvas",
          ...(document.body.dataset.jpThemeLight === "false" ? { theme: "dark" } : {}),
          ...(model.metadata?.[type] as { embed_options?: object } | undefined)?.embed_options,
        });
      } catch (error) {
        showPicture(this.node, model, error);
      }
    }

    override dispose(): void {
      this.drawn?.finalize();
      super.dispose();
    }
  };
}
