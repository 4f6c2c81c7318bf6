/** The types of what the executor puts into scope beside the library (kernel/executor/main.ts): a cell may declare any of these names for itself. */
export const ambientDeclarations = `
interface GradbookDisplay {
  /** By this name front ends know the display. */
  readonly id: string;
  /** Settles when the display is on its way to the front ends. */
  readonly shown: Promise<void>;
  /** Shows another value instead, everywhere where this one is shown. */
  update(value: unknown): GradbookDisplay;
}
/** Shows a value under the cell, as a last expression would be shown. */
declare function display(value: unknown, options?: { id?: string; update?: boolean }): GradbookDisplay;
/** Removes what the cell has shown so far; with \`wait\`, when the next output comes. */
declare function clearOutput(wait?: boolean): void;
/** Asks the user for a line of text. */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
declare function password(prompt?: string): Promise<string>;
`;
