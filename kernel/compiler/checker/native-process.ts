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
  if (!client.process)
    throw new Error("The type checker has no process: its API is not the one that this kernel knows");
  hidePipeErrors(client.process);
  return client.process;
}

/** Its pipes break when it is ended in the middle of something; its exit is what counts. */
function hidePipeErrors(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.on("error", () => {});
  const input = child.stdin!;
  const write = input.write.bind(input);
  // The API's connection throws a failed write once more where nobody can catch it.
  input.write = ((...given: [unknown, ...unknown[]]) => {
    const written = given.pop() as () => void;
    return write(...(given as [string, BufferEncoding]), () => written());
  }) as typeof input.write;
}
