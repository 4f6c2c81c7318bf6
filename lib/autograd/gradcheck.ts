/** Checks gradients against finite differences. */
import { asTensor, fromData, zerosLike } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { gradients } from "./engine.ts";

/** How closely gradients must agree. */
export interface GradcheckOptions {
  /** Half the distance of the finite difference; default 1e-6. */
  eps?: number;
  /** Absolute tolerance; default 1e-5. */
  atol?: number;
  /** Relative tolerance; default 1e-3. */
  rtol?: number;
}

/**
 * Compares the gradients that backward computes with central differences `(f(x + ε) − f(x − ε)) / 2ε`, in float64, for each element of each input.
 *
 * @param f Takes the inputs as float64 tensors, gives a tensor of any shape.
 * @returns true
 * @throws {Error} If one differs: says which, and both values.
 * @example gradcheck((x) => x.mul(x).sum(), [[1, 2, 3]]) // true
 */
export function gradcheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly TensorLike[],
  options: GradcheckOptions = {},
): true {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3 } = options;
  const leaves = inputs.map((x) => {
    const { data, shape } = asTensor(x, { dtype: "float64" });
    return fromData(Float64Array.from(data), shape).requiresGrad_();
  });
  const output = f(...leaves);
  const seed = unevenSeed(output);
  const weights = seed.data;
  // A result that was not recorded does not depend on the inputs: its derivative is 0.
  const analytic = output.requiresGrad ? gradients(output, leaves, seed) : [];
  const weighted = (): number => {
    // Recorded like the first run, since f may itself go backward.
    const { data } = f(...leaves);
    let total = 0;
    for (let i = 0; i < data.length; i++) total += data[i]! * weights[i]!;
    return total;
  };
  leaves.forEach((leaf, i) => {
    const grad = analytic[i]?.data;
    for (let at = 0; at < leaf.size; at++) {
      const { data } = leaf;
      const value = data[at]!;
      data[at] = value + eps;
      const above = weighted();
      data[at] = value - eps;
      const below = weighted();
      data[at] = value;
      const numeric = (above - below) / (2 * eps);
      const found = grad?.[at] ?? 0;
      if (!(Math.abs(found - numeric) <= atol + rtol * Math.abs(numeric))) {
        throw new Error(
          `Gradient of input ${i}, element ${at} of shape ${show(leaf.shape)}: backward gives ${found}, finite differences ${numeric}`,
        );
      }
    }
  });
  return true;
}

/** A fixed, uneven weight for each output: errors that cancel in a plain sum show. */
function unevenSeed({ size, shape }: Tensor): Tensor {
  return fromData(
    Float64Array.from({ length: size }, (_, i) => 1 + Math.sin(3 * i + 1) / 2),
    shape,
  );
}

/**
 * Compares second derivatives with central differences of first ones: gradcheck of the gradient.
 *
 * @param f Takes the inputs as float64 tensors, gives a tensor of any shape.
 * @returns true
 * @throws {Error} If one differs: says which, and both values.
 * @example gradgradcheck((x) => x.pow(3), [[1, 2, 3]]) // true
 */
export function gradgradcheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly TensorLike[],
  options: GradcheckOptions = {},
): true {
  inputs.forEach((_, i) => {
    const slope = (...x: Tensor[]) => {
      const y = f(...x);
      const grad = y.requiresGrad ? gradients(y, x, unevenSeed(y), { createGraph: true })[i] : null;
      return grad ?? zerosLike(x[i]!);
    };
    gradcheck(slope, inputs, options);
  });
  return true;
}
