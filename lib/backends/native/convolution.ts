/** Convolutions and pooling. */
import { reserve } from "../../allocation.ts";
import { isFloating } from "../../dtype.ts";
import { packedView, type View } from "../../storage.ts";
import type { Backend, ConvWindow } from "../backend.ts";
import type { Command } from "./command.ts";
import { kernel } from "./ops.ts";
import { part, samplesInPieces } from "./pieces.ts";

type Convolutions = Pick<Backend, "conv2d" | "conv2dInput" | "conv2dWeight" | "maxPool2d">;

/** @param loops The elementwise kernels, for views that do not lie row-major and for sums of pieces. */
export function convolutions(
  command: Command,
  fallback: Backend,
  loops: Pick<Backend, "unary" | "binary">,
): Convolutions {
  function room({ shape, dtype, size }: View): View {
    return packedView(reserve(dtype, size), dtype, shape);
  }

  function packed(x: View): View {
    if (x.isContiguous) return x;
    const result = room(x);
    loops.unary("copy", x, result);
    return result;
  }

  /** Runs a kernel on two operands; x, weight and y say the sizes, whichever of them is the result. */
  function convolve(id: number, window: ConvWindow, [a, b]: [View, View], out: View, sizes: [View, View, View]): void {
    const [x, weight, y] = sizes;
    const [left, right] = [packed(a), packed(b)];
    command.begin(id);
    command.type(out.dtype);
    command.address(left);
    command.address(right);
    command.address(out);
    command.number(x.shape[0]!);
    command.number(window.groups);
    command.number(weight.shape[1]!);
    command.number(weight.shape[0]! / window.groups);
    command.number(x.shape[2]!);
    command.number(x.shape[3]!);
    command.number(weight.shape[2]!);
    command.number(weight.shape[3]!);
    command.number(y.shape[2]!);
    command.number(y.shape[3]!);
    command.numbers(window.stride);
    command.numbers(window.padding);
    command.numbers(window.dilation);
    command.run();
  }

  const fits = (a: View, b: View, out: View) =>
    isFloating(out.dtype) && a.dtype === out.dtype && b.dtype === out.dtype && a.size > 0 && b.size > 0 && out.size > 0;

  /** In multiplications: each number of the result, of all samples alike, takes as many as a filter has numbers. */
  const costOfSample = (weight: View, y: View) => (y.size / y.shape[0]!) * (weight.size / weight.shape[0]!);

  return {
    conv2d(x, weight, window, out) {
      if (!fits(x, weight, out)) return fallback.conv2d(x, weight, window, out);
      samplesInPieces(x.shape[0]!, costOfSample(weight, out), (start, count) => {
        const [from, to] = [part(x, 0, start, count), part(out, 0, start, count)];
        convolve(kernel.conv, window, [from, weight], to, [from, weight, to]);
      });
    },
    conv2dInput(dy, weight, window, dx) {
      if (!fits(dy, weight, dx)) return fallback.conv2dInput(dy, weight, window, dx);
      samplesInPieces(dy.shape[0]!, costOfSample(weight, dy), (start, count) => {
        const [from, to] = [part(dy, 0, start, count), part(dx, 0, start, count)];
        convolve(kernel.convInput, window, [from, weight], to, [to, weight, from]);
      });
    },
    conv2dWeight(x, dy, window, dw) {
      if (!fits(x, dy, dw)) return fallback.conv2dWeight(x, dy, window, dw);
      samplesInPieces(x.shape[0]!, costOfSample(dw, dy), (start, count) => {
        const [left, right] = [part(x, 0, start, count), part(dy, 0, start, count)];
        const sum = start === 0 ? dw : room(dw);
        convolve(kernel.convWeight, window, [left, right], sum, [left, sum, right]);
        if (sum !== dw) loops.binary("add", dw, sum, dw);
      });
    },
    maxPool2d(x, size, window, out, index) {
      if (!isFloating(x.dtype) || x.dtype !== out.dtype || out.size === 0) {
        return fallback.maxPool2d(x, size, window, out, index);
      }
      command.begin(kernel.maxPool);
      command.type(x.dtype);
      command.address(x);
      command.address(out);
      command.address(index);
      command.numbers(x.shape);
      command.number(out.shape[1]!);
      command.number(out.shape[2]!);
      command.numbers(size);
      command.numbers(window.stride);
      command.numbers(window.padding);
      command.numbers(window.dilation);
      command.numbers(x.strides);
      command.run();
    },
  };
}
