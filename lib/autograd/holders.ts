/** Who holds the gradients that a way back makes, so that their memory is free as soon as nobody does, and not when the collector comes by. */
import { type Storage, switchWay } from "../storage.ts";
import type { Tensor } from "../tensor.ts";

/** Ops that others wrote: their backward may keep what it gets and what it gives. */
const foreign = new WeakSet<object>();
let isAnyForeign = false;

/** Says that others wrote an op. */
export function markForeign(op: object): void {
  foreign.add(op);
  isAnyForeign = true;
}

/** Up to this many elements nobody waits for memory. */
const few = 512;

let ways = 0;

/**
 * The gradients of one way back. A storage is released as soon as no step and no leaf waits with it, if it was made on this way and no code of others has
 * seen it.
 */
export class Holders {
  readonly way: number = ++ways;
  private counts: Map<Storage, number> | null = null;
  private before = 0;

  /** @param releases Whether to release anything at all. */
  constructor(private readonly releases: boolean) {}

  /** Begins the way; what is made from now on is its own. */
  begin(): void {
    this.before = switchWay(this.releases ? this.way : 0);
  }

  /** Ends it. */
  end(): void {
    switchWay(this.before);
  }

  /** Runs code of others: what it makes is not ours. */
  outside<T>(run: () => T): T {
    const before = switchWay(0);
    try {
      return run();
    } finally {
      switchWay(before);
    }
  }

  /** Whether code of others sees the gradients that go through an op. */
  isForeign(op: object): boolean {
    return isAnyForeign && foreign.has(op);
  }

  /** Others may hold this from now on. */
  disown({ storage }: Tensor): void {
    storage.way = 0;
  }

  /** Somebody waits with a gradient: a step, a leaf, or a step that is just passing it on. Returns whether he has to let go of it. */
  hold({ storage }: Tensor): boolean {
    if (storage.size <= few || storage.way !== this.way) return false;
    this.counts ??= new Map();
    this.counts.set(storage, (this.counts.get(storage) ?? 0) + 1);
    return true;
  }

  /** Somebody waits no longer; releases the memory if he was the last. */
  letGo({ storage }: Tensor): void {
    if (storage.size <= few || storage.way !== this.way) return;
    const left = this.counts!.get(storage)! - 1;
    if (left > 0) {
      this.counts!.set(storage, left);
    } else {
      this.counts!.delete(storage);
      this.releaseStorage(storage);
    }
  }

  /** Whether a gradient that somebody waits with is a whole storage that nobody else knows, so that one may add to it where it lies. */
  isOnly({ storage, size, isContiguous }: Tensor): boolean {
    if (storage.size <= few || storage.way !== this.way || storage.isGradient) return false;
    return this.counts!.get(storage) === 1 && storage.isOwn && storage.size === size && isContiguous;
  }

  /** Releases the memory of a gradient with which nobody has waited. */
  release({ storage }: Tensor): void {
    if (storage.size > few && storage.way === this.way && !this.counts?.has(storage)) this.releaseStorage(storage);
  }

  private releaseStorage(storage: Storage): void {
    if (!storage.isGradient) storage.release();
  }
}
