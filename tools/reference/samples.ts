/** Prints the samples of the op table as JSON, for tools/reference.py. */
import { families } from "../../test/lib/ops/table.ts";

const ops = Object.entries(families).map(([family, rows]) => [
  family,
  rows
    .filter((row) => row.compared !== false)
    .map(({ name, samples, differentiable = true }) => ({ name, samples, differentiable })),
]);
// JSON has no infinities and no NaN: they travel as strings.
const write = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
process.stdout.write(JSON.stringify(Object.fromEntries(ops), write));
