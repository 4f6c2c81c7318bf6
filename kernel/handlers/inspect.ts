import type { Language } from "../compiler/language.ts";
import { splitMagics } from "../compiler/magic-lines.ts";
import type { TypeDescription } from "../compiler/service.ts";
import type { Description } from "../link/messages.ts";
import type { ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { cursorAt } from "./cursor.ts";

/** What stands under the cursor: its type and documentation, or else the value, if it exists by now. Nothing of the user's is run to find out. */
export async function inspect(
  { code, cursor_pos, detail_level = 0 }: RequestContent<"inspect_request">,
  executor: Executor,
  language: () => Promise<Language>,
): Promise<ReplyContent<"inspect_request">> {
  const { before, after } = cursorAt(code, cursor_pos);
  const chain = chainAt(before, after);
  const { types } = await language();
  const typed = chain && (await types.describe(splitMagics(code).code, chain.offset).catch(() => null));
  const expression = chain?.text;
  const describe = async () =>
    expression
      ? ((await executor.ask({ op: "describe", expression, detail: detail_level })) as Description | null)
      : null;
  if (typed && !isVague(typed)) {
    // Who asks for more sees the value too, or a function's source.
    const value = detail_level === 1 ? await describe() : null;
    const data = {
      "text/plain": [plainText(typed), ...(value ? [value.text] : [])].join("\n\n"),
      "text/markdown": [markdown(typed), ...(value ? [fenced(value.text)] : [])].join("\n\n"),
    };
    return { status: "ok", found: true, data, metadata: {} };
  }
  const description = await describe();
  if (!description) return { status: "ok", found: false, data: {}, metadata: {} };
  const { type, text } = description;
  return {
    status: "ok",
    found: true,
    data: {
      "text/plain": `${expression}: ${type}\n\n${text}`,
      "text/markdown": `\`${expression}: ${type}\`\n\n\`\`\`typescript\n${text}\n\`\`\``,
    },
    metadata: {},
  };
}

/** Where the type says nothing, the value may say more. */
function isVague({ signature }: TypeDescription): boolean {
  return /: (any|unknown)$/.test(signature);
}

function plainText({ signature, documentation, tags }: TypeDescription): string {
  const lines = tags.map(({ name, text }) => `@${name} ${text}`.trimEnd());
  return [signature, documentation, lines.join("\n")].filter((part) => part !== "").join("\n\n");
}

function markdown({ signature, documentation, tags }: TypeDescription): string {
  const parts = tags.map(({ name, text }) => {
    if (name === "example") return `*@example*\n\n${fenced(text)}`;
    // `x The input.` → the parameter's name stands out.
    const [, subject, rest] = name === "param" ? (/^(\S+)\s*([\s\S]*)$/.exec(text) ?? []) : [];
    return subject ? `*@${name}* \`${subject}\` ${rest}`.trimEnd() : `*@${name}* ${text}`.trimEnd();
  });
  return [fenced(signature), documentation, ...parts].filter((part) => part !== "").join("\n\n");
}

function fenced(code: string): string {
  return /^\s*```/.test(code) ? code : `\`\`\`typescript\n${code}\n\`\`\``;
}

/** `nn.Lin|ear(2, 3)` → `nn.Linear`; inside the brackets of a call, what is called. With the offset of the last name. */
function chainAt(before: string, after: string): { text: string; offset: number } | null {
  const tail = /^[\p{ID_Continue}$]*/u.exec(after)![0];
  const here = chainBefore(before, tail);
  if (here) return here;
  const call = before.replace(/\([^()]*$/, "").trimEnd();
  return call === before ? null : chainBefore(call, "");
}

function chainBefore(before: string, tail: string): { text: string; offset: number } | null {
  const chain = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\??\.[\p{ID_Continue}$]+)*\.?$/u.exec(before)?.[0] ?? "";
  const text = (chain + tail).replace(/\.$/, "");
  if (!text) return null;
  const end = before.length + tail.length - (chain + tail).length + text.length;
  return { text, offset: end - /[\p{ID_Continue}$]*$/u.exec(text)![0].length };
}
