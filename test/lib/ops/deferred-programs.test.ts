/** Programs drawn at random give the bits that they give where every op runs at once: their values, their gradients, the gradients of those, and their errors. */
import { describe, expect, test } from "@jest/globals";
import { cat, gradients, noGrad, type Tensor, tensor, where } from "../../../lib/index.ts";
import { RandomGenerator } from "../../../lib/random/generator.ts";
import { atOnce, isWaiting, numbers, onThreads, waits } from "./waiting.ts";

/** Shapes of odd sizes, which no block and no vector divides, and of whole blocks. */
const shapes = [
  [257, 1021],
  [7, 39, 961],
  [512, 512],
] as const;

const anywhere = [
  ...(["neg", "abs", "sign", "relu", "sigmoid", "tanh", "gelu", "sin", "cos", "atan", "erf", "softplus"] as const),
  ...(["logSigmoid", "floor", "round", "trunc", "asinh", "silu", "elu", "selu", "hardtanh", "leakyRelu"] as const),
];
const steep = ["exp", "expm1", "square", "sinh", "cosh", "mish"] as const;
const positive = ["log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal"] as const;
const small = ["asin", "acos", "atanh", "tan"] as const;
const binary = ["add", "sub", "mul", "maximum", "minimum", "atan2"] as const;
const byPositive = ["div", "remainder", "fmod", "floorDivide"] as const;
const comparisons = ["gt", "ge", "lt", "le", "eq", "ne"] as const;
const inPlace = ["add_", "sub_", "mul_"] as const;
const inPlaceAlone = ["tanh_", "sigmoid_", "relu_", "neg_", "abs_", "square_"] as const;

// Under jest a look at a global costs more than most of what is done with it.
const { imul } = Math;
const { isNaN: isNothing } = Number;

/** A number that stands for the bits of elements, every NaN being the same. */
function print(values: ArrayLike<number>): number {
  const bits = new Float64Array(1);
  const halves = new Int32Array(bits.buffer);
  let hash = values.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    bits[0] = isNothing(value) ? 0.123 : value;
    hash = imul(hash ^ halves[0]! ^ imul(halves[1]!, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** What a program has seen, in words and prints, and how many of its values waited. */
interface Sights {
  readonly seen: string[];
  waited: number;
}

class Program {
  readonly sights: Sights = { seen: [], waited: 0 };
  private readonly draw: RandomGenerator;
  private readonly shape: readonly number[];
  private readonly leaves: Tensor[];
  private readonly values: Tensor[];
  private readonly held: { array: { [i: number]: number; readonly length: number } }[] = [];

  /** Whether nothing is recorded, so that anything may be changed in place. */
  private readonly isFree: boolean;
  /** Whether values that a step back will look at may be changed: mostly to an error. */
  private readonly isReckless: boolean;

  constructor(seed: number) {
    this.isFree = seed % 4 === 3;
    this.isReckless = seed % 4 === 2;
    this.draw = new RandomGenerator(seed);
    this.shape = this.pick(shapes);
    const [last, lead] = [this.shape.at(-1)!, this.shape.slice(0, -1)];
    // A plane at least wants a gradient; the others, and what is repeated to a plane, may.
    const made = [this.shape, this.shape, this.shape, [last], [...lead, 1], []].map((shape, i) =>
      numbers(16 * seed + i, !this.isFree && (i === 0 || this.below(2) === 0), shape),
    );
    this.leaves = made;
    this.values = made.slice(0, 3);
  }

  private below(n: number): number {
    return this.draw.integer(n);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A value, often one of the latest. */
  private value(): Tensor {
    return this.below(2) === 0
      ? this.values[Math.max(0, this.values.length - 1 - this.below(3))]!
      : this.pick(this.values);
  }

  /** What is repeated to a plane: a row, a column, one number as a tensor or by itself, or a part of another plane. */
  private repeated(): Tensor | number {
    const kind = this.below(5);
    if (kind < 3) return this.leaves[3 + kind]!;
    return kind === 3 ? 0.25 * (1 + this.below(8)) : this.value().narrow(0, { start: this.below(3), length: 1 });
  }

  private note(what: string, x: Tensor): void {
    this.sights.seen.push(`${what}: ${x.dtype} [${x.shape}] ${print(x.detach().clone().flatten().data)}`);
  }

  private add(what: string, x: Tensor): void {
    if (isWaiting(x)) this.sights.waited++;
    // Often enough to be found in the op that is wrong, and seldom enough for chains.
    if (this.below(8) === 0) this.note(what, x);
    this.values.push(x.dtype === "float32" ? x : x.float());
  }

  run(): Sights {
    for (let step = 0; step < 24; step++) this.step();
    try {
      if (!this.isFree) this.goBack();
    } catch (error) {
      this.sights.seen.push(String(error));
    }
    this.values.forEach((x, i) => {
      if (i % 3 === 0) this.note(`value ${i}`, x);
    });
    return this.sights;
  }

  private step(): void {
    const x = this.value();
    const kind = this.below(24);
    if (kind < 3) this.unary(this.pick(anywhere), x);
    else if (kind === 3) this.unary(this.pick(steep), x.clamp({ min: -2, max: 2 }));
    else if (kind === 4) this.unary(this.pick(positive), x.abs().add(0.25));
    else if (kind === 5) this.unary(this.pick(small), x.tanh().mul(0.9));
    else if (kind < 10) this.binary(x, this.value());
    else if (kind < 13) {
      const other = this.repeated();
      if (typeof other !== "number" && this.below(2) === 0) this.binary(other, x);
      else this.binary(x, other);
    } else if (kind === 13) {
      const op = this.pick(byPositive);
      this.add(op, x[op](this.value().abs().add(0.5)));
    } else if (kind === 14)
      this.add(
        "pow",
        x
          .abs()
          .add(0.5)
          .pow(this.pick([2, 3, 0.5, -1, this.value().tanh()])),
      );
    else if (kind === 15) this.choose(x);
    else if (kind === 16) this.otherTypes(x);
    else if (kind < 19) this.rearrange(x);
    else if (kind < 21) this.changeInPlace(x);
    else if (kind === 21) this.leaveGraph(x);
    else if (kind === 22) this.hold(x);
    else this.look(x);
  }

  private unary(op: (typeof anywhere | typeof steep | typeof positive | typeof small)[number], x: Tensor): void {
    this.add(op, x[op]());
  }

  private binary(a: Tensor, b: Tensor | number): void {
    const op = this.pick(binary);
    const result = a[op](b as Tensor);
    this.add(op, op === "mul" || op === "add" || op === "sub" ? result.clamp({ min: -9, max: 9 }) : result);
  }

  private choose(x: Tensor): void {
    const [op, other] = [this.pick(comparisons), this.value()];
    const mask = x[op](this.pick([0, 0.5, other]));
    const way = this.below(3);
    if (way === 0) this.add(`where ${op}`, where(mask, x, other));
    else if (way === 1) this.add(`mask of ${op}`, x.maskedFill(mask.logicalNot(), -1));
    else this.add(`times ${op}`, other.mul(mask).add(mask.logicalXor(x.lt(0.25)).float()));
  }

  /** What lies between is of another type, which does not wait. */
  private otherTypes(x: Tensor): void {
    const way = this.below(4);
    if (way === 0) this.add("in float64", x.double().mul(0.7).tanh().add(this.value()));
    else if (way === 1) this.add("and float64", x.add(tensor([0.1], { dtype: "float64" })));
    else if (way === 2) this.add("in int32", x.mul(3).round().int().add(1).mul(2));
    else this.add("and int32", x.mul(this.value().round().int().clamp({ min: -2, max: 2 })));
  }

  private rearrange(x: Tensor): void {
    const [first, last] = [this.shape[0]!, this.shape.length - 1];
    const cut = 1 + this.below(first - 2);
    const start = (length: number) => ({ start: 0, length });
    const rest = { start: cut, length: first - cut };
    const way = this.below(7);
    if (way === 6) {
      const both = cat([x, this.value()]).mul(0.5);
      this.add(
        "two halves",
        both
          .narrow(0, start(first))
          .sub(both.narrow(0, { start: first, length: first }))
          .tanh(),
      );
    } else if (way === 0) this.add("turned twice", x.transpose(0, last).contiguous().mul(0.75).transpose(0, last));
    else if (way === 1) this.add("in a line", x.flatten().sigmoid().reshape(this.shape));
    else if (way === 2) this.add("in parts", cat([x.narrow(0, start(cut)).mul(2), x.narrow(0, rest).tanh()]));
    else if (way === 3) this.add("flipped", x.flip([0]).sub(x));
    else if (way === 4) this.add("a row for all", x.narrow(0, start(1)).expand(this.shape).add(this.value()));
    else this.add("less its mean", x.sub(x.mean({ dim: last, keepDim: true })));
  }

  private changeInPlace(x: Tensor): void {
    const isOpen = this.isFree || (this.isReckless && !x.isLeaf);
    const target = isOpen ? x : x.mul(1.25).add(this.repeated() as Tensor);
    const way = this.below(4);
    // Somebody has taken what it was.
    if (this.below(2) === 0) this.add("before a change", target.mul(0.5));
    if (way === 0) target[this.pick(inPlace)](this.value().clamp({ min: -2, max: 2 }));
    else if (way === 1) target[this.pick(inPlaceAlone)]();
    else if (way === 2) target.narrow(0, { start: 1, length: 2 }).mul_(0.5);
    else target.select(0, this.below(this.shape[0]!)).fill_(this.below(4));
    this.add("changed in place", target);
  }

  private leaveGraph(x: Tensor): void {
    const way = this.below(4);
    if (way === 0) this.add("detached", x.detach().add(this.value()));
    else if (way === 1)
      this.add(
        "unrecorded",
        noGrad(() => x.sigmoid().mul(2)),
      );
    else if (way === 2 && !x.isLeaf) x.registerHook((g) => g.mul(0.5).add(0.125));
    // Unseen by backward, and seen by whoever shares the memory: mostly by a value that no step back looks at.
    else noGrad(() => (this.isFree ? x : x.mul(1)).detach().add_(this.value()).clamp_({ min: -9, max: 9 }));
  }

  /** Somebody has the array itself, and may write into it at any time. */
  private hold(x: Tensor): void {
    if (this.held.length > 0 && this.below(2) === 0) {
      const { array } = this.pick(this.held);
      array[this.below(array.length)] = 0.5;
    } else if (!x.requiresGrad) {
      this.held.push({ array: x.data });
    } else {
      const copy = x.detach().mul(1);
      this.values.push(copy);
      this.held.push({ array: copy.data });
    }
  }

  private look(x: Tensor): void {
    const way = this.below(3);
    if (way === 0) this.note("a look", x);
    else if (way === 1)
      this.sights.seen.push(`a look: ${x.detach().flatten().narrow(0, { start: 77, length: 1 }).item()}`);
    else this.sights.seen.push(`a look at the sum: ${x.detach().sum().item()}`);
  }

  private goBack(): void {
    const ends = this.values.filter((x) => x.requiresGrad);
    const loss = ends
      .filter((_, i) => i >= ends.length - 3 || i % 4 === 0)
      .map((x, i) =>
        x
          .mul(0.5 + i)
          .tanh()
          .square()
          .mean(),
      )
      .reduce((sum, x) => sum.add(x));
    const leaves = this.leaves.filter((x) => x.requiresGrad);
    const way = this.below(3);
    if (way === 0) {
      for (const retainGraph of [true, false]) loss.backward(null, { retainGraph });
      for (const { grad } of leaves) if (grad !== null) this.note("gradient", grad);
      return;
    }
    const first = gradients(loss, leaves, null, { createGraph: way === 1 });
    for (const slope of first) if (slope !== null) this.note("gradient", slope);
    if (way === 2) return;
    const steps = first.filter((slope) => slope?.requiresGrad).map((slope) => slope!.mul(100).square().mean());
    const second = gradients(
      steps.reduce((sum, x) => sum.add(x)),
      leaves,
    );
    for (const slope of second) if (slope !== null) this.note("second gradient", slope);
  }
}

const programs = 12;
const run = (seed: number) => new Program(seed).run();

(waits ? describe : describe.skip)("ops that wait", () => {
  const all = new Set<string>();
  let waited = 0;

  test.each(
    Array.from({ length: programs }, (_, seed) => [seed, seed % 2 === 0 ? "one thread" : "two threads"] as const),
  )("give what they give at once in the random program %d, forward and back, on %s", (seed) => {
    const wanted = atOnce(() => run(seed));
    expect(wanted.waited).toBe(0);
    const got = onThreads(1 + (seed % 2), () => run(seed));
    expect(got.seen).toEqual(wanted.seen);
    waited += got.waited;
    for (const sight of wanted.seen) all.add(sight.replace(/[:\d].*/s, ""));
  });

  test("are many in these, and of all kinds", () => {
    expect(waited).toBeGreaterThan(8 * programs);
    expect([...all]).toEqual(expect.arrayContaining(["gradient", "second gradient", "Error"]));
  });
});
