/** Watching what goes into a module and comes out of it. */
import type { Module } from "./module.ts";

/** Sees the inputs of a module before it runs; what it returns, if anything, replaces them: all of them as an array, or the only one. */
export type ForwardPreHook = (module: Module, inputs: readonly unknown[]) => unknown;
/** Sees the inputs and the output of a module after it ran; what it returns, if anything, replaces the output. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;

/** The hooks of a module. */
export class ForwardHooks {
  private before: readonly ForwardPreHook[] = [];
  private after: readonly ForwardHook[] = [];
  /** Whether there are any, which is asked at each call. */
  areAny = false;

  /** Adds a hook that sees the inputs. @returns A function that removes it. */
  addBefore(hook: ForwardPreHook): () => void {
    this.set([...this.before, hook], this.after);
    return () => this.set(without(this.before, hook), this.after);
  }

  /** Adds a hook that sees the output. @returns A function that removes it. */
  addAfter(hook: ForwardHook): () => void {
    this.set(this.before, [...this.after, hook]);
    return () => this.set(this.before, without(this.after, hook));
  }

  /** Runs the module between its hooks. */
  run(module: Module, inputs: never[]): unknown {
    let given: readonly unknown[] = inputs;
    for (const hook of this.before) {
      const changed = hook(module, given);
      if (changed !== undefined) given = Array.isArray(changed) ? changed : [changed];
    }
    let output: unknown = module.forward(...(given as never[]));
    for (const hook of this.after) output = hook(module, given, output) ?? output;
    return output;
  }

  private set(before: readonly ForwardPreHook[], after: readonly ForwardHook[]): void {
    this.before = before;
    this.after = after;
    this.areAny = before.length + after.length > 0;
  }
}

const without = <T>(list: readonly T[], item: T): T[] => list.filter((other) => other !== item);
