/** Random chains of elementwise ops in one pass give the bits of their steps one by one, at every odd size and around the blocks that they run in. */
import { expect, test } from "@jest/globals";
import type { Backend, ChainInput, ChainStep } from "../../../lib/backends/backend.ts";
import { binaryOps, unaryOps } from "../../../lib/backends/native/ops.ts";
import { RandomGenerator } from "../../../lib/random/generator.ts";
import { packedView, Storage, type View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { numbers, sizes } from "./views.ts";

/** Around the blocks of a chain, and enough for several threads. */
const wider = [1023, 1024, 1025, 2049, 70_001];
const mostInputs = 20;
const mostSteps = 16;
const seeds = Array.from({ length: 18 }, (_, seed) => seed);

/** Ops after which numbers are still some and differ; what others give is seldom gone on with. */
const mildUnary = ["neg", "abs", "tanh", "sigmoid", "sin", "atan", "square"] as const;
const mildBinary = ["add", "sub", "mul", "maximum", "minimum", "sigmoidGradient"] as const;
const others = [...unaryOps, ...binaryOps].filter((op) => ![...mildUnary, ...mildBinary].some((mild) => mild === op));

/** A chain without its memory: steps by operands, and which results are wanted. */
interface Plan {
  /** A number for all, or null for an array. */
  readonly inputs: readonly (number | null)[];
  readonly steps: readonly Omit<ChainStep, "out">[];
  readonly wanted: readonly boolean[];
  /** The input whose memory the last step writes over, −1 for none. */
  readonly over: number;
}

function plan(seed: number): Plan {
  const draw = new RandomGenerator(seed);
  const below = (n: number) => draw.integer(n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  // Chains of the greatest size too.
  const count = seed % 6 === 0 ? mostInputs : 1 + below(6);
  const length = seed % 6 === 1 ? mostSteps : 2 + below(mostSteps - 1);
  const inputs = Array.from({ length: count }, (_, i) => (i > 0 && below(3) === 0 ? pick([2, -0.5, 0, 3]) : null));
  const readable = inputs.map((_, i) => i);
  const steps: Omit<ChainStep, "out">[] = [];
  const wanted: boolean[] = [];
  for (let at = 0; at < length; at++) {
    // Often the latest one, so that some chains are long.
    const operand = () => (below(2) === 0 ? readable.at(-1)! : pick(readable));
    const isLast = at === length - 1;
    const isMild = isLast || below(3) > 0;
    const op = isMild ? pick(below(5) < 2 ? mildUnary : mildBinary) : others[(5 * seed + at) % others.length]!;
    steps.push({ op, a: operand(), b: unaryOps.some((unary) => unary === op) ? -1 : operand() });
    wanted.push(isLast || !isMild || below(3) === 0);
    if (isMild || below(6) === 0) readable.push(count + at);
  }
  // Only memory that a block is read from before anything is written there.
  const readLater = steps.at(-1)!;
  const over = inputs[readLater.a] === null && below(2) === 0 ? readLater.a : -1;
  return { inputs, steps, wanted, over };
}

/** Arrays for the inputs, each beginning somewhere in its memory; the one that is written over is whole. */
function arrays({ inputs, over }: Plan, size: number): (number | { storage: Storage; offset: number })[] {
  return inputs.map((value, i) => {
    if (value !== null) return value;
    const offset = i === over ? 0 : i % 4;
    const next = numbers(i + size);
    return { storage: new Storage(Float32Array.from({ length: size + offset }, next)), offset };
  });
}

/** Runs the chain in one pass, and returns what is wanted. */
function together(backend: Backend, { steps, wanted, over, ...rest }: Plan, size: number): Float32Array[] {
  const given = arrays({ steps, wanted, over, ...rest }, size);
  const outs = steps.map((_, at) => {
    if (!wanted[at]) return null;
    const written = at === steps.length - 1 && over >= 0 ? given[over]! : null;
    return written !== null && typeof written !== "number" ? written.storage : new Storage(new Float32Array(size));
  });
  const chained = steps.map((step, at): ChainStep => ({ ...step, out: outs[at]! }));
  backend.chain!(size, given as ChainInput[], chained);
  return outs.filter((out) => out !== null).map((out) => out.array as Float32Array);
}

/** Runs the steps one by one, each by the engine's loop over everything. */
function apart(backend: Backend, { steps, wanted, ...rest }: Plan, size: number): Float32Array[] {
  const operands: ChainInput[] = arrays({ steps, wanted, ...rest }, size);
  const results = steps.map(({ op, a, b }) => {
    const out = packedView(new Storage(new Float32Array(size)), "float32", [size]);
    const [left, right] = [operands[a]!, b < 0 ? null : operands[b]!];
    // The engine leaves a few numbers to loops of its fallback, which may round differently.
    if (size > 16 && b < 0) backend.unary(op as never, viewOf(left, size), out);
    else if (size > 16) backend.binary(op as never, viewOf(left, size), viewOf(right!, size), out);
    else {
      const alone = right === null ? [left] : [left, right];
      backend.chain!(size, alone, [{ op, a: 0, b: right === null ? -1 : 1, out: out.storage }]);
    }
    operands.push({ storage: out.storage, offset: 0 });
    return out.storage.array as Float32Array;
  });
  return results.filter((_, at) => wanted[at]);
}

function viewOf(x: ChainInput, size: number): View {
  if (typeof x === "number") return packedView(new Storage(Float32Array.of(x)), "float32", [1]);
  return packedView(x.storage, "float32", [size], x.offset);
}

describeEngine(({ backend }) => {
  test.each(seeds)("runs the random chain %d as its steps by themselves", (seed) => {
    const made = plan(seed);
    // No op waits for no elements.
    for (const size of [...sizes.filter((n) => n > 0), ...wider]) {
      const [got, wanted] = [together(backend, made, size), apart(backend, made, size)];
      wanted.forEach((values, k) => {
        const at = values.findIndex((value, i) => !Object.is(value, got[k]![i]));
        if (at < 0) return;
        const text = `element ${at} of ${size}, wanted result ${k}: ${got[k]![at]} in a chain, ${values[at]} by itself`;
        throw new Error(`${text}, in ${JSON.stringify(made)}`);
      });
    }
  });

  test("is tried on chains whose results are numbers, and on every kind of step", () => {
    const plans = seeds.map(plan);
    const ends = plans.map((made) => apart(backend, made, 257).at(-1)!);
    // A chain that ends in NaN or in one number everywhere would hide what went wrong before.
    const telling = ends.filter((values) => new Set(values.filter(Number.isFinite)).size > 20);
    expect(telling.length).toBeGreaterThan(seeds.length / 2);
    expect(plans.some(({ over }) => over >= 0)).toBe(true);
    expect(plans.some(({ steps }) => steps.length === mostSteps)).toBe(true);
    expect(new Set(plans.flatMap(({ steps }) => steps.map(({ op }) => op))).size).toBeGreaterThan(40);
  });
});
