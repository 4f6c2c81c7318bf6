/** The engine's gathering and scattering against the fallback's, in up to three dimensions, along each of them. */
import { test } from "@jest/globals";
import { describeEngine } from "./engine.ts";
import { comparison, lays, numbers, packed, window } from "./views.ts";

describeEngine((engine) => {
  const compare = comparison(engine.backend);
  const shapes = [[17], [257, 3], [3, 257], [300, 301], [7, 31, 33], [5, 1, 65]];

  test.each(shapes)("gathers and scatters element by element in %j, %j, %j", (...sizes) => {
    const shape = sizes.filter((size) => size !== undefined);
    for (const dtype of ["float32", "float64"] as const) {
      for (let dim = 0; dim < shape.length; dim++) {
        const next = numbers(dim);
        const places = () => Math.floor(((next() + 2) / 4) * shape[dim]!);
        const packedIndex = packed(shape, "int32", places);
        const turned = packed([...shape].reverse(), "int32", places);
        const index = [
          packedIndex,
          window(turned.storage, shape, [...turned.strides].reverse(), 0, "int32"),
          // One index for a whole row.
          window(packedIndex.storage, shape, [...packedIndex.strides.slice(0, -1), 0], 0, "int32"),
        ];
        for (const x of lays(shape, dtype, 7)) {
          for (const chosen of index) {
            compare("gather", shape, dtype, (backend, out) => backend.gather(x, dim, chosen, out), 0);
            const tolerance = dtype === "float32" ? 1e-5 : 1e-13;
            compare("scatterAdd", shape, dtype, (backend, out) => backend.scatterAdd(x, dim, chosen, out), tolerance);
          }
        }
      }
    }
  });
});
