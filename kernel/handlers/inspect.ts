import type { Description } from "../link/messages.ts";
import type { ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { cursorAt } from "./cursor.ts";

/** What the value under the cursor is, if it exists by now; nothing of the user's is run to find out. */
export async function inspect(
  { code, cursor_pos, detail_level = 0 }: RequestContent<"inspect_request">,
  executor: Executor,
): Promise<ReplyContent<"inspect_request">> {
  const { before, after } = cursorAt(code, cursor_pos);
  const expression = chainAt(before, after);
  const description = expression
    ? ((await executor.ask({ op: "describe", expression, detail: detail_level })) as Description | null)
    : null;
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

/** `nn.Lin|ear(2, 3)` → `nn.Linear`; inside the brackets of a call, what is called. */
function chainAt(before: string, after: string): string | null {
  const tail = /^[\p{ID_Continue}$]*/u.exec(after)![0];
  const chain = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\??\.[\p{ID_Continue}$]+)*\.?$/u;
  const here = chain.exec(before)?.[0] ?? "";
  const name = (here + tail).replace(/\.$/, "");
  if (name) return name;
  const call = before.replace(/\([^()]*$/, "");
  return call === before ? null : (chain.exec(call.trimEnd())?.[0] ?? null);
}
