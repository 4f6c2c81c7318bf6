/** One legend for the series of charts over each other, in which each has a colour of its own. */
import type { Spec } from "./render/vega.ts";
import { palette } from "./theme.ts";

/** The layers with the names of all series in the scale of each: vega-lite warns of scales that differ, and colours them as it likes. */
export function withCommonColors(layers: readonly Spec[]): Spec[] {
  const colors = new Map<string, string | undefined>();
  for (const scale of layers.flatMap(scalesOf)) {
    const range = Array.isArray(scale.range) ? (scale.range as string[]) : [];
    (scale.domain as string[]).forEach((name, i) => {
      // A colour that somebody chose stays.
      colors.set(name, colors.get(name) ?? range[i]);
    });
  }
  const names = [...colors.keys()];
  if (names.length > palette.length) return [...layers];
  const scale = { domain: names, range: names.map((name, i) => colors.get(name) ?? palette[i]!) };
  return layers.map((layer) => withScale(layer, scale));
}

function scaleOf({ encoding }: Spec): Spec | null {
  const color = (encoding as { color?: Spec } | undefined)?.color;
  const scale = color?.scale as Spec | null | undefined;
  return color?.type === "nominal" && Array.isArray(scale?.domain) ? scale! : null;
}

function scalesOf(layer: Spec): Spec[] {
  const own = scaleOf(layer);
  return [...(own ? [own] : []), ...((layer.layer ?? []) as Spec[]).flatMap(scalesOf)];
}

function withScale(layer: Spec, scale: Spec): Spec {
  const encoding = layer.encoding as { color?: Spec } | undefined;
  return {
    ...layer,
    ...(scaleOf(layer) ? { encoding: { ...encoding, color: { ...encoding!.color, scale } } } : {}),
    ...(layer.layer ? { layer: (layer.layer as Spec[]).map((one) => withScale(one, scale)) } : {}),
  };
}
