/**
 * Names that cells have in scope and nothing else in the executor's process may see: libraries take a global `Image` for the sign of a browser, and wait for
 * pictures that it would load. The compiler reads them as members of RUNTIME's `own`.
 */
export const CELL_NAMES = ["Image", "Audio"] as const;

export type CellName = (typeof CELL_NAMES)[number];
