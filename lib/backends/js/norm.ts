/** Normalizations, forward and backward: set by set of what is normalized together, run by run of what has one weight. */
import type { View } from "../../storage.ts";
import type { Affine, Normalization, NormalizeGradients } from "../backend.ts";

/** The runs of neighbouring elements that make up a set. */
interface Runs {
  /** Where the first starts, how far it is to the next, how many there are, how long each is. */
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly length: number;
  /** The channel of the first run, among all of a sample, and how far it is to that of the next. */
  readonly channel: number;
  readonly next: number;
}

function setsOf({ sizes, over }: Normalization): Runs[] {
  const [samples, groups, channels, length] = sizes;
  const byChannel = over === "channel";
  return Array.from({ length: byChannel ? channels : samples * groups }, (_, set) =>
    byChannel
      ? { start: set * length, step: channels * length, count: samples, length, channel: set, next: 0 }
      : {
          start: set * channels * length,
          step: length,
          count: channels,
          length,
          channel: (set % groups) * channels,
          next: 1,
        },
  );
}

export function normalize(x: View, { weight, bias }: Affine, how: Normalization, out: View, statistics: View): void {
  const [from, to, noted] = [x.storage.own, out.storage.own, statistics.storage.own];
  const sets = setsOf(how);
  sets.forEach(({ start, step, count, length, channel, next }, set) => {
    let mean = 0;
    for (let r = 0, at = x.offset + start; r < count && how.centered; r++, at += step) {
      for (let i = 0; i < length; i++) mean += from[at + i]!;
    }
    mean /= how.centered ? count * length : 1;
    let variance = 0;
    for (let r = 0, at = x.offset + start; r < count; r++, at += step) {
      for (let i = 0; i < length; i++) variance += (from[at + i]! - mean) ** 2;
    }
    variance /= count * length;
    noted[statistics.offset + set] = mean;
    noted[statistics.offset + sets.length + set] = variance;
    const scale = 1 / Math.sqrt(variance + how.eps);
    for (let r = 0, at = start, c = channel; r < count; r++, at += step, c += next) {
      const factor = weight === null ? scale : scale * weight.storage.own[weight.offset + c]!;
      const shift = bias === null ? 0 : bias.storage.own[bias.offset + c]!;
      for (let i = at; i < at + length; i++) to[out.offset + i] = (from[x.offset + i]! - mean) * factor + shift;
    }
  });
}

export function normalizeBackward(
  dy: View,
  x: View,
  weight: View | null,
  how: Normalization,
  statistics: View,
  to: NormalizeGradients,
): void {
  const [slopes, from, noted, dx] = [dy, x, statistics, to.x].map(({ storage }) => storage.own);
  const sets = setsOf(how);
  const channels = how.sizes[1] * how.sizes[2];
  const [dWeight, dBias] = [new Float64Array(channels), new Float64Array(channels)];
  sets.forEach(({ start, step, count, length, channel, next }, set) => {
    const mean = noted![statistics.offset + set]!;
    const scale = 1 / Math.sqrt(noted![statistics.offset + sets.length + set]! + how.eps);
    const factor = (c: number) => (weight === null ? 1 : weight.storage.own[weight.offset + c]!);
    let [plain, tilted] = [0, 0];
    for (let r = 0, at = start, c = channel; r < count; r++, at += step, c += next) {
      let [sum, product] = [0, 0];
      for (let i = at; i < at + length; i++) {
        sum += slopes![dy.offset + i]!;
        product += slopes![dy.offset + i]! * (from![x.offset + i]! - mean) * scale;
      }
      dBias[c]! += sum;
      dWeight[c]! += product;
      plain += sum * factor(c);
      tilted += product * factor(c);
    }
    const shift = how.centered ? plain / (count * length) : 0;
    const slope = (tilted / (count * length)) * scale;
    for (let r = 0, at = start, c = channel; r < count; r++, at += step, c += next) {
      const w = factor(c);
      for (let i = at; i < at + length; i++) {
        dx![to.x.offset + i] = (slopes![dy.offset + i]! * w - (from![x.offset + i]! - mean) * slope - shift) * scale;
      }
    }
  });
  to.weight?.storage.own.set(dWeight, to.weight.offset);
  to.bias?.storage.own.set(dBias, to.bias.offset);
}
