/** How often each breakpoint was reached that stops at certain hits only. */
const counts = new Map<number, number>();

/** @returns Which hit of the breakpoint this is, from 1. */
export function hit(breakpoint: number): number {
  const count = (counts.get(breakpoint) ?? 0) + 1;
  counts.set(breakpoint, count);
  return count;
}
