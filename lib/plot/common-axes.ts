/** One scale and one title for each axis of charts over each other, since vega-lite warns where they differ and loses what only one of them says. */
import type { Spec } from "./render/vega.ts";

/** The layers with the title and the domain that the first of them with one gives, for x and for y. */
export function withCommonAxes(layers: readonly Spec[]): Spec[] {
  return ["x", "y"].reduce<Spec[]>(
    (specs, channel) => {
      const found = specs.flatMap((spec) => channelsOf(spec, channel));
      const title = found.map((one) => one.title).find((one) => typeof one === "string");
      const scale = found.map((one) => one.scale as Spec | null | undefined).find((one) => one?.domain !== undefined);
      // Bars and areas stand on 0.
      const zero = found.some((one) => (one.scale as Spec | null | undefined)?.zero === true) ? { zero: true } : {};
      const common = (one: Spec): Spec => ({
        ...one,
        ...(title !== undefined && one.title === null ? { title } : {}),
        ...(scale && one.type === "quantitative" && one.scale
          ? { scale: { ...one.scale, domain: scale.domain, nice: scale.nice } }
          : one.type === "quantitative" && one.scale && "zero" in (one.scale as Spec)
            ? { scale: { ...one.scale, ...zero } }
            : {}),
      });
      return specs.map((spec) => changed(spec, channel, common));
    },
    [...layers],
  );
}

/** The definitions of a channel in a spec and its layers. */
function channelsOf(spec: Spec, channel: string): Spec[] {
  const own = (spec.encoding as Record<string, Spec> | undefined)?.[channel];
  const below = ((spec.layer ?? []) as Spec[]).flatMap((one) => channelsOf(one, channel));
  return own?.field === undefined ? below : [own, ...below];
}

function changed(spec: Spec, channel: string, change: (one: Spec) => Spec): Spec {
  const encoding = spec.encoding as Record<string, Spec> | undefined;
  const own = encoding?.[channel];
  const made = own?.field === undefined ? undefined : change(own);
  return {
    ...spec,
    ...(made
      ? { encoding: { ...encoding, [channel]: made }, ...clipped(spec.mark, domainOf(own!), domainOf(made)) }
      : {}),
    ...(spec.layer ? { layer: (spec.layer as Spec[]).map((one) => changed(one, channel, change)) } : {}),
  };
}

function domainOf(definition: Spec): unknown {
  return (definition.scale as Spec | null | undefined)?.domain;
}

/** A line that was drawn for another part of an axis may leave the one that is shown. */
function clipped(mark: unknown, before: unknown, after: unknown): Spec {
  const { type } = (typeof mark === "object" ? mark : {}) as Spec;
  if (type !== "line" || before === undefined || JSON.stringify(before) === JSON.stringify(after)) return {};
  return { mark: { ...(mark as Spec), clip: true } };
}
