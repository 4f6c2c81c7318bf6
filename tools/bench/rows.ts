/** What is measured of a kernel. Each row says how often, and gives its figures for one kernel in one round. */
import { type Executed, type Kernel, startKernel } from "../../test/support/client.ts";
import type { Contender } from "./contenders.ts";
import type { ReportRow } from "./report.ts";

/** A row of the table, or several that come from one measurement. */
export interface Measurement {
  rows: Pick<ReportRow, "name" | "unit" | "target">[];
  rounds: number;
  /** What the row measures exists in TypeScript only. */
  typescriptOnly?: boolean;
  /** Starts what the rounds need. */
  prepare?(contender: Contender): Promise<Kernel>;
  /** One round: a figure for each row, in their order. */
  round(contender: Contender, kernel: Kernel | undefined, index: number): Promise<number[]>;
}

const start = ({ argv, env = {} }: Contender): Promise<Kernel> => startKernel({ argv: argv!, env, deadline: 30_000 });

/** Runs a cell; an error in it fails the row, since its time would say nothing. */
async function run(kernel: Kernel, code: string, deadline = 30_000): Promise<Executed & { ms: number }> {
  const sent = performance.now();
  const executed = await kernel.execute(code, {}, { deadline });
  if (executed.error) throw new Error(`${executed.error.ename}: ${executed.error.evalue}`);
  if (executed.reply.content.status !== "ok") throw new Error(`execute_reply says ${executed.reply.content.status}`);
  const idle = executed.iopub.at(-1)!;
  return { ...executed, ms: Math.max(idle.at, executed.reply.at) - sent };
}

/** Runs a cell and goes on a little after its reply if idle does not come: tslab loses a status now and then. */
async function runPatiently(kernel: Kernel, code: string): Promise<void> {
  const { reply, done } = kernel.start(code);
  await reply;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 100);
  });
  await Promise.race([done.catch(() => undefined), patience]);
  clearTimeout(timer);
}

/** A kernel that is ready for its rounds; one that does not get there is ended, and burdens nothing that is measured later. */
export async function started(contender: Contender, prepare: (kernel: Kernel) => Promise<void>): Promise<Kernel> {
  const kernel = await start(contender);
  try {
    await prepare(kernel);
    return kernel;
  } catch (error) {
    await kernel.stop({ deadline: 3000 });
    throw error;
  }
}

function warm(contender: Contender, code: (i: number) => string = () => "1"): Promise<Kernel> {
  return started(contender, async (kernel) => {
    for (let i = 0; i < 5; i++) await run(kernel, code(-1 - i));
  });
}

/** 30 lines as a chapter has them: an interface, generics, a class, unions, arithmetic. Names differ from cell to cell. */
function typedCell(i: number): string {
  const n = i < 0 ? `w${-i}` : `${i}`;
  return `interface Sample${n} {
  readonly inputs: readonly number[];
  readonly label: 0 | 1;
}

type Activation${n} = (z: number) => number;

const samples${n}: Sample${n}[] = [
  { inputs: [0, 0], label: 0 },
  { inputs: [0, 1], label: 1 },
  { inputs: [1, 0], label: 1 },
  { inputs: [1, 1], label: 1 },
];

function dot${n}<T extends readonly number[]>(a: T, b: T): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
}

class Perceptron${n} {
  weights: number[] = [0, 0];
  bias = 0;
  constructor(private readonly activation: Activation${n}) {}
  predict({ inputs }: Sample${n}): number {
    return this.activation(dot${n}(this.weights, [...inputs]) + this.bias);
  }
}

const model${n} = new Perceptron${n}((z) => (z > 0 ? 1 : 0));
samples${n}.map((sample) => model${n}.predict(sample)).length`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const colours = /\x1b\[[0-9;]*m/g;
const lines = 10_000;
const cellsOfMemory = 400;
const againstDeno = { ratio: 1, peer: "deno" };

const flood = {
  typescript: `for (let i = 0; i < ${lines}; i++) console.log(i);`,
  python: `for i in range(${lines}): print(i)`,
};

const named = (i: number) => (i < 0 ? `w${-i}` : `${i}`);

const cellOfMemory = {
  typescript: (i: number) =>
    `const list${named(i)}: number[] = Array.from({ length: 100 }, (_, k) => k + 1);\nlist${named(i)}.reduce((a, b) => a + b)`,
  python: (i: number) => `list${named(i)} = [k + 1 for k in range(100)]\nsum(list${named(i)})`,
};

const timedScript = (body: string) =>
  `{ const from = performance.now(); ${body}; globalThis.took = performance.now() - from; }\nglobalThis.took`;
const loopScript = "for (let i = 0; i < 3e6; i++) counted += i % 7";
const loopPython = (indent: string) => `${indent}for i in range(1000000):\n${indent}    counted += i % 7`;

/** The same loop over a variable of an earlier cell and over one of a function; the milliseconds are the cell's value. */
const loops = {
  typescript: {
    earlier: timedScript(loopScript),
    local: timedScript(`(() => { let counted = 0; ${loopScript}; return counted; })()`),
  },
  python: {
    earlier: `start = time.perf_counter()\n${loopPython("")}\n1000 * (time.perf_counter() - start)`,
    local: `def run():\n    counted = 0\n${loopPython("    ")}\nstart = time.perf_counter()\nrun()\n1000 * (time.perf_counter() - start)`,
  },
};

function typedCells(name: string, env: Record<string, string>): Measurement {
  return {
    rows: [{ name, unit: "ms" }],
    rounds: 25,
    typescriptOnly: true,
    prepare: (contender) => warm({ ...contender, env: { ...contender.env, ...env } }, typedCell),
    async round(_contender, kernel, index) {
      return [(await run(kernel!, typedCell(index))).ms];
    },
  };
}

export const measurements: Measurement[] = [
  {
    rows: [{ name: "start → kernel_info_reply", unit: "ms", target: againstDeno }],
    rounds: 9,
    async round(contender) {
      const kernel = await start(contender);
      await kernel.stop();
      return [kernel.startMs];
    },
  },
  {
    rows: [{ name: "execute `1` → idle", unit: "ms", target: againstDeno }],
    rounds: 100,
    prepare: (contender) => warm(contender),
    async round(_contender, kernel) {
      return [(await run(kernel!, "1")).ms];
    },
  },
  typedCells("30-line typed cell, later ones, checked where the kernel checks (at most 45)", {}),
  typedCells("30-line typed cell, later ones, unchecked where the kernel can (at most 8)", {
    GRADBOOK_TYPECHECK: "off",
  }),
  {
    rows: [
      { name: "10,000 console.log, all before idle", unit: "ms" },
      { name: "10,000 console.log, stream messages", unit: "messages" },
    ],
    rounds: 3,
    prepare: (contender) => warm(contender),
    async round({ language }, kernel) {
      const { ms, stdout, iopub } = await run(kernel!, flood[language], 20_000);
      // What comes after idle is not among the exchange's messages.
      const idle = iopub.findIndex(({ content }) => content.execution_state === "idle");
      if (idle !== iopub.length - 1) throw new Error(`${iopub.length - 1 - idle} messages came after idle`);
      const printed = stdout.trimEnd().split("\n");
      const right = printed.length === lines && printed.every((line, i) => line === String(i));
      if (!right) throw new Error(`${printed.length} of ${lines} lines came before idle`);
      return [ms, iopub.filter(({ header }) => header.msg_type === "stream").length];
    },
  },
  {
    rows: [{ name: `memory growth over ${cellsOfMemory} cells`, unit: "MB" }],
    rounds: 1,
    prepare: (contender) => warm(contender, cellOfMemory[contender.language]),
    async round({ language }, kernel) {
      const cell = cellOfMemory[language];
      for (let i = 0; i < 20; i++) await runPatiently(kernel!, cell(i));
      const before = kernel!.memory();
      for (let i = 20; i < 20 + cellsOfMemory; i++) await runPatiently(kernel!, cell(i));
      return [(kernel!.memory() - before) / 1e6];
    },
  },
  {
    rows: [{ name: "loop over an earlier cell's let, against a local", unit: "×" }],
    rounds: 5,
    async prepare(contender) {
      const kernel = await warm(contender);
      await run(kernel, contender.language === "python" ? "import time\ncounted = 0" : "let counted = 0;");
      return kernel;
    },
    async round({ language }, kernel) {
      const clock = async (code: string) => {
        const { result, stdout } = await run(kernel!, code);
        // tslab prints the value of a cell instead of returning it as a result; Deno colours it.
        const text = String(result?.["text/plain"] ?? stdout).replaceAll(colours, "");
        const ms = Number(/[\d.]+/.exec(text)?.[0]);
        if (!(ms > 0)) throw new Error(`no time in the result "${text}"`);
        return ms;
      };
      const { earlier, local } = loops[language];
      return [(await clock(earlier)) / (await clock(local))];
    },
  },
];
