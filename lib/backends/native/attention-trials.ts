/** Attention over a block of queries and a few more, with every kind of mask. */
import type { DType } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Attention } from "../backend.ts";
import { gather, type Trial, viewOf } from "./trial.ts";

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
    const back: Trial["run"] = (backend, out) => {
      const [dQuery, dKey, dValue] = [query, key, value].map(({ shape }) => viewOf(shape, dtype)) as [View, View, View];
      backend.attentionBackward(how, dOut, logSums, dOut, { query: dQuery, key: dKey, value: dValue });
      gather(out, dQuery, dKey, dValue);
    };
    return [
      {
        kernel: "attention",
        op: null,
        shape: [dOut.size + logSums.size],
        dtype,
        run: (backend, out) => {
          const [y, sums] = [viewOf(dOut.shape, dtype), viewOf(logSums.shape, dtype)];
          backend.attention(how, y, sums);
          gather(out, y, sums);
        },
      },
      {
        kernel: "attentionBackward",
        op: null,
        shape: [query.size + key.size + value.size],
        dtype,
        run: back,
      },
    ];
  });
}
