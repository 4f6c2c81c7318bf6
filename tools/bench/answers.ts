/** How soon completion and inspection are answered, with nothing to do and while a cell runs. */
import type { Kernel } from "../../test/support/client.ts";
import type { Contender } from "./contenders.ts";
import { type Measurement, started } from "./rows.ts";

const names = {
  typescript: {
    prelude: "const numbers: number[] = [1, 2, 3];",
    busy: "while (true) {}",
    complete: "numbers.ma",
    member: "map",
  },
  python: { prelude: "numbers = [1, 2, 3]", busy: "while True: pass", complete: "numbers.app", member: "append" },
};

/** Who types asks about another text each time: a kernel that keeps what it knew of the last one must not gain by it here. */
let asked = 0;
const another = (): string => "\n".repeat(++asked % 100);

const START_MS = 15_000;
const DEADLINE_MS = 3000;

async function warm(kernel: Kernel, { language }: Contender, ask: typeof completion): Promise<void> {
  await kernel.execute(names[language].prelude, {}, { deadline: START_MS });
  for (let turn = 0; turn < 5; turn++) await ask(kernel, language, START_MS);
}

async function completion(kernel: Kernel, language: Contender["language"], deadline = DEADLINE_MS): Promise<number> {
  const { complete, member } = names[language];
  const code = another() + complete;
  const sent = performance.now();
  const reply = await kernel.send("complete_request", { code, cursor_pos: code.length }, { deadline }).reply;
  const matches = (reply.content.matches ?? []) as string[];
  if (!matches.some((match) => match.endsWith(member)))
    throw new Error(`${member} is not among ${matches.length} matches`);
  return reply.at - sent;
}

async function inspection(kernel: Kernel, language: Contender["language"], deadline = DEADLINE_MS): Promise<number> {
  const code = `${another()}numbers.${names[language].member}`;
  const sent = performance.now();
  const content = { code, cursor_pos: code.length, detail_level: 0 };
  const reply = await kernel.send("inspect_request", content, { deadline }).reply;
  if (reply.content.found !== true) throw new Error(`${code} was not found`);
  return reply.at - sent;
}

async function occupy(kernel: Kernel, { language }: Contender): Promise<void> {
  const after = kernel.mark();
  kernel.start(names[language].busy);
  await kernel.waitForIopub("execute_input", () => true, { after });
}

const rows: [string, typeof completion][] = [
  ["completion of a member", completion],
  ["inspection of a member", inspection],
];

export const answers: Measurement[] = rows.flatMap(([name, ask]) => [
  {
    rows: [{ name: `${name} (at most 50)`, unit: "ms" }],
    rounds: 25,
    prepare: (contender) => started(contender, (kernel) => warm(kernel, contender, ask)),
    round: async ({ language }, kernel) => [await ask(kernel!, language)],
  },
  {
    rows: [{ name: `${name} while a cell runs (at most 50)`, unit: "ms" }],
    rounds: 25,
    prepare: (contender) =>
      started(contender, async (kernel) => {
        await warm(kernel, contender, ask);
        await occupy(kernel, contender);
      }),
    round: async ({ language }, kernel) => [await ask(kernel!, language)],
  },
]);
