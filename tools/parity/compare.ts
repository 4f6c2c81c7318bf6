/** Finds PyTorch's names among our exports. */
import { readFileSync } from "node:fs";
import * as library from "../../lib/index.ts";
import { aliases } from "./aliases.ts";

/** A module of PyTorch, and what of it we have. */
export interface Parity {
  readonly module: string;
  /** Under the name that PyTorch's becomes in camelCase, in the same place. */
  readonly same: readonly string[];
  /** PyTorch's name, and where ours is. */
  readonly renamed: readonly (readonly [theirs: string, ours: string])[];
  readonly missing: readonly string[];
}

const { F, fft, linalg, nn, optim, Tensor } = library;

/** Where the names of each module live. */
const homes: Readonly<Record<string, readonly [prefix: string, home: object]>> = {
  torch: ["", library],
  "torch.linalg": ["linalg.", linalg],
  "torch.fft": ["fft.", fft],
  "torch.nn": ["nn.", nn],
  "torch.nn.functional": ["F.", F],
  "torch.nn.init": ["nn.init.", nn.init],
  "torch.optim": ["optim.", optim],
  "torch.optim.lr_scheduler": ["optim.lrScheduler.", optim.lrScheduler],
};

/** Where a name may live that is not at home. */
const elsewhere: readonly (readonly [prefix: string, home: object])[] = [
  ["", library],
  ["F.", F],
  ["linalg.", linalg],
  ["Tensor.prototype.", Tensor.prototype],
];

/** A name without what our spelling changes. A last underscore means in place and stays. */
const bare = (name: string) => name.replace(/_(?!$)/g, "").toLowerCase();

function find(home: object, name: string): string | undefined {
  return Object.getOwnPropertyNames(home).find((ours) => bare(ours) === bare(name));
}

/** What a path such as `nn.Linear` leads to, getters included. */
export function leadsTo(path: string): boolean {
  let at: unknown = library;
  for (const key of path.split(".")) {
    if ((typeof at !== "object" && typeof at !== "function") || at === null || !(key in at)) {
      // Fields such as `size` are those of an instance.
      return at === Tensor.prototype && key in library.zeros([]);
    }
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

function renamedTo(name: string): string | undefined {
  const alias = aliases[name];
  if (alias !== undefined) return leadsTo(alias) ? alias : undefined;
  for (const [prefix, home] of elsewhere) {
    const ours = find(home, name);
    if (ours !== undefined) return `${prefix}${ours}`;
  }
  return undefined;
}

/** Compares every module. */
export function compare(): Parity[] {
  const file = new URL("../../test/reference/names.json", import.meta.url);
  const names = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
  return Object.entries(names).map(([module, theirs]) => {
    const [prefix, home] = homes[module]!;
    const same: string[] = [];
    const renamed: [string, string][] = [];
    const missing: string[] = [];
    for (const name of theirs) {
      const ours = find(home, name);
      const other = ours === undefined ? renamedTo(name) : undefined;
      if (ours !== undefined) same.push(`${prefix}${ours}`);
      else if (other !== undefined) renamed.push([name, other]);
      else missing.push(name);
    }
    return { module, same, renamed, missing };
  });
}
