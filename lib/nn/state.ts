/** The saved state of a module: its names, and putting one into a module. */
import { withGrad } from "../autograd/mode.ts";
import { copy_ } from "../ops/inplace.ts";
import { sameShape, show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Tensors by name: what `stateDict()` gives. */
export type StateDict = Record<string, Tensor>;

/** The keys that `loadStateDict` could not match. */
export interface KeyReport {
  missing: string[];
  unexpected: string[];
}

/**
 * PyTorch's spelling of a field's name or a path of them: `norm.runningMean` is `norm.running_mean`, `weightIhL0` is `weight_ih_l0`.
 *
 * A state spelled so is read by PyTorch, and one that PyTorch wrote is read here.
 *
 * @example stateName("runningMean") === "running_mean" // true
 */
export function stateName(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/**
 * Copies a state into the tensors of a module, or throws and leaves them as they are.
 *
 * @param owner The module's class, for the error.
 * @param tensors What the module has, by path.
 * @param strict Whether keys must match exactly.
 */
export function loadState(
  owner: string,
  tensors: readonly (readonly [path: string, tensor: Tensor])[],
  state: Readonly<StateDict>,
  strict: boolean,
): KeyReport {
  const own = new Map(tensors.map(([path, tensor]) => [stateName(path), tensor]));
  const values = new Map(Object.entries(state).map(([key, value]) => [stateName(key), value]));
  const missing = [...own.keys()].filter((key) => !values.has(key));
  const unexpected = Object.keys(state).filter((key) => !own.has(stateName(key)));
  const problems: string[] = [];
  if (strict) {
    if (missing.length > 0) problems.push(`missing ${missing.join(", ")}`);
    if (unexpected.length > 0) problems.push(`unexpected ${unexpected.join(", ")}`);
  }
  for (const [key, tensor] of own) {
    const given = values.get(key);
    if (given && !sameShape(given.shape, tensor.shape)) {
      problems.push(`${key} has shape ${show(given.shape)}, expected ${show(tensor.shape)}`);
    }
  }
  if (problems.length > 0) throw new RangeError(`Cannot load the state of ${owner}: ${problems.join("; ")}`);
  withGrad(false, () => {
    for (const [key, tensor] of own) {
      const given = values.get(key);
      if (given) copy_(tensor, given);
    }
  });
  return { missing, unexpected };
}
