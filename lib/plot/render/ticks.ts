/** Round numbers along an axis. */

/**
 * Numbers of the form 1, 2 or 5 times a power of ten within a domain; on a log axis powers of ten.
 *
 * @param options `count`: about how many.
 */
export function niceTicks(domain: readonly [number, number], options: { count: number; isLog?: boolean }): number[] {
  const [from, to] = [Math.min(...domain), Math.max(...domain)];
  if (options.isLog) {
    const [low, high] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
    const every = Math.max(1, Math.ceil((high - low) / (options.count + 1)));
    return Array.from({ length: Math.max(0, Math.floor((high - low) / every) + 1) }, (_, i) => 10 ** (low + i * every));
  }
  const rough = (to - from) / options.count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.75) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
