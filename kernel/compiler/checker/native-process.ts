/**
 * The native checker's own process. Its API ends it by closing its input, and a checker that is busy at that moment does not notice:
 * it would outlive us. So we take hold of the process itself.
 */
import type { ChildProcess } from "node:child_process";
import type { API } from "typescript/unstable/async";

/** What the API keeps to itself. */
interface Inside {
  client: { connect(): Promise<void>; process?: ChildProcess };
}

/** Starts the checker if it does not run yet. */
export async function nativeProcess(api: API): Promise<ChildProcess> {
  const { client } = api as unknown as Inside;
  await client.connect();
  const { process } = client;
  if (!process) throw new Error("The type checker has no process: its API is not the one that this kernel knows");
  return process;
}
