/** Names of parameters, between PyTorch's way of writing and ours. */
import type { Tensor } from "../tensor.ts";

function rename(state: Readonly<Record<string, Tensor>>, change: (part: string) => string): Record<string, Tensor> {
  const renamed = Object.entries(state).map(([path, value]) => [path.split(".").map(change).join("."), value] as const);
  const result = Object.fromEntries(renamed);
  if (Object.keys(result).length !== renamed.length) {
    const [twice] = renamed.map(([path]) => path).filter((path, i, all) => all.indexOf(path) !== i);
    throw new RangeError(`Cannot rename the state: two tensors would be called ${twice}`);
  }
  return result;
}

/**
 * A state with PyTorch's names as our modules have them: `bn.running_mean` becomes `bn.runningMean`, `weight_ih_l0` becomes `weightIhL0`.
 *
 * @throws {RangeError} If two names become one.
 * @example Object.keys(fromTorch({ "bn.running_mean": tensor(0) })) // ["bn.runningMean"]
 */
export function fromTorch(state: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return rename(state, (part) => part.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
}

/**
 * A state with our names as PyTorch's modules have them: the other way.
 *
 * @throws {RangeError} If two names become one.
 * @example Object.keys(toTorch({ "bn.runningMean": tensor(0) })) // ["bn.running_mean"]
 */
export function toTorch(state: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return rename(state, (part) => part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
