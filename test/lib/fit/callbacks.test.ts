/** What callbacks see, and the line of progress. */
import { describe, expect, test } from "@jest/globals";
import type { Callback } from "../../../lib/index.ts";
import { line, train } from "./line.ts";

describe("callbacks", () => {
  test("see the beginning, steps, epochs and the end, also after a throw", () => {
    const log: string[] = [];
    const watch: Callback = {
      onTrainBegin: ({ steps, epochs }) => log.push(`begin ${steps} ${epochs}`),
      onStep: ({ step }) => {
        log.push(`step ${step}`);
      },
      onEpoch: ({ epoch }) => {
        log.push(`epoch ${epoch}`);
      },
      onTrainEnd: ({ loss }) => log.push(`end ${loss.length}`),
    };
    train({ steps: undefined, epochs: 1, batchSize: 2, callbacks: [watch] });
    expect(log).toEqual(["begin 2 1", "step 0", "step 1", "epoch 0", "end 2"]);
    const broken: Callback = {
      onStep: () => {
        throw new Error("stop");
      },
    };
    log.length = 0;
    expect(() => train({ callbacks: [watch, broken] })).toThrow("stop");
    expect(log).toEqual(["begin 10 undefined", "step 0", "end 1"]);
  });

  test("end training, each of them, and all still see the step", () => {
    const seen: number[] = [];
    const { history } = train({
      callbacks: [{ onStep: ({ step }) => step < 2 }, { onStep: ({ step }) => void seen.push(step) }],
    });
    expect([history.stopped, seen]).toEqual(["callback", [0, 1, 2]]);
  });
});

describe("progress", () => {
  test("draws one line over and over, at most five times a second, and ends it", () => {
    let time = 0;
    const written: string[] = [];
    const progress = { width: 10, write: (text: string) => void written.push(text), now: () => time };
    train({ steps: undefined, epochs: 4, validation: line, progress, onStep: () => void (time += 100) });
    // Steps end at 0, 100, 200 and 300 ms; drawn are the first, the third, and the end.
    expect(written).toHaveLength(3);
    expect(written[0]).toMatch(/^\r━━━─+ 25 % · epoch 1\/4 · loss [\d.]+$/);
    expect(written[1]).toMatch(/^\r━+─+ 75 % · epoch 3\/4 · loss [\d.]+ · validation [\d.]+ · 15 steps\/s *$/);
    expect(written[2]).toMatch(/^\r━{10} 100 % · epoch 4\/4 .* · 10 steps\/s *\n$/);
  });

  test("counts steps where there are no epochs to count", () => {
    const written: string[] = [];
    train({ steps: 3, progress: { write: (text) => void written.push(text), now: () => 0 } });
    expect(written.at(-1)).toContain("100 % · step 3 · loss");
  });
});
