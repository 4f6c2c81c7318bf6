/** Lines of a cell that are addressed to the kernel: `%name arguments`, at the top of the cell. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { POLICIES, type TypecheckPolicy } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";
import { asksToLeave, splitMagics } from "../compiler/magic-lines.ts";
import { RUNTIME } from "../link/messages.ts";
import type { Payload } from "../protocol/messages.ts";

/** A magic that does not exist, or arguments that it does not take. */
export class MagicError extends Error {
  override name = "MagicError";
}

/** What comes of a magic. */
interface Effect {
  /** JavaScript to run in front of the cell. */
  prelude?: string;
  /** For the front end, when the cell has run. */
  payload?: Payload;
}

interface Magic {
  usage: string;
  about: string;
  obey(argument: string, language: Language): Effect;
}

const MAGICS: Record<string, Magic> = {
  edit: {
    usage: "%edit FILE[:LINE]",
    about: "opens a file in the editor of a front end that has one, Qt's console for example",
    obey(argument, { folder }) {
      const [, file, line = "1"] = /^(.+?)(?::(\d+))?$/.exec(argument) ?? [];
      if (file === undefined) throw new MagicError("%edit: expected a file, such as  %edit ./model.ts:12");
      return { payload: { source: "edit", filename: resolve(folder, file), line_number: Number(line) } };
    },
  },
  exit: {
    usage: "%exit [keep]",
    about: "leaves a console, as exit and quit do; with keep, a kernel that was there before goes on",
    obey(argument) {
      if (argument !== "" && argument !== "keep") throw new MagicError(`%exit ${argument}: expected nothing, or keep`);
      return { payload: { source: "ask_exit", keepkernel: argument === "keep" } };
    },
  },
  help: {
    usage: "%help",
    about: "lists these lines",
    obey: () => ({ prelude: `console.log(${JSON.stringify(help())});` }),
  },
  load: {
    usage: "%load FILE",
    about: "puts the text of a file in place of the cell",
    obey(argument, { folder }) {
      if (argument === "") throw new MagicError("%load: expected a file, such as  %load ./model.ts");
      try {
        const text = readFileSync(resolve(folder, argument), "utf8");
        return { payload: { source: "set_next_input", text, replace: true } };
      } catch (error) {
        throw new MagicError(`%load ${argument}: ${(error as Error).message}`);
      }
    },
  },
  npm: {
    usage: "%npm install NAME…",
    about: "installs packages beside the notebook; other npm commands work too",
    obey(argument) {
      const words = argument.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
      if (!words) throw new MagicError("%npm: expected a command of npm, such as  %npm install lodash");
      return { prelude: `${RUNTIME}.resume(${RUNTIME}.context(), await ${RUNTIME}.npm(${JSON.stringify(words)}));` };
    },
  },
  typecheck: {
    usage: `%typecheck ${POLICIES.join("|")}`,
    about:
      "what happens from here on to cells whose types are wrong: they do not run, run after a warning, or nobody looks",
    obey(argument, language) {
      if (!POLICIES.includes(argument as TypecheckPolicy)) {
        throw new MagicError(`%typecheck ${argument}: expected ${POLICIES.join(", ")}`);
      }
      language.typecheck = argument as TypecheckPolicy;
      return {};
    },
  },
};

/** A cell whose magics were obeyed. */
export interface Obeyed {
  /** The cell with blanks in their place, so that positions stay right. */
  code: string;
  /** JavaScript that runs in front of it. */
  prelude: string;
  payloads: Payload[];
}

/**
 * Obeys the magics of a cell.
 *
 * @throws {MagicError} If one is unknown or wrong.
 */
export function obeyMagics(cell: string, language: Language): Obeyed {
  const leave = asksToLeave(cell);
  // A cell may have given the name a meaning of its own.
  if (leave && !language.types.names().includes(leave)) return obeyMagics("%exit", language);
  const { magics, code } = splitMagics(cell);
  let prelude = "";
  const payloads: Payload[] = [];
  for (const { name, argument } of magics) {
    const magic = Object.hasOwn(MAGICS, name) ? MAGICS[name]! : null;
    if (!magic) throw new MagicError(`There is no magic %${name}: this kernel knows ${magicNames().join(", ")}`);
    const effect = magic.obey(argument, language);
    prelude += effect.prelude ?? "";
    if (effect.payload) payloads.push(effect.payload);
  }
  return { code, prelude, payloads };
}

/** As the user types them. */
export function magicNames(): string[] {
  return Object.keys(MAGICS).map((name) => `%${name}`);
}

function help(): string {
  const all = Object.values(MAGICS);
  const width = Math.max(...all.map(({ usage }) => usage.length));
  const lines = all.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`);
  return ["Lines for the kernel, at the top of a cell:", ...lines].join("\n");
}
