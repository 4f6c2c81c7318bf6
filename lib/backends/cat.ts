/** Views side by side. */
import { PlainView } from "../storage.ts";
import type { Backend } from "./backend.ts";

/** Copies one after another by a backend's kernel for elements. */
export function catBy({ unary }: Pick<Backend, "unary">): Backend["cat"] {
  return (parts, dim, { storage, strides, offset, dtype }) => {
    let at = offset;
    for (const part of parts) {
      unary("copy", part, new PlainView(storage, part.shape, strides, at, dtype));
      at += part.shape[dim]! * strides[dim]!;
    }
  };
}
