/** What the page asks of packages that come without types. */
declare module "react" {
  export function createElement(component: unknown, properties: object): object;
}

declare module "react-dom" {
  export function render(element: object, container: HTMLElement): void;
}

declare module "@nteract/transform-plotly" {
  export const PlotlyTransform: unknown;
}

declare module "vega-embed-6" {
  interface Options {
    mode: "vega" | "vega-lite";
    theme?: "dark";
    defaultStyle: boolean;
    actions: { export: boolean; compiled: boolean; editor: boolean; source: boolean };
  }
  export default function embed(element: HTMLElement, spec: object, options: Options): Promise<object>;
}
