/** Attention over a block of queries and a few more, with every kind of mask. */
import type { DType } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Attention } from "../backend.ts";
import { type Trial, viewOf } from "./trial.ts";

export function attentions(dtype: DType): Trial[] {
  const query = viewOf([2, 50, 6], dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const key = viewOf([2, 19, 6], dtype, (i) => ((i * 29) % 13) / 6 - 1);
  const value = viewOf([2, 19, 17], dtype, (i) => ((i * 17) % 29) / 14 - 1);
  const mask = viewOf([50, 19], dtype, (i) => (i % 19 > 0 && i % 4 === 0 ? -Infinity : (i % 5) / 4));
  const dOut = viewOf([2, 50, 17], dtype, (i) => ((i * 13) % 19) / 9 - 1);
  const logSums = viewOf([2, 50], dtype, (i) => 3 + (i % 7) / 4);
  const ways: Attention[] = [
    { query, key, value, mask: null, isCausal: true, scale: 0.4 },
    { query, key, value, mask, isCausal: false, scale: 0.4 },
  ];
  return ways.flatMap((how): Trial[] => {
    const back = (which: keyof Pick<Attention, "query" | "key" | "value">): Trial => ({
      kernel: "attentionBackward",
      op: null,
      shape: how[which].shape,
      dtype,
      run: (backend, out) => {
        const spare = (view: View) => viewOf(view.shape, dtype);
        const to = { query: spare(query), key: spare(key), value: spare(value), [which]: out };
        backend.attentionBackward(how, dOut, logSums, dOut, to);
      },
    });
    return [
      {
        kernel: "attention",
        op: null,
        shape: dOut.shape,
        dtype,
        run: (backend, out) => backend.attention(how, out, viewOf([2, 50], dtype)),
      },
      back("query"),
      back("key"),
      back("value"),
    ];
  });
}
