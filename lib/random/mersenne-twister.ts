/** The Mersenne Twister MT19937, the generator of PyTorch on the CPU. */
import { packedView, Storage, type View } from "../storage.ts";

const N = 624;
const M = 397;

/**
 * 32-bit pseudo-random numbers with a period of 2¹⁹⁹³⁷ − 1.
 *
 * @see Matsumoto and Nishimura (1998).
 */
export class MersenneTwister {
  private readonly key: Uint32Array;
  /** The key and the position, for backends that draw many numbers at once. */
  readonly state: View;

  constructor(seed: number) {
    const words = new Int32Array(N + 1);
    this.state = packedView(new Storage(words), "int32");
    this.key = new Uint32Array(words.buffer);
    this.seed(seed);
  }

  /** Starts the sequence of a seed, of which the low 32 bits count. */
  seed(seed: number): void {
    this.key[0] = seed >>> 0;
    for (let i = 1; i < N; i++) {
      const before = this.key[i - 1]!;
      this.key[i] = Math.imul(before ^ (before >>> 30), 1812433253) + i;
    }
    this.key[N] = N;
  }

  /** The next number, from 0 to 2³² − 1. */
  next(): number {
    const { key } = this;
    if (key[N] === N) this.twist();
    let y = key[key[N]!++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** The whole state, as numbers that JSON can carry: the position, then the key. */
  save(): number[] {
    return [this.key[N]!, ...this.key.subarray(0, N)];
  }

  /** Returns to a saved state. */
  load(state: readonly number[]): void {
    const [position, ...key] = state;
    if (key.length !== N || !(position! >= 0 && position! <= N)) {
      throw new RangeError(`Cannot load a generator state of ${state.length} numbers: it must have ${N + 1}`);
    }
    this.key.set(key);
    this.key[N] = position!;
  }

  private twist(): void {
    const { key } = this;
    for (let i = 0; i < N; i++) {
      const y = (key[i]! & 0x80000000) | (key[(i + 1) % N]! & 0x7fffffff);
      key[i] = key[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    key[N] = 0;
  }
}
