/** Checks the first and second derivatives of a layer by finite differences along a direction of all its inputs and parameters together. */
import { fromData, gradients, type nn, noGrad, type Tensor, tensor } from "../../../lib/index.ts";

type AnyModule = nn.Module & ((...inputs: Tensor[]) => Tensor);

/** A tensor of uneven numbers in the shape of another. */
function wave(x: Tensor, rate: number): Tensor {
  return fromData(
    Float64Array.from({ length: x.size }, (_, i) => Math.sin(rate * i + 1)),
    x.shape,
  );
}

/** Σ weight · x over all tensors: one number to differentiate. */
function weighed(list: readonly (Tensor | null)[], rate: number): Tensor {
  const parts = list.flatMap((x) => (x === null ? [] : [x.mul(wave(x, rate)).sum()]));
  return parts.reduce((a, b) => a.add(b), tensor(0, { dtype: "float64" }));
}

/** Throws unless two numbers agree as far as finite differences can tell. */
function expectAgree(what: string, found: number, numeric: number): void {
  if (Math.abs(found - numeric) <= 1e-5 * Math.max(1, Math.abs(numeric))) return;
  throw new Error(`The ${what} derivative is ${found} by backward, ${numeric} by finite differences`);
}

/**
 * Compares derivatives along a direction in float64: of the weighted sum of squared outputs, and of the weighted sum of its gradients.
 *
 * @param inputs What the layer is called with. Floating ones are moved a little, so that no kink and no tie is near.
 */
export function checkDerivatives(layer: AnyModule, inputs: readonly Tensor[]): void {
  const places = inputs.map((x) => (x.dtype === "float64" ? x.add(wave(x, 7).mul(0.03)) : x));
  const floating = places.filter((x) => x.dtype === "float64");
  const parameters = layer.parameters();
  const middle = [...floating, ...parameters.map((p) => p.detach().clone())];
  const directions = middle.map((x) => wave(x, 3));

  /** The loss t steps along the direction, and the leaves there. */
  const at = (t: number): [loss: Tensor, leaves: Tensor[]] => {
    const values = middle.map((x, i) => x.add(directions[i]!.mul(t)));
    const given = values.slice(0, floating.length).map((x) => x.requiresGrad_());
    parameters.forEach((p, i) => {
      noGrad(() => p.copy_(values[floating.length + i]!));
    });
    const queue = [...given];
    const y = layer(...places.map((x) => (x.dtype === "float64" ? queue.shift()! : x)));
    return [weighed([y.mul(y)], 5), [...given, ...parameters]];
  };
  const along = (grads: readonly (Tensor | null)[]): number =>
    grads.reduce((sum, g, i) => sum + (g === null ? 0 : g.detach().mul(directions[i]!).sum().item()), 0);
  const step = 1e-5;
  const difference = (f: (t: number) => number): number => (f(step) - f(-step)) / (2 * step);
  const slope = (t: number): number => weighed(gradients(...at(t)), 2).item();

  const first = difference((t) => at(t)[0].item());
  const second = difference(slope);
  // The middle comes last: the parameters must be there when backward runs.
  const [loss, leaves] = at(0);
  const grads = gradients(loss, leaves, null, { createGraph: true });
  expectAgree("first", along(grads), first);
  const sloped = weighed(grads, 2);
  expectAgree("second", sloped.requiresGrad ? along(gradients(sloped, leaves)) : 0, second);
}
