/** A function that waits for what runs now, as the executor tells the debugger. */
export interface AwaitingFrame {
  /** Empty for the top level of a cell. */
  name: string;
  /** Of the script. */
  url: string;
  /** Where in the script it waits, from 1, both. */
  line: number;
  column: number;
}
