/** From where to where numbers reach. */

/** The least and the greatest of some numbers. */
export type Extent = readonly [least: number, greatest: number];

/** The extent of finite numbers, widened where they are all equal; null if there is none. */
export function extend(values: readonly number[]): Extent | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  const least = finite.reduce((a, b) => Math.min(a, b));
  const greatest = finite.reduce((a, b) => Math.max(a, b));
  return least < greatest ? [least, greatest] : [least - 0.5, greatest + 0.5];
}
