/** The compiled engine as a backend. What it does not do itself, small or rare, goes to the backend that it falls back on. */
import type { Backend } from "../backend.ts";
import { linearBackwardBy } from "../linear-backward.ts";
import { type Addon, loadAddon, type Missing } from "./addon.ts";
import { attentions } from "./attention.ts";
import { chains } from "./chain.ts";
import { Command } from "./command.ts";
import { convolutions } from "./convolution.ts";
import { joins } from "./copy.ts";
import { crossEntropies } from "./cross-entropy.ts";
import { decompositions } from "./decompositions.ts";
import { lossesOfElements } from "./element-losses.ts";
import { elementwise } from "./elementwise.ts";
import { picks } from "./indexing.ts";
import { matrixProduct } from "./matmul.ts";
import { normalizations } from "./norm.ts";
import { optimizerSteps } from "./optimizer.ts";
import { draws } from "./random.ts";
import { recurrences } from "./recurrence.ts";
import { reductions } from "./reductions.ts";
import { type Fault, faultsOf, withoutFaults } from "./self-check.ts";
import { wordLearning } from "./words.ts";

/** The compiled engine and the backend over it. */
export interface NativeEngine {
  readonly addon: Addon;
  readonly backend: Backend;
  /** The instruction set in use. */
  readonly instructions: string;
  /** Kernels whose results are wrong on this machine; the fallback stands in for them. */
  readonly faults: readonly Fault[];
}

/** Loads the engine and checks it against the fallback; says why if there is none to use. */
export function loadEngine(fallback: Backend): NativeEngine | Missing {
  const addon = loadAddon();
  if ("missing" in addon) return addon;
  const command = new Command(addon);
  const loops = elementwise(command, fallback);
  const folds = reductions(command, fallback);
  const products = matrixProduct(command, fallback);
  const backend: Backend = {
    ...fallback,
    name: "native",
    ...loops,
    ...chains(command),
    ...joins(command, loops),
    ...folds,
    ...picks(command, fallback),
    ...products,
    linearBackward: linearBackwardBy({ ...products, ...folds }),
    ...convolutions(command, fallback, loops),
    ...normalizations(command, fallback),
    ...crossEntropies(command, fallback),
    ...lossesOfElements(command, fallback),
    ...attentions(command, fallback),
    ...recurrences(command, fallback, loops),
    ...optimizerSteps(command),
    ...draws(command),
    ...wordLearning(command, fallback),
    ...decompositions(command, fallback, loops),
  };
  // The instruction set with the fewest kernels whose results are wrong, the best one if several: wrong results would train wrong models
  // without a word.
  let best: NativeEngine | null = null;
  for (const wanted of [process.env.GRADBOOK_INSTRUCTIONS ?? "auto", "avx2", "baseline"]) {
    const instructions = addon.setInstructions(wanted);
    const faults = faultsOf(backend, fallback);
    if (best === null || faults.length < best.faults.length) best = { addon, backend, instructions, faults };
    if (faults.length === 0) break;
  }
  const { instructions, faults } = best!;
  addon.setInstructions(instructions);
  return { addon, backend: withoutFaults(backend, fallback, faults), instructions, faults };
}
