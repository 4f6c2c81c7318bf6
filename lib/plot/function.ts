/** A function of one variable beside its derivative. */
import { gradients } from "../autograd/engine.ts";
import { withGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import type { AxesOptions } from "./frame.ts";
import { line } from "./line.ts";
import { spaced } from "./values.ts";

/** Options of a function's chart. */
export interface FunctionOptions extends Omit<AxesOptions, "xDomain" | "xScale"> {
  /** From where to where; default −5 to 5. */
  domain?: readonly [from: number, to: number];
  /** Places at which the function is evaluated; default 201. */
  resolution?: number;
  /** The function's name in the legend; default g. */
  name?: string;
}

/**
 * A function `g(z)` and its derivative `g′(z)`, which autograd computes.
 *
 * @param g Elementwise, from a tensor `(places)` to one of the same shape.
 * @throws {RangeError} If g changes the shape.
 * @see book §1.2, §2.2.
 * @example plot.functionAndDerivative(F.sigmoid, { title: "The sigmoid and its slope" })
 */
export function functionAndDerivative(g: (z: Tensor) => Tensor, options: FunctionOptions = {}): Chart {
  const { domain = [-5, 5], resolution = 201, name = "g", ...rest } = options;
  const places = Float64Array.from(spaced(domain[0], domain[1], resolution));
  const z = fromData(places).requiresGrad_();
  const value = withGrad(true, () => g(z));
  if (value.size !== places.length) {
    throw new RangeError(
      `Cannot draw a function that makes ${show(value.shape)} of ${show(z.shape)}: it must be elementwise`,
    );
  }
  const [slope] = value.requiresGrad ? gradients(value.sum(), [z]) : [null];
  // A flat function has no graph, or a derivative of zero.
  const flat = new Float64Array(places.length);
  return line(
    { [`${name}(z)`]: value, [`${name}′(z)`]: slope ?? flat },
    { xLabel: "z", points: false, ...rest, x: places },
  );
}
