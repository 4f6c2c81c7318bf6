/** Process B: where cells run. */
import { type LinkedComm, unpackComm } from "../link/comms.ts";
import type { ExecutorOptions, Outcome, ToExecutor } from "../link/messages.ts";
import { plainError } from "../traceback/plain-error.ts";
import { receiveComm } from "./comms.ts";
import { installConsole } from "./console.ts";
import { currentContext } from "./context.ts";
import { pendingDisplays } from "./display.ts";
import { execute, releaseValues } from "./evaluate.ts";
import { answerInput } from "./input.ts";
import { interrupt, startWatchdog } from "./interrupt.ts";
import { describeValue, members, names, release } from "./introspection.ts";
import { listen, send } from "./link.ts";
import { preload } from "./modules.ts";
import { installNotebook } from "./notebook.ts";
import { flush, write } from "./output.ts";
import { installRuntime } from "./runtime.ts";
import { commonJs, scope } from "./scope.ts";
import { hasCome } from "./scripts.ts";
import { installTimers } from "./timers.ts";
import { errorContent, Interrupted, installStackTraces, placeOf } from "./traceback.ts";
import { rememberGlobals } from "./variables.ts";

const { library } = JSON.parse(process.argv[2]!) as ExecutorOptions;

startWatchdog();
installStackTraces(library?.url ?? null);
installConsole();
installTimers();
installRuntime();
installNotebook();
// A script of the user's sees the arguments that a notebook has: none.
process.argv.splice(1, process.argv.length, "notebook");
// What a cell starts must not be given the flags that we need.
process.execArgv.length = 0;

function define(name: string, value: unknown): void {
  // Configurable, so that a cell may declare the name for itself.
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

for (const [name, value] of Object.entries({ ...scope, ...commonJs })) define(name, value);

/** An error that arose when nobody was waiting: told under the cell that it came from, and nothing dies of it. */
function reportLate(title: string, error: unknown): void {
  if (error instanceof Interrupted) return;
  const cell = placeOf(error)?.cell ?? currentContext()?.id ?? null;
  write("stderr", `${title}\n${errorContent(error).traceback.join("\n")}\n`, cell);
}

process.on("uncaughtException", (error) => reportLate("Uncaught error in a callback:", error));
process.on("unhandledRejection", (error) => reportLate("A promise was rejected and nobody awaits it:", error));
// What process.exit() ends with. Node's own shutdown, and even process.kill of oneself, wait for the inspector's sessions and print that they do:
// the kernel ends us.
(process as unknown as { reallyExit: (code?: number) => void }).reallyExit = (code = 0) => {
  flush();
  send({ op: "exit", code });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

/** A cell that broke what we need ourselves must still come to its end. */
function failure(error: unknown): Outcome {
  return { status: "error", ...plainError("ExecutorError", String(error)) };
}

function ended(cell: string, outcome: Outcome): void {
  flush();
  send({ op: "done", cell, outcome });
}

/** A listener of a comm, run to its end; its output is that of the message that woke it. */
async function listenerOf(id: string, message: LinkedComm): Promise<void> {
  try {
    await receiveComm(id, unpackComm(message));
  } catch (error) {
    write("stderr", `A listener of a comm failed:\n${errorContent(error).traceback.join("\n")}\n`, id);
  }
  await pendingDisplays(id);
  flush();
  send({ op: "comm_done", id });
}

async function receive(message: ToExecutor): Promise<void> {
  switch (message.op) {
    case "execute": {
      const outcome = await execute(message.cell, message.expressions).catch(failure);
      ended(message.cell.id, outcome);
      // Nobody waits for this any more.
      return releaseValues();
    }
    case "interrupt":
      interrupt(message.cells, message.sequence);
      // A script that was terminated in the moment of its end may have taken the message that came next with it.
      for (const cell of message.cells)
        if (!hasCome(cell)) ended(cell, { status: "error", ...errorContent(new Interrupted()) });
      return;
    case "comm":
      return listenerOf(message.id, message.message);
    case "input_reply":
      return answerInput(message.id, message.value);
    case "names":
      send({ op: "answer", id: message.id, value: names() });
      return;
    case "members":
      send({ op: "answer", id: message.id, value: members(message.expression) });
      return release();
    case "describe":
      send({ op: "answer", id: message.id, value: describeValue(message.expression, message.detail) });
      return release();
  }
}

if (library) {
  try {
    const namespace = await preload(library.name, library.url);
    for (const [name, value] of Object.entries(namespace)) define(name, value);
  } catch (error) {
    write(
      "stderr",
      `The library could not be loaded, so nothing of it is in scope:\n${errorContent(error).traceback.join("\n")}\n`,
      null,
    );
  }
}
rememberGlobals();
listen((message) => void receive(message));
send({ op: "ready" });
