/** The engine as its tests want it: on one thread and on two, or left out where it was not built. */
import { afterAll, beforeAll, describe } from "@jest/globals";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { loadEngine } from "../../../lib/backends/native/index.ts";

/** The engine, or why there is none. */
export const loaded = loadEngine(jsBackend);

/** The engine, with what belongs to it. */
export type Engine = Exclude<typeof loaded, { missing: string }>;

/** Describes the engine on either number of threads. */
export function describeEngine(tests: (engine: Engine, threads: number) => void): void {
  (("missing" in loaded ? describe.skip : describe) as typeof describe).each([1, 2])(
    "on %d threads the engine",
    (threads: number) => {
      const engine = loaded as Engine;
      let before = 1;
      beforeAll(() => {
        before = engine.addon.getThreads();
        engine.addon.setThreads(threads);
      });
      afterAll(() => engine.addon.setThreads(before));
      tests(engine, threads);
    },
  );
}
