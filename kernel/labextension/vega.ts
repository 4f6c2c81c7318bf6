/** Vega-embed with vega 6 and vega-lite 6 as a module of its own, loaded when a page first needs it. */
export { default } from "vega-embed";
