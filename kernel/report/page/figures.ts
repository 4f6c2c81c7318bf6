/** In a report: figures of plotly. */
import Plotly from "plotly.js-dist-min";
import { replacePictures } from "./pictures.ts";

interface Figure {
  data: readonly { type?: string }[];
  layout?: object;
  config?: object;
}

/** Traces that plotly draws by WebGL. */
const threeDimensional = /3d$|^(surface|cone|streamtube|volume|isosurface)$/;

replacePictures<Figure>("figure", ({ data, layout, config }, element) => {
  // Plotly would show a complaint in place of the figure: the picture says more.
  if (data.some((trace) => threeDimensional.test(trace.type ?? "")) && !hasWebGL())
    throw new Error("there is no WebGL");
  return Plotly.newPlot(element, data, layout, { ...config, displaylogo: false, showSendToCloud: false });
});

function hasWebGL(): boolean {
  const canvas = document.createElement("canvas");
  return (canvas.getContext("webgl2") ?? canvas.getContext("webgl")) !== null;
}
