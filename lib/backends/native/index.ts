/** The compiled engine as a backend. What it does not do itself, small or rare, goes to the backend that it falls back on. */
import type { Backend } from "../backend.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { Command } from "./command.ts";
import { convolutions } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { matrixProduct } from "./matmul.ts";
import { reductions } from "./reductions.ts";
import { differs } from "./self-check.ts";

/** The compiled engine and the backend over it. */
export interface NativeEngine {
  readonly addon: Addon;
  readonly backend: Backend;
  /** The instruction set in use. */
  readonly instructions: string;
}

/** Loads the engine and checks it against the fallback; says why if there is none to use. */
export function loadEngine(fallback: Backend): NativeEngine | { missing: string } {
  const addon = loadAddon();
  if ("missing" in addon) return addon;
  const command = new Command(addon);
  const loops = elementwise(command, fallback);
  const backend: Backend = {
    ...fallback,
    name: "native",
    ...loops,
    ...reductions(command, fallback),
    ...matrixProduct(command, fallback),
    ...convolutions(command, fallback, loops),
  };
  // The best instruction set whose results are right: a wrong one would train wrong models without a word.
  let fault = "";
  for (const wanted of [process.env.GRADBOOK_INSTRUCTIONS ?? "auto", "avx2", "baseline"]) {
    const instructions = addon.setInstructions(wanted);
    fault = differs(backend, fallback) ?? "";
    if (fault === "") return { addon, backend, instructions };
  }
  return { missing: `its results are wrong on this machine: ${fault}` };
}
