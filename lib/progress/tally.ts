/** How far a loop has come, in words. */

export interface Tally {
  readonly title: string;
  /** Items that are done. */
  readonly done: number;
  /** Items that come; undefined where nobody knows. */
  readonly total: number | undefined;
  /** Since the loop began. */
  readonly seconds: number;
  readonly ended: boolean;
}

/** From 0 to 1; of unknown totals, 0 until the end. */
export function shareOf({ done, total, ended }: Tally): number {
  if (total) return Math.min(done / total, 1);
  return ended ? 1 : 0;
}

/** `12/100 · 34/s · 2.6 s left` */
export function textOf({ done, total, seconds, ended }: Tally): string {
  const rate = done / seconds;
  const parts = [total === undefined ? `${done}` : `${done}/${total}`];
  if (done > 0 && seconds > 0) parts.push(rateText(rate));
  if (ended) parts.push(duration(seconds));
  else if (total !== undefined && done > 0 && seconds > 0) parts.push(`${duration((total - done) / rate)} left`);
  return parts.join(" · ");
}

/** `epoch ━━━━━━━━──────── 12/100 · 34/s · 2.6 s left` @param width Characters of the bar. */
export function lineOf(tally: Tally, width: number): string {
  const full = Math.round(width * shareOf(tally));
  const title = tally.title && `${tally.title} `;
  return `${title}${"━".repeat(full)}${"─".repeat(width - full)} ${textOf(tally)}`;
}

/** Of slow loops, what one item takes. */
function rateText(rate: number): string {
  return rate < 0.5 ? `${duration(1 / rate)} each` : `${Number(rate.toPrecision(3))}/s`;
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
