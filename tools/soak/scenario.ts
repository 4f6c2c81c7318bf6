/** What a soak test is: something done very often, or something gone wrong, and what must hold all the same. */
import type { Executed, Kernel } from "../../test/support/client.ts";
import type { Random } from "./random.ts";

export interface Findings {
  /** What was done and measured, for the table. */
  figures: string;
  /** What went wrong; none is what is wanted. */
  problems: string[];
}

export interface Scenario {
  name: string;
  /** @param times How often, in a full run. */
  times: number;
  run(times: number, random: Random): Promise<Findings>;
}

export const plain = ({ result }: Executed): unknown => result?.["text/plain"];

/** Ends a kernel and adds what it left behind, or wrote where it should not, to the problems. */
export async function ended(kernel: Kernel, problems: string[], quiet = true): Promise<void> {
  const { killed, leftovers, code } = await kernel.stop();
  if (killed || code !== 0) problems.push(`the kernel did not end by itself (exit code ${code})`);
  for (const { command } of leftovers) problems.push(`left behind: ${command}`);
  if (kernel.invalid.length > 0) problems.push(`${kernel.invalid.length} messages were no valid messages`);
  const written = kernel.output.stdout + kernel.output.stderr;
  if (quiet && written) problems.push(`the kernel wrote: ${written.slice(0, 300)}`);
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
