/** The bundle of plotly.js comes without types; this is what a report asks of it. */
declare module "plotly.js-dist-min" {
  const Plotly: {
    newPlot(element: HTMLElement, data: readonly unknown[], layout?: object, config?: object): Promise<HTMLElement>;
  };
  export default Plotly;
}
