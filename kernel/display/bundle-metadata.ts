/** Where a bundle carries metadata of its types, such as a picture's size. */
export const METADATA = Symbol.for("Jupyter.metadata");
