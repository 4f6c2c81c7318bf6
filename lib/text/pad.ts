/** Sequences of different lengths in one tensor. */
import { fromData } from "../creation.ts";
import type { Tensor } from "../tensor.ts";

/** Options of padTokens. */
export interface PadOptions {
  /** What fills the places behind a sequence; default 0. */
  value?: number;
  /** Sequences are cut, or all padded, to this length; default that of the longest. */
  length?: number;
  /** On which side the padding goes: `"right"` (default) or `"left"`. */
  side?: "left" | "right";
}

/**
 * Puts sequences of token indices into one tensor, the shorter ones padded.
 *
 * Shapes: N sequences of at most `time` tokens → `tokens` `(N, time)` int32, `lengths` `(N)` int32, `mask` `(N, time)` bool, true where there is
 * padding, as `keyPaddingMask` of attention wants it.
 *
 * @param options `value`, `length`, `side`.
 * @throws {RangeError} If there is no sequence, or `length` is no whole number ≥ 1.
 * @see torch.nn.utils.rnn.pad_sequence, which pads tensors; `nn.utils.rnn.packPaddedSequence` takes tokens and lengths.
 * @example padTokens([[5, 6, 7], [8]]).tokens.toArray() // [[5, 6, 7], [8, 0, 0]]
 */
export function padTokens(
  sequences: readonly ArrayLike<number>[],
  options: PadOptions = {},
): { tokens: Tensor; lengths: Tensor; mask: Tensor } {
  if (sequences.length === 0) throw new RangeError("Cannot pad sequences: there are none");
  const { value = 0, side = "right" } = options;
  const time = options.length ?? Math.max(1, ...sequences.map((sequence) => sequence.length));
  if (!(Number.isInteger(time) && time >= 1)) {
    throw new RangeError(`Cannot pad sequences to length ${time}: it must be a whole number ≥ 1`);
  }
  const rows = sequences.length;
  const tokens = new Int32Array(rows * time).fill(value);
  const mask = new Uint8Array(rows * time).fill(1);
  const lengths = Int32Array.from(sequences, (sequence) => Math.min(sequence.length, time));
  sequences.forEach((sequence, row) => {
    const length = lengths[row]!;
    const start = row * time + (side === "left" ? time - length : 0);
    for (let i = 0; i < length; i++) tokens[start + i] = sequence[i]!;
    mask.fill(0, start, start + length);
  });
  return {
    tokens: fromData(tokens, [rows, time]),
    lengths: fromData(lengths),
    mask: fromData(mask, [rows, time], "bool"),
  };
}
