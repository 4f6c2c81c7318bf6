/** Workers of Node that compute at the same time: they share one engine, and each has it to itself. */
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "@jest/globals";
import * as library from "../../../lib/index.ts";
import { type Engine, loaded } from "./engine.ts";

type Library = typeof library;

const root = join(import.meta.dirname, "..", "..", "..");
const sources = pathToFileURL(join(root, "lib", "index.ts")).href;

/** Trains a net whose results are large enough for their memory to be used again, and gives the weights. Its text runs in workers too. */
function train(lib: Library, seed: number): number[] {
  const { F, manualSeed, nn, optim, randn } = lib;
  manualSeed(seed);
  const net = new nn.Sequential(new nn.Linear(40, 130), new nn.BatchNorm1d(130), new nn.Tanh(), new nn.Linear(130, 40));
  const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
  const x = randn([97, 40]);
  const y = x.square();
  for (let i = 0; i < 40; i++) {
    optimizer.zeroGrad();
    F.mseLoss(net(x), y).backward();
    optimizer.step();
  }
  return [...net.parameters()].flatMap((p) => [...p.data]);
}

/** What a worker has to say when it is told to end. */
interface Answer {
  readonly info: library.EngineInfo;
  /** The weights after each training. */
  readonly runs: number[][];
  readonly spare: number;
}

/** A worker that trains again and again until the flag is set, and has begun. */
async function trainer(seed: number, env: Record<string, string> = {}) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { parentPort, workerData: flag } = require("node:worker_threads");
    const train = ${train};
    (async () => {
      const { tsImport } = await import("tsx/esm/api");
      const lib = await tsImport(${JSON.stringify(sources)}, ${JSON.stringify(sources)});
      parentPort.postMessage("begun");
      const runs = [];
      do runs.push(train(lib, ${seed}));
      while (Atomics.load(flag, 0) === 0);
      parentPort.postMessage({ info: lib.engineInfo(), runs, spare: lib.memory().kinds.spare });
    })();`;
  const worker = new Worker(code, {
    eval: true,
    workerData: flag,
    env: { ...process.env, GRADBOOK_BACKEND: "native", ...env },
  });
  expect(await once(worker, "message")).toEqual(["begun"]);
  return {
    worker,
    async end(): Promise<Answer> {
      const answer = once(worker, "message");
      Atomics.store(flag, 0, 1);
      const [said] = (await answer) as [Answer];
      await worker.terminate();
      return said;
    },
  };
}

/** A worker compiles all sources of the library for itself. */
const deadline = 300_000;
const isNative = library.engineInfo().backend === "native";

(isNative ? describe : (describe.skip as typeof describe))("workers that share the engine", () => {
  test(
    "give what they give alone, while others train",
    async () => {
      const alone = [1, 2, 3].map((seed) => train(library, seed));
      const workers = [await trainer(1), await trainer(2)];
      for (let i = 0; i < 3; i++) expect(train(library, 3)).toEqual(alone[2]);
      const answers = [await workers[0]!.end(), await workers[1]!.end()];
      for (const [i, { runs, info, spare }] of answers.entries()) {
        expect(info.backend).toBe("native");
        for (const weights of runs) expect(weights).toEqual(alone[i]);
        // Each has memory of its own that is used again.
        expect(spare).toBeGreaterThan(0);
      }
    },
    deadline,
  );

  test(
    "choose their own instructions, and leave the threads of the process as they are",
    async () => {
      const { addon, instructions } = loaded as Engine;
      const before = addon.getThreads();
      library.setThreads(3);
      const { end } = await trainer(1, { GRADBOOK_INSTRUCTIONS: "baseline", GRADBOOK_THREADS: "1" });
      // A name that there is none of changes nothing.
      expect(addon.setInstructions("?")).toBe(instructions);
      const { info } = await end();
      expect(info).toMatchObject({ instructions: "baseline", threads: 3, dropped: [] });
      expect(library.engineInfo()).toMatchObject({ instructions, threads: 3 });
      library.setThreads(before);
    },
    deadline,
  );

  test(
    "may be ended in the middle of a training",
    async () => {
      const alone = train(library, 4);
      const { worker } = await trainer(5);
      await worker.terminate();
      expect(train(library, 4)).toEqual(alone);
    },
    deadline,
  );
});
