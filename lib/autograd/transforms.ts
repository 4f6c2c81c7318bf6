/** Derivatives as functions of functions: gradients, Jacobians, Hessians, products with them. */
import { asTensor, fromData, zerosLike } from "../creation.ts";
import { allocate } from "../dtype.ts";
import { type Shape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { gradients } from "./engine.ts";
import { enableGrad } from "./mode.ts";
import { clone, joinRows } from "./primitives.ts";

/** A function of tensors, the first of which the transforms differentiate by. */
export type TensorFunction<A extends readonly unknown[] = []> = (x: Tensor, ...rest: A) => Tensor;

/** How a transform runs. */
export interface TransformOptions {
  /** Record the derivative too, so that it can be differentiated; default false. */
  createGraph?: boolean;
}

/** A leaf with the value of `x`; if the derivative is to be recorded, a copy through which gradients still flow to `x`. */
function variable(x: TensorLike, connected: boolean): Tensor {
  const t = asTensor(x);
  if (connected && t.requiresGrad) return clone(t);
  return t.detach().requiresGrad_();
}

/**
 * The function `x ↦ (f(x), ∇f(x))`, where f gives a single number.
 *
 * @example const [y, dy] = valueAndGrad((x) => x.mul(x))(3); [y.item(), dy.item()] // [9, 6]
 */
export function valueAndGrad<A extends readonly unknown[]>(
  f: TensorFunction<A>,
  options: TransformOptions = {},
): (x: TensorLike, ...rest: A) => [value: Tensor, grad: Tensor] {
  return (x, ...rest) =>
    enableGrad(() => {
      const { createGraph = false } = options;
      const at = variable(x, createGraph);
      const y = f(at, ...rest);
      if (y.size !== 1) {
        throw new RangeError(
          `Cannot take the gradient of a function with values of shape ${show(y.shape)}: use jacobian`,
        );
      }
      const [grad] = y.requiresGrad ? gradients(y, [at], null, { createGraph }) : [null];
      return [createGraph ? y : y.detach(), grad ?? zerosLike(at)];
    });
}

/**
 * The gradient as a function: `x ↦ ∇f(x)`, where f gives a single number.
 *
 * @param options `createGraph` records the gradient, so that `grad(grad(f, { createGraph: true }))` is f″.
 * @example grad((x) => x.pow(3))(2).item() // 12
 */
export function grad<A extends readonly unknown[]>(
  f: TensorFunction<A>,
  options: TransformOptions = {},
): (x: TensorLike, ...rest: A) => Tensor {
  const both = valueAndGrad(f, options);
  return (x, ...rest) => both(x, ...rest)[1];
}

/**
 * The Jacobian `∂fᵢ/∂xⱼ`.
 *
 * Shapes: f from `(…x)` to `(…y)` → `(…y, …x)`.
 *
 * @see book §2.5.
 * @example jacobian((x) => x.mul(x), [1, 2]).toArray() // [[2, 0], [0, 4]]
 */
export function jacobian(f: TensorFunction, x: TensorLike, options: TransformOptions = {}): Tensor {
  return enableGrad(() => {
    const { createGraph = false } = options;
    const at = variable(x, createGraph);
    const y = f(at);
    const shape: Shape = [...y.shape, ...at.shape];
    const rows = Array.from({ length: y.size }, (_, i) => {
      if (!y.requiresGrad) return null;
      const unit = allocate(y.dtype, y.size);
      unit[i] = 1;
      return gradients(y, [at], fromData(unit, y.shape), { createGraph, retainGraph: true })[0]!;
    });
    return joinRows(
      rows.map((row) => row ?? zerosLike(at)),
      shape,
      at.dtype,
    );
  });
}

/**
 * The Hessian `∂²f/∂xᵢ∂xⱼ` of a function that gives a single number.
 *
 * Shapes: x of `(…)` → `(…, …)`.
 *
 * @see book §2.5.
 * @example hessian((x) => x.pow(3).sum(), [1, 2]).toArray() // [[6, 0], [0, 12]]
 */
export function hessian(f: TensorFunction, x: TensorLike, options: TransformOptions = {}): Tensor {
  return jacobian(grad(f, { createGraph: true }), x, options);
}

/**
 * The Hessian times a vector, without the Hessian: the derivative of `∇f · v`.
 *
 * @see Pearlmutter (1994).
 * @example hvp((x) => x.pow(3).sum(), [1, 2], [1, 1]).toArray() // [6, 12]
 */
export function hvp(f: TensorFunction, x: TensorLike, v: TensorLike): Tensor {
  return enableGrad(() => {
    const at = variable(x, false);
    const slope = grad(f, { createGraph: true })(at);
    if (!slope.requiresGrad) return zerosLike(at);
    return gradients(slope, [at], v)[0] ?? zerosLike(at);
  });
}

/**
 * A vector times the Jacobian: the value `f(x)` and the function `v ↦ vᵀ ∂f/∂x`, which is what backward computes.
 *
 * @param v Of the shape of `f(x)`.
 * @example vjp((x) => x.mul(x), [1, 2], [1, 10])[1].toArray() // [2, 40]
 */
export function vjp(f: TensorFunction, x: TensorLike, v: TensorLike): [value: Tensor, product: Tensor] {
  return enableGrad(() => {
    const at = variable(x, false);
    const y = f(at);
    const product = y.requiresGrad ? gradients(y, [at], v)[0] : null;
    return [y.detach(), product ?? zerosLike(at)];
  });
}

/**
 * The Jacobian times a vector: the value `f(x)` and the derivative of f in the direction v, `∂f/∂x v`.
 *
 * It goes backward twice: `uᵀ ∂f/∂x` is linear in u, and its derivative by u, in direction v, is the product.
 *
 * @param v Of the shape of x.
 * @example jvp((x) => x.outer([1, 3]), [1, 2], [1, 0])[1].toArray() // [[1, 3], [0, 0]]
 */
export function jvp(f: TensorFunction, x: TensorLike, v: TensorLike): [value: Tensor, product: Tensor] {
  return enableGrad(() => {
    const at = variable(x, false);
    const y = f(at);
    if (!y.requiresGrad) return [y, zerosLike(y)];
    const u = zerosLike(y.detach()).requiresGrad_();
    const [slope] = gradients(y, [at], u, { createGraph: true });
    const product = slope?.requiresGrad ? gradients(slope, [u], v)[0] : null;
    return [y.detach(), product ?? zerosLike(y.detach())];
  });
}
