/** What a kernel of recurrent networks takes and leaves. */
import type { View } from "../storage.ts";

/** A recurrent network by what it does in a step: Elman's by its activation. */
export type RecurrentKind = "tanh" | "relu" | "gru" | "lstm";

/**
 * A recurrence over sequences of equal length: what it takes and what it leaves. All lie row-major and are of one floating type. The gates of a kind
 * are one after another: i, f, g, o of an LSTM, r, z, n of a GRU.
 */
export interface Recurrence {
  readonly kind: RecurrentKind;
  /** Whether it runs from the last step to the first. */
  readonly reverse: boolean;
  /** What the state is multiplied by: (gates · size, size). */
  readonly weight: View;
  /** The state before the first step, (batch, size), and the cell of an LSTM. */
  readonly start: View;
  readonly startCell: View | null;
  /** (steps, batch, gates · size). Before the run the weighted inputs, without bias, after it the gates; those of Elman's network are of no use then. */
  readonly gates: View;
  /** (steps, batch, size): the cells of an LSTM, and of a GRU the weighted states that n is made of; null for Elman's network. */
  readonly noted: View | null;
  /** The states, (steps, batch, size). */
  readonly output: View;
}

/** Where the gradients of a recurrence go. */
export interface RecurrenceGradients {
  /** By the weighted inputs, (steps, batch, gates · size). */
  readonly gates: View;
  /** By the weighted states that a GRU's n is made of, (steps, batch, size); null for the others, where they are those by the inputs. */
  readonly state: View | null;
  /** By the first state, and the first cell of an LSTM. */
  readonly start: View;
  readonly startCell: View | null;
}
