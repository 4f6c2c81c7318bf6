/** Fourier transforms: PyTorch's numbers and gradients, and what must hold of every transform. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  fft,
  gradcheck,
  gradgradcheck,
  gradients,
  manualSeed,
  rand,
  type Tensor,
  zeros,
} from "../../lib/index.ts";
import { type Dumped, expectClose, load, precisions, reference, seedFor } from "./reference.ts";

interface Made {
  readonly output: Dumped;
  readonly grad: Dumped;
}

interface Case {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Dumped;
  readonly float64: Made;
  readonly float32: Made;
}

interface Frequencies {
  readonly name: "fftfreq" | "rfftfreq";
  readonly n: number;
  readonly d: number;
  readonly data: readonly number[];
}

type Transform = (x: Tensor, options?: unknown) => Tensor;

const cases = reference<Case[]>("fft");
const optionsOf = ({ name, options }: Case) => (name.endsWith("shift") ? options.dim : options);
const run = (given: Case, x: Tensor) => (fft as unknown as Record<string, Transform>)[given.name]!(x, optionsOf(given));
const named = cases.map((c) => [`${c.name} ${JSON.stringify(c.options)} of [${c.input.shape}]`, c] as const);

describe("as PyTorch", () => {
  test.each(named)("%s", (_, given) => {
    for (const [dtype, tolerance] of precisions) {
      const x = load(given.input, dtype).requiresGrad_();
      const output = run(given, x);
      expect(output.dtype).toBe(dtype);
      expectClose(`the result in ${dtype}`, output, given[dtype].output, tolerance);
      const [grad] = gradients(output.mul(seedFor(output)).sum(), [x]);
      expectClose(`the gradient in ${dtype}`, grad ?? zeros(x.shape, { dtype }), given[dtype].grad, tolerance);
    }
  });

  test.each(reference<Frequencies[]>("fft-frequencies"))("$name of $n numbers $d apart", ({ name, n, d, data }) => {
    expect(fft[name](n, { d, dtype: "float64" }).toArray()).toEqual(data);
  });

  test("every function of fft is compared", () => {
    const compared = new Set<string>([...cases.map((c) => c.name), "fftfreq", "rfftfreq"]);
    const others = ["complex", "conj"];
    expect(Object.keys(fft).filter((name) => !compared.has(name) && !others.includes(name))).toEqual([]);
  });
});

describe("transforms", () => {
  const small = named.filter(([, c]) => c.input.data.length < 50 && c.input.data.length > 0);

  test.each(small)("%s has the derivatives that finite differences give", (_, given) => {
    const x = load(given.input, "float64");
    gradcheck((z) => run(given, z), [x]);
    // Squared, so that there is a second derivative.
    gradgradcheck((z) => run(given, z).square(), [x]);
  });

  test.each([1, 2, 3, 16, 17, 60, 97, 128])("of %i numbers come back by the inverse, and keep the energy", (n) => {
    manualSeed(n);
    const z = fft.complex(rand([n], { dtype: "float64" }), rand([n], { dtype: "float64" }));
    const there = fft.fft(z, { norm: "ortho" });
    expect(allClose(fft.ifft(there, { norm: "ortho" }), z, { rtol: 1e-12, atol: 1e-14 })).toBe(true);
    expect(there.square().sum().item()).toBeCloseTo(z.square().sum().item(), 10);
    const x = rand([n], { dtype: "float64" });
    expect(allClose(fft.irfft(fft.rfft(x), { n }), x, { rtol: 1e-12, atol: 1e-14 })).toBe(true);
  });

  test("turn a shift in time into a turn of every frequency, and a convolution into a product", () => {
    manualSeed(0);
    const [x, y] = [rand([6], { dtype: "float64" }), rand([6], { dtype: "float64" })];
    const [p, q] = [fft.rfft(x), fft.rfft(y)];
    const product = fft.complex(
      p
        .select(1, 0)
        .mul(q.select(1, 0))
        .sub(p.select(1, 1).mul(q.select(1, 1))),
      p
        .select(1, 0)
        .mul(q.select(1, 1))
        .add(p.select(1, 1).mul(q.select(1, 0))),
    );
    const circular = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) => x.data[j]! * y.data[(i - j + 6) % 6]!).reduce((a, b) => a + b),
    );
    fft.irfft(product, { n: 6 }).data.forEach((value, i) => {
      expect(value).toBeCloseTo(circular[i]!, 12);
    });
  });
});

test.each([
  [
    () => fft.fft([1, 2, 3]),
    "Cannot fft [3]: complex numbers are pairs in a last dimension of 2; make them with fft.complex, or use fft.rfft",
  ],
  [() => fft.irfft(zeros([2, 3])), /Cannot irfft \[2,3\]: complex numbers are pairs/],
  [() => fft.rfft([1], { n: 0 }), "Cannot rfft over 0 numbers: it must be a whole number ≥ 1"],
  [() => fft.rfft(1), "Cannot rfft []: it needs a dimension"],
  [() => fft.rfft([1, 2], { dim: 1 }), /along dimension 1: a tensor of 1 dimensions has -1 to 0/],
  [
    () => fft.rfft([1, 2], { norm: "half" as "ortho" }),
    "Cannot scale by norm half: it must be backward, ortho or forward",
  ],
  [
    () => fft.fftn(zeros([2, 2, 2]), { s: [2], dim: [0, 1] }),
    "Cannot transform 2 dimensions to 1 lengths: there must be as many",
  ],
  [() => fft.fftfreq(0), "Cannot list 0 frequencies: it must be a whole number ≥ 1"],
])("what cannot be transformed is refused: %s", (call, text) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(text);
});
