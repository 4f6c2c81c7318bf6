/** Plotly.js as a module of its own, loaded when a page first needs it. */
export { default } from "plotly.js-dist-min";
