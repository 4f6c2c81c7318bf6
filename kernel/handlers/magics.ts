/** Lines of a cell that are addressed to the kernel: `%name arguments`, at the top of the cell. */
import { POLICIES, type TypecheckPolicy } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";
import { splitMagics } from "../compiler/magic-lines.ts";

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
export function obeyMagics(cell: string, language: Language): string {
  const { magics, code } = splitMagics(cell);
  for (const { name, argument } of magics) {
    const magic = Object.hasOwn(MAGICS, name) ? MAGICS[name]! : null;
    if (!magic) throw new MagicError(`There is no magic %${name}: this kernel knows ${magicNames().join(", ")}`);
    magic(argument, language);
  }
  return code;
}

/** As the user types them. */
export function magicNames(): string[] {
  return Object.keys(MAGICS).map((name) => `%${name}`);
}
