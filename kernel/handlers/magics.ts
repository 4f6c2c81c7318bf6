/** Lines of a cell that are addressed to the kernel: `%name arguments`, at the top of the cell. */
import { POLICIES, type TypecheckPolicy } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";

/** A magic that does not exist, or arguments that it does not take. */
export class MagicError extends Error {
  override name = "MagicError";
}

type Magic = (argument: string, language: Language) => void;

const MAGICS: Record<string, Magic> = {
  /** What happens to cells whose types are wrong, from this cell on. */
  typecheck(argument, language) {
    if (!POLICIES.includes(argument as TypecheckPolicy)) {
      throw new MagicError(`%typecheck ${argument}: expected ${POLICIES.join(", ")}`);
    }
    language.typecheck = argument as TypecheckPolicy;
  },
};

/**
 * Obeys the magics of a cell.
 *
 * @returns The cell without them, with blanks in their place, so that positions stay right.
 * @throws {MagicError} If one is unknown or wrong.
 */
export function obeyMagics(code: string, language: Language): string {
  if (!/^\s*%/.test(code)) return code;
  const lines = code.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const match = /^\s*%([a-z]\w*)\s*(.*?)\s*$/.exec(line);
    if (!match) break;
    const magic = Object.hasOwn(MAGICS, match[1]!) ? MAGICS[match[1]!]! : null;
    const known = Object.keys(MAGICS).map((name) => `%${name}`);
    if (!magic) throw new MagicError(`There is no magic %${match[1]}: this kernel knows ${known.join(", ")}`);
    magic(match[2]!, language);
    lines[index] = " ".repeat(line.length);
  }
  return lines.join("\n");
}
