/** How many of ten kinds of cells a kernel stops so that what was computed before is still there. */
import { type Kernel, startKernel } from "../../test/support/client.ts";
import { interruptKinds, interruptPrelude } from "../../test/support/interrupts.ts";
import type { Contender } from "./contenders.ts";
import type { Measurement } from "./rows.ts";

/** A kernel that needs longer to stop a cell has not stopped it. */
const DEADLINE_MS = 5000;

const START_MS = 1000;

const started = async ({ argv, env }: Contender): Promise<Kernel> => {
  const kernel = await startKernel({ argv: argv!, env, deadline: 30_000 });
  await kernel.execute(interruptPrelude);
  return kernel;
};

/** Each kernel is interrupted as its kernelspec asks for. */
function interrupt(kernel: Kernel, { interruptedBy }: Contender): void {
  if (interruptedBy === "signal") process.kill(kernel.pid, "SIGINT");
  else kernel.send("interrupt_request", {}, { channel: "control", deadline: DEADLINE_MS });
}

async function survives(kernel: Kernel, contender: Contender, code: string): Promise<boolean> {
  const options = { deadline: DEADLINE_MS };
  try {
    const after = kernel.mark();
    const cell = kernel.start(code, {}, options);
    // Some show what a cell prints only when it ends: by then it is running all the same.
    const here = kernel.waitForIopub("stream", ({ content }) => /here/.test(content.text ?? ""), {
      after,
      deadline: START_MS,
    });
    await here.catch(() => undefined);
    interrupt(kernel, contender);
    await cell.reply;
    const { result, stdout } = await kernel.execute("kept", {}, options);
    // tslab prints the value of a cell instead of returning it as a result.
    return /all of it/.test(String(result?.["text/plain"] ?? "") + stdout);
  } catch {
    return false;
  }
}

export const interrupts: Measurement = {
  rows: [{ name: "interrupts that cost the variables or the cell's end", unit: "of 10" }],
  rounds: 1,
  async round(contender) {
    let lost = 0;
    let kernel = await started(contender);
    for (const { code } of interruptKinds) {
      if (await survives(kernel, contender, code)) continue;
      lost++;
      await kernel.kill();
      kernel = await started(contender);
    }
    await kernel.stop({ deadline: 3000 });
    return [lost];
  },
};
