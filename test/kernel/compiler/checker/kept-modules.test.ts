import { expect, test } from "@jest/globals";
import { KeptModules } from "../../../../kernel/compiler/checker/kept-modules.ts";

const cells = (count: number) => Array.from({ length: count }, (_, i) => `./cell-${i}.js`);

test("modules keep the order in which they were first used, since another order is another program", () => {
  const kept = new KeptModules();
  kept.use(["b", "a"]);
  kept.use(["c", "b"]);
  expect(kept.list()).toEqual(["b", "a", "c"]);
});

test("of many, those go that were used longest ago", () => {
  const kept = new KeptModules();
  for (const cell of cells(24)) kept.use([cell]);
  expect(kept.list()).toEqual(cells(24));
  kept.use(["./cell-0.js"]);
  kept.use(["./one-more.js"]);
  expect(kept.list()).toEqual(["./cell-0.js", ...cells(24).slice(14), "./one-more.js"]);
});

test("what is pinned stays, however long ago it was used", () => {
  const kept = new KeptModules();
  kept.pin("library");
  kept.use(["library"]);
  for (const cell of cells(100)) kept.use([cell]);
  expect(kept.list()[0]).toBe("library");
  expect(kept.list().length).toBeLessThanOrEqual(25);
  kept.clear();
  expect(kept.list()).toEqual([]);
});
