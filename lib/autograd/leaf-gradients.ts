/** What a way back through a graph has gathered for its leaves. */
import type { Tensor } from "../tensor.ts";

/** So many leaves are found faster by going through all of them than by a map. */
const few = 16;

/** What was gathered for one leaf. */
export class LeafGradient {
  sum: Tensor | null = null;
  /** The leaf that was met next. */
  next: LeafGradient | null = null;

  constructor(readonly leaf: Tensor) {}
}

/** The gradients of leaves, chained in the order in which the leaves were met. */
export class LeafGradients {
  first: LeafGradient | null = null;
  private last: LeafGradient | null = null;
  private count = 0;
  private byLeaf: Map<Tensor, LeafGradient> | null = null;

  /** What was gathered for a leaf. */
  of(leaf: Tensor): LeafGradient {
    return this.find(leaf) ?? this.add(new LeafGradient(leaf));
  }

  private find(leaf: Tensor): LeafGradient | undefined {
    if (this.byLeaf !== null) return this.byLeaf.get(leaf);
    let known = this.first;
    while (known !== null && known.leaf !== leaf) known = known.next;
    return known ?? undefined;
  }

  private add(met: LeafGradient): LeafGradient {
    if (this.last === null) this.first = met;
    else this.last.next = met;
    this.last = met;
    if (this.byLeaf !== null) {
      this.byLeaf.set(met.leaf, met);
    } else if (++this.count > few) {
      this.byLeaf = new Map();
      for (let known = this.first; known !== null; known = known.next) this.byLeaf.set(known.leaf, known);
    }
    return met;
  }
}
