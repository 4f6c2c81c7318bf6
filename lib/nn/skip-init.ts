/** Making modules without drawing their first values. */

let skipping = false;

/** Whether draws of first values are left out at the moment. */
export function isSkippingInit(): boolean {
  return skipping;
}

/**
 * Makes modules whose weights and biases stay 0 instead of being drawn: for those that get others at once, from a file or from a rule of their own.
 * Large ones are then made in no time.
 *
 * @param make Makes the module, and gives it.
 * @see torch.nn.utils.skip_init, which takes the class and its arguments.
 * @example skipInit(() => new Linear(2, 1)).weight.toArray() // [[0, 0]]
 */
export function skipInit<T>(make: () => T): T {
  const before = skipping;
  skipping = true;
  try {
    return make();
  } finally {
    skipping = before;
  }
}
