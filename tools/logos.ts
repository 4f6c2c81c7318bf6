/** Renders the kernel's PNG logos from the SVG: `npx tsx tools/logos.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";

const logos = join(import.meta.dirname, "..", "kernel", "logos");
const svg = readFileSync(join(logos, "logo-svg.svg"));
for (const size of [32, 64]) {
  const image = new Resvg(svg, { fitTo: { mode: "width", value: size } }).render();
  writeFileSync(join(logos, `logo-${size}x${size}.png`), image.asPng());
}
