/** How many of ten kinds of cells a kernel stops so that what was computed before is still there. */
import { type Kernel, type Message, startKernel } from "../../test/support/client.ts";
import { interruptKinds, interruptPrelude, pythonKinds, pythonPrelude } from "../../test/support/interrupts.ts";
import type { Contender } from "./contenders.ts";
import type { Measurement } from "./rows.ts";

/** A kernel that needs longer to stop a cell has not stopped it. */
const DEADLINE_MS = 5000;

const START_MS = 1000;

const started = async ({ argv, env, language }: Contender): Promise<Kernel> => {
  const kernel = await startKernel({ argv: argv!, env, deadline: 30_000 });
  await kernel.execute(language === "python" ? pythonPrelude : interruptPrelude);
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
    for (const end = performance.now() + DEADLINE_MS; performance.now() < end; ) {
      const asked = kernel.start("kept", {}, options);
      // What was sent soon after a cell that failed may be refused.
      if (/^abort/.test((await asked.reply).content.status ?? "")) continue;
      // As a result or as something printed: tslab does the latter, and loses a status now and then, so that idle is not waited for.
      const shows = ({ parent, content }: Message) =>
        parent.msg_id === asked.id && /all of it/.test(JSON.stringify([content.text, content.data]));
      await kernel.waitFor(shows, { after, ...options });
      return true;
    }
    return false;
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
    for (const { code } of contender.language === "python" ? pythonKinds : interruptKinds) {
      if (await survives(kernel, contender, code)) continue;
      lost++;
      await kernel.kill();
      kernel = await started(contender);
    }
    await kernel.stop({ deadline: 3000 });
    return [lost];
  },
};
