/** Process A: reads the command line and the connection file, starts the kernel, and is the only file that exits the process. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Kernel } from "./kernel.ts";
import { readConnection } from "./protocol/connection.ts";

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

  const library = new URL("../lib/index.js", import.meta.url);
  if (!existsSync(fileURLToPath(library)))
    log(`The library is not built: nothing is in scope (expected ${fileURLToPath(library)})`);
  const scope = existsSync(fileURLToPath(library)) ? { url: library.href, name: "gradbook" } : null;

  let kernel: Kernel;
  try {
    kernel = new Kernel(readConnection(file), scope, log, () => process.exit(0));
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

/** jupyter_client names the process whose death should be ours; a dead parent shows as another parent. */
function watchParent(stop: () => void): void {
  if (!process.env.JPY_PARENT_PID || process.platform === "win32") return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_POLL_MS).unref();
}

await main();
