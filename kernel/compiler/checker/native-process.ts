/**
 * The native checker's own process. Its API ends it by closing its input, and a checker that is busy at that moment does not notice:
 * it would outlive us. So we take hold of the process itself.
 */
import type { ChildProcess } from "node:child_process";
import type { API } from "typescript/unstable/async";
import { Conversation } from "./conversation.ts";

/** What the API keeps to itself. */
interface Inside {
  client: { connect(): Promise<void>; process?: ChildProcess; connection?: Pick<Conversation, "sendRequest"> };
}

/** Percent: a quarter less memory, for a few per cent of its time. */
const HEAP_GROWTH = "50";

/** Starts the checker if it does not run yet. */
export async function nativeProcess(api: API): Promise<ChildProcess> {
  const { client } = api as unknown as Inside;
  const before = process.env.GOGC;
  // The API hands on our environment. The checker is written in Go, whose heap may by default grow to twice what is alive in it.
  process.env.GOGC ??= HEAP_GROWTH;
  await client.connect();
  if (before === undefined) delete process.env.GOGC;
  const { process: child, connection } = client;
  if (!child?.stdin || !child.stdout || typeof connection?.sendRequest !== "function")
    throw new Error("The type checker has no process: its API is not the one that this kernel knows");
  // Its pipes break when it is ended in the middle of something; its exit is what counts.
  for (const stream of child.stdio) stream?.on("error", () => {});
  child.stdout.removeAllListeners("data");
  client.connection = new Conversation(child.stdin, child.stdout);
  return child;
}
