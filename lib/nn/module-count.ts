/** How many modules have been made: while it is the same, nobody has got a new one. */

let made = 0;

/** Counts one more. */
export function countModule(): void {
  made++;
}

/** The number of modules that have been made so far. */
export function modulesMade(): number {
  return made;
}
