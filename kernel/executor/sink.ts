/** A place of a library's own for what code writes and shows: a widget that holds outputs. */
import type { MimeBundle } from "../protocol/messages.ts";

export interface Sink {
  write(name: "stdout" | "stderr", text: string): void;
  /**
   * Shows a bundle, which may still be being made; with `update`, in place of what is shown here under that id.
   *
   * @returns Settled when it is shown.
   */
  show(bundle: MimeBundle | Promise<MimeBundle>, options: { id: string; update: boolean }): Promise<void>;
  /** Removes what is here; with `wait`, when the next output comes. */
  clear(wait: boolean): void;
}
