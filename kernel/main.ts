/** Process A: reads the command line and the connection file, starts the kernel, and is the only file that exits the process. */
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { POLICIES, type TypecheckPolicy } from "./compiler/diagnostics.ts";
import { historyFile } from "./history/location.ts";
import { Kernel, type KernelOptions } from "./kernel.ts";
import { makePrivate, readConnection } from "./protocol/connection.ts";

const USAGE = "Usage: node main.js CONNECTION_FILE (a front end such as JupyterLab starts the kernel so)";

/** How often we look whether the front end that started us is still there. */
const PARENT_POLL_MS = 1000;

function log(text: string): void {
  process.stderr.write(`gradbook: ${text}\n`);
}

function fail(text: string): never {
  log(text);
  process.exit(1);
}

async function main(): Promise<void> {
  const [file] = process.argv.slice(2).filter((argument) => argument !== "-f");
  if (!file) fail(`No connection file was given. ${USAGE}`);

  let kernel: Kernel;
  try {
    const connection = readConnection(file);
    if (!makePrivate(file)) log(`Others can read the connection file ${file}: who reads its key can run code as you`);
    kernel = new Kernel(connection, options(), log, () => process.exit(0));
    process.on("uncaughtException", (error) => log(`Internal error, please report it: ${error.stack}`));
    process.on("SIGINT", () => kernel.interrupt());
    const stop = () => void kernel.stop().finally(() => process.exit(0));
    process.on("SIGTERM", stop);
    process.on("SIGHUP", stop);
    await kernel.start();
    watchParent(stop);
  } catch (error) {
    fail((error as Error).message);
  }
}

function options(): KernelOptions {
  const library = fileURLToPath(new URL("../lib/index.js", import.meta.url));
  const types = fileURLToPath(new URL("../types/lib/index.d.ts", import.meta.url));
  const built = existsSync(library);
  if (!built) log(`The library is not built, so nothing of it is in scope (expected ${library})`);
  const typecheck = (process.env.GRADBOOK_TYPECHECK ?? "error") as TypecheckPolicy;
  if (!POLICIES.includes(typecheck)) fail(`GRADBOOK_TYPECHECK is "${typecheck}": expected ${POLICIES.join(", ")}`);
  return {
    library: built ? { url: pathToFileURL(library).href, name: "gradbook" } : null,
    history: historyFile(),
    language: { folder: process.cwd(), library: built ? { name: "gradbook", types } : null, typecheck },
  };
}

/** jupyter_client names the process whose death should be ours; a dead parent shows as another parent. */
function watchParent(stop: () => void): void {
  if (!process.env.JPY_PARENT_PID || process.platform === "win32") return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_POLL_MS).unref();
}

await main();
