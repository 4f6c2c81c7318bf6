/** Lines at the top of a cell that are addressed to the kernel: `%name arguments`. */

export interface MagicLine {
  name: string;
  /** What stands behind the name, without blanks around it. */
  argument: string;
  /** From 1. */
  line: number;
}

/** `name?`: a question, not code. @returns The name that is asked about. */
export function askedName(cell: string): string | null {
  return /^\s*([\p{ID_Start}$_][\p{ID_Continue}$.]*)\?\s*$/u.exec(cell)?.[1] ?? null;
}

/** `exit` or `quit()`: how one leaves any console. @returns The name that is used for it. */
export function asksToLeave(cell: string): string | null {
  return /^\s*(exit|quit)\s*(?:\(\s*\)\s*)?;?\s*$/.exec(cell)?.[1] ?? null;
}

/** @returns The magics, and the cell with blanks in their place, so that positions stay right. */
export function splitMagics(cell: string): { magics: MagicLine[]; code: string } {
  const magics: MagicLine[] = [];
  if (!/^\s*%/.test(cell)) return { magics, code: cell };
  const lines = cell.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const match = /^\s*%([a-z]\w*)\s*(.*?)\s*$/.exec(line);
    if (!match) break;
    magics.push({ name: match[1]!, argument: match[2]!, line: index + 1 });
    lines[index] = " ".repeat(line.length);
  }
  return { magics, code: lines.join("\n") };
}
