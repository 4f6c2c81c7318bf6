/** console and process.stdout of a cell: what is written goes under the cell that wrote it. */
import { Console } from "node:console";
import type { OutputChunk } from "../link/messages.ts";
import { write } from "./output.ts";

type Done = (error?: Error | null) => void;

function redirect(stream: NodeJS.WriteStream, name: OutputChunk["name"]): void {
  stream.write = (data: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const callback = typeof encoding === "function" ? encoding : done;
    write(name, typeof data === "string" ? data : Buffer.from(data).toString("utf8"));
    if (callback) process.nextTick(callback);
    return true;
  };
}

export function installConsole(): void {
  redirect(process.stdout, "stdout");
  redirect(process.stderr, "stderr");
  const ours = new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false });
  // The global console keeps its identity: modules that hold it print through ours as well.
  for (const [key, method] of Object.entries(ours)) {
    if (typeof method === "function") Object.assign(globalThis.console, { [key]: method.bind(ours) });
  }
}
