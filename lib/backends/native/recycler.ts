/**
 * Memory of results that nobody looks at any more, given to the next ones. Fresh memory costs a page fault every 4 kB and a way out of the caches, and
 * V8, which counts buffers, collects in the middle of a step, when most results are still wanted.
 *
 * An array whose memory was given out is watched by a weak reference. When the collector has taken it, the buffer is used again, unless somebody outside
 * had the array: he may have others on the same buffer. The collector is asked for a turn over young objects where that pays, which takes some
 * ten microseconds then.
 */
import { Buffer } from "node:buffer";
import type { Supplier } from "../../allocation.ts";
import { type DType, sizeOfElement, type TypedArray } from "../../dtype.ts";
import { claim, collectAll, collectYoung, whenScarce } from "../../memory.ts";
import { type Block, Storage } from "../../storage.ts";
import type { Addon, Watcher } from "./addon.ts";
import { arrayOver, isOfType } from "./array-over.ts";

/** Bytes given out after which the collector may be asked, at least and at most. */
const [leastPatience, mostPatience] = [2 ** 23, 2 ** 28];
/** The collector looks through all objects at most every so many turns, if it finds little there. */
const mostPause = 256;
/** After so many turns of the collector, memory that nobody wanted goes back to the system. */
const turnsKept = 16;
/** Memory that is worth a turn over all objects. */
const muchBytes = 2 ** 20;
/** More than a quarter, and than this, may lie about between such turns: a model whose gradients are less has steps that take no longer than a turn. */
const slackBytes = 2 ** 25;
/** For so many times memory of a size is fresh after somebody outside had an array of it: the collector finds those soonest that are young. */
const lentFor = 16;

/** Buffers of one size. */
interface Size {
  readonly bytes: number;
  /** The latest last, since it may still be in the caches. */
  readonly free: Piece[];
  /** How many more are given out fresh. */
  lent: number;
}

/** Memory that was given out, or is free. */
class Piece implements Block {
  /** What the collector is watched by; −1 for nothing. */
  number = -1;
  /** The latest array over it, while it is free and was not taken by the collector. */
  array: TypedArray | null = null;
  /** The turn of the collector before which it became free. */
  freeSince = 0;

  constructor(
    private readonly recycler: Recycler,
    readonly size: Size,
    /** null if the collector will take it. */
    public buffer: ArrayBuffer | null,
    readonly address: number,
  ) {}

  lend(): void {
    this.recycler.expose(this, this.size.bytes);
    this.buffer = null;
    this.size.lent = lentFor;
  }

  release(array: TypedArray): void {
    this.recycler.takeBack(this, array);
  }
}

/** Gives memory out and takes it back. */
export class Recycler implements Supplier {
  private readonly sizes = new Map<number, Size>();
  /** What is given out, by the number that it is watched by. */
  private readonly given: (Piece | null)[] = [];
  private readonly unused: number[] = [];
  private readonly watcher: Watcher;
  private readonly found = new Uint32Array(256);
  /** Bytes that were given out, and not taken back, since the collector's latest turn here; how many there may be before the next. */
  private spent = 0;
  /** The same between the latest rest and that turn. */
  private spentBefore = 0;
  private patience = leastPatience;
  /** Bytes that are given out and were not found to be gone; the same after the latest turn over all objects. */
  private out = 0;
  private outAtLeast = 0;
  private turns = 0;
  /** The turn from which on all objects may be looked through, and how many to wait after that. */
  private nextWhole = 0;
  private pause = 1;
  /**
   * Whether one is due. It comes when the next step begins: at a rest the gradients are still wanted, and what a whole turn finds in use is old from
   * then on.
   */
  private owesWhole = false;
  private kept = 0;

  readonly isGuarded: boolean;

  constructor(private readonly addon: Addon) {
    this.isGuarded = addon.expose !== undefined;
    this.watcher = addon.watcher();
    whenScarce(
      () => this.spare(),
      () => this.drop(),
    );
  }

  /** Bytes that nobody has: what the collector took since the last look is among them. */
  private spare(): number {
    this.sweep();
    return this.kept;
  }

  /** Memory for `size` elements, which is anything before. */
  reserve(dtype: DType, count: number): Storage {
    const bytes = count * sizeOfElement[dtype];
    if (this.owesWhole && bytes >= muchBytes) this.collectWhole();
    const size = this.sizeFor(bytes);
    if (size.lent > 0) {
      size.lent--;
      if (this.spent >= this.patience) this.collect();
      return this.fresh(size, dtype, count, bytes, false);
    }
    if (size.free.length === 0) this.find(size);
    const piece = size.free.pop();
    if (piece === undefined) return this.fresh(size, dtype, count, bytes, true);
    this.kept -= size.bytes;
    this.spent += size.bytes;
    this.out += size.bytes;
    let { array } = piece;
    piece.array = null;
    if (array === null || array.length !== count || !isOfType(array, dtype)) {
      this.forget(piece);
      array = arrayOver(dtype, piece.buffer!, 0, count);
      this.watch(piece, array);
    }
    this.expose(piece, bytes);
    return storageOf(piece, array, count);
  }

  addressOf(array: TypedArray): number {
    return this.addon.addressOf(array);
  }

  /** Lets a turn of the collector take what became unreachable, if that is much: a good moment is when a graph was let go of. */
  rest(): void {
    const spent = this.spent + this.spentBefore;
    if (spent < leastPatience) return;
    this.collect();
    this.spentBefore = 0;
    // V8 itself collects in the middle of steps; what that has made old only a whole turn finds, or else memory would grow on.
    this.owesWhole = this.out > 1.25 * this.outAtLeast + slackBytes && this.turns >= this.nextWhole;
    // Where moments like this recur, no turn between them: it would find the results of half a step alive, and make them old.
    this.patience = Math.max(this.patience, 2 * Math.min(spent, mostPatience));
  }

  /** Has the collector look through all objects. */
  private collectWhole(): void {
    this.owesWhole = false;
    collectYoung();
    this.sweep();
    collectAll();
    this.pause = this.sweep() > 0.2 * this.out ? 1 : Math.min(2 * this.pause, mostPause);
    this.nextWhole = this.turns + this.pause;
    this.outAtLeast = this.out;
  }

  takeBack(piece: Piece, array: TypedArray): void {
    this.spent -= piece.size.bytes;
    this.out -= piece.size.bytes;
    if (piece.buffer === null) {
      this.forget(piece);
      return;
    }
    piece.array = array;
    this.keep(piece);
  }

  /** Lets kernels touch so many bytes of a piece and no others, where the engine watches for that. */
  expose({ buffer }: Piece, bytes: number): void {
    if (this.isGuarded && buffer !== null) this.addon.expose!(buffer, bytes);
  }

  private fresh(size: Size, dtype: DType, count: number, bytes: number, again: boolean): Storage {
    const buffer = claim(dtype, count, bytes, () => unfilledBuffer(size.bytes));
    const array = arrayOver(dtype, buffer, 0, count);
    const piece = new Piece(this, size, again ? buffer : null, this.addon.addressOf(array));
    this.watch(piece, array);
    this.expose(piece, bytes);
    this.spent += size.bytes;
    this.out += size.bytes;
    return storageOf(piece, array, count);
  }

  private sizeFor(bytes: number): Size {
    // Eighths of powers of two, so that what is nearly as large can be used, in whole pages.
    const step = 4096 * Math.max(1, 2 ** (28 - Math.clz32(bytes / 4096)));
    const rounded = Math.ceil(bytes / step) * step;
    let size = this.sizes.get(rounded);
    if (size === undefined) {
      size = { bytes: rounded, free: [], lent: 0 };
      this.sizes.set(rounded, size);
    }
    return size;
  }

  private watch(piece: Piece, array: TypedArray): void {
    piece.number = this.unused.pop() ?? this.given.length;
    this.given[piece.number] = piece;
    this.watcher.watch(array, piece.number);
  }

  /** Watches no array of a piece any more. */
  private forget(piece: Piece): void {
    if (piece.number < 0) return;
    this.watcher.unwatch(piece.number);
    this.given[piece.number] = null;
    this.unused.push(piece.number);
    piece.number = -1;
  }

  private keep(piece: Piece): void {
    this.expose(piece, 0);
    piece.freeSince = this.turns;
    piece.size.free.push(piece);
    this.kept += piece.size.bytes;
  }

  /** Looks for free memory of a size. */
  private find(size: Size): void {
    this.sweep();
    if (size.free.length === 0 && this.spent >= this.patience) this.collect();
  }

  /** Takes what the collector has found since the last time, and says how many bytes that were. */
  private sweep(): number {
    let bytes = 0;
    for (;;) {
      const count = this.watcher.gone(this.found);
      for (let i = 0; i < count; i++) {
        const number = this.found[i]!;
        const piece = this.given[number]!;
        this.given[number] = null;
        this.unused.push(number);
        piece.number = -1;
        bytes += piece.size.bytes;
        this.out -= piece.size.bytes;
        if (piece.buffer !== null && piece.size.lent === 0) this.keep(piece);
      }
      if (count < this.found.length) return bytes;
    }
  }

  /** Has the collector take what is young. */
  private collect(): void {
    collectYoung();
    this.turns++;
    const found = this.sweep() / this.spent;
    // What lives long is not to be asked for often: being asked makes it old, and the old ones are found late.
    if (found < 0.5) this.patience = Math.min(2 * this.patience, mostPatience);
    else if (found > 0.9) this.patience = Math.max(this.patience / 2, leastPatience);
    this.spentBefore += this.spent;
    this.spent = 0;
    for (const { free } of this.sizes.values()) {
      while (free.length > 0 && free[0]!.freeSince < this.turns - turnsKept) this.discard(free.shift()!);
    }
  }

  private drop(): void {
    this.sweep();
    for (const { free } of this.sizes.values()) while (free.length > 0) this.discard(free.pop()!);
  }

  private discard(piece: Piece): void {
    this.kept -= piece.size.bytes;
    this.forget(piece);
    this.expose(piece, piece.size.bytes);
    piece.array = null;
    piece.buffer = null;
  }
}

function storageOf(piece: Piece, array: TypedArray, count: number): Storage {
  const storage = new Storage(array, null, count, piece);
  storage.address = piece.address;
  return storage;
}

function unfilledBuffer(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer;
}
