/** What may lie where the engine should be: nothing, an older engine, something else. None of it may be used, and none may crash. */

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setBackend } from "../../../lib/backends/index.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { addonPath, loadAddon, openAddon } from "../../../lib/backends/native/addon.ts";
import { loadEngine } from "../../../lib/backends/native/index.ts";
import { faultsOf, withoutFaults } from "../../../lib/backends/native/self-check.ts";
import { sourceFolder, sourceStamp } from "../../../lib/backends/native/stamp.ts";
import { manualSeed, ones, optim, randn } from "../../../lib/index.ts";
import type { View } from "../../../lib/storage.ts";
import { packed } from "./views.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const engine = join(root, addonPath);
const stamp = sourceStamp(root);
const describeEngine = "missing" in loadAddon() ? describe.skip : describe;

describe("a file in the place of the engine", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "engine-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("that is no library is refused in one line that says what to do", () => {
    const file = join(folder, "text.node");
    writeFileSync(file, "not a library\n".repeat(100));
    const opened = openAddon(file, stamp);
    expect(opened).toMatchObject({ broken: true });
    expect((opened as { missing: string }).missing).toMatch(/^\S+text\.node cannot be loaded: .*npm run setup[^\n]*$/);
  });

  test("that is another addon is refused", () => {
    // The SQLite of the kernel's history is an addon that every checkout has.
    const name = `@libsql/${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
    const other = createRequire(join(root, "node_modules", "libsql", "package.json")).resolve(name);
    expect(openAddon(other, stamp)).toMatchObject({ missing: expect.stringMatching(/is no engine of this library/) });
  });

  test("that is missing is no error", () => {
    expect(openAddon(join(folder, "none.node"), stamp)).toMatchObject({ broken: true });
  });
});

describeEngine("the engine", () => {
  test("is refused when the sources are other than those that it was made of", () => {
    const folder = mkdtempSync(join(tmpdir(), "sources-"));
    try {
      mkdirSync(join(folder, sourceFolder), { recursive: true });
      cpSync(join(root, sourceFolder), join(folder, sourceFolder), { recursive: true });
      expect(sourceStamp(folder)).toBe(sourceStamp(root));
      expect(openAddon(engine, sourceStamp(folder))).toHaveProperty("stamp");
      writeFileSync(join(folder, sourceFolder, "kernels.h"), "// changed\n");
      expect(openAddon(engine, sourceStamp(folder))).toMatchObject({
        missing: expect.stringMatching(/was made of other sources/),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("throws for a kernel that it does not have", () => {
    const addon = openAddon(engine, stamp) as Exclude<ReturnType<typeof openAddon>, { missing: string }>;
    for (const number of [-1, 1000, NaN]) {
      addon.command[0] = number;
      expect(() => addon.run()).toThrow("a kernel that the engine does not have");
    }
  });

  test("has no kernel that is wrong on this machine", () => {
    const { backend, faults } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    expect(faults).toEqual([]);
    expect(withoutFaults(backend, jsBackend, [])).toBe(backend);
  });

  test("is tried, when it is loaded, with every kernel that it has in the fallback's place", () => {
    const { backend } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    const own = (Object.keys(backend) as (keyof typeof backend)[]).filter((name) => {
      return typeof backend[name] === "function" && backend[name] !== jsBackend[name];
    });
    const broken = own.map((name) => {
      const fail = () => {
        throw new Error(`${name} was tried`);
      };
      return [name, fail];
    });
    const faults = faultsOf({ ...backend, ...Object.fromEntries(broken) }, jsBackend);
    const tried = new Set<string>(faults.map(({ kernel }) => kernel));
    // Which ops chains know is no computation: those of a chain are tried with it.
    expect(own.filter((name) => !tried.has(name))).toEqual(["chains"]);
  });

  test("is tried with convolutions that go by tiles", () => {
    const { backend } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    let byTiles = 0;
    const watched: typeof backend = {
      ...backend,
      conv2d: (x, weight, window, out) => {
        backend.conv2d(x, weight, window, out);
        // Tiles are for finite numbers: an infinite one makes windows of the same sums, rounded otherwise.
        const again = packed(out.shape, out.dtype);
        const wild = packed(x.shape, x.dtype);
        wild.storage.array.set(x.storage.array);
        wild.storage.array[0] = Infinity;
        backend.conv2d(wild, weight, window, again);
        const [made, other] = [out.storage.array, again.storage.array];
        byTiles += Number(made.some((value, i) => Number.isFinite(other[i]!) && value !== other[i]));
      },
    };
    expect(faultsOf(watched, jsBackend)).toEqual([]);
    expect(byTiles).toBeGreaterThan(0);
  });

  test("loses only the kernels and ops that give wrong results", () => {
    const { backend } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    const spoil = (out: View) => out.storage.array.fill(77);
    const wrong = {
      ...backend,
      unary: (...[op, x, out]: Parameters<typeof backend.unary>) =>
        op === "exp" ? spoil(out) : backend.unary(op, x, out),
      softmax: () => {
        throw new Error("no softmax here");
      },
    };
    const faults = faultsOf(wrong as typeof backend, jsBackend);
    expect(faults.map(({ kernel, op }) => op ?? kernel)).toEqual(["exp", "softmax"]);
    expect(faults[0]!.text).toMatch(/^exp in float32 gives 77 instead of 1$/);
    expect(faults[1]!.text).toMatch(/softmax in float32 fails: no softmax here/);
    const mended = withoutFaults(wrong as typeof backend, jsBackend, faults);
    expect(faultsOf(mended, jsBackend)).toEqual([]);
    expect(mended.matmul).toBe(backend.matmul);
    expect(mended.softmax).toBe(jsBackend.softmax);
  });

  test("leaves steps of optimizers and random numbers to loops where kernels give wrong ones", () => {
    const { backend } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    const wrong: typeof backend = {
      ...backend,
      // Decays only what is summed up, and takes a Twister of other words.
      move: (moved, step) => backend.move!(moved, { ...step, keep: 1 }),
      draw: (kind, twister, out, scale, shift) => {
        twister.storage.array[1]! += 1;
        return backend.draw!(kind, twister, out, scale, shift);
      },
    };
    const faults = faultsOf(wrong, jsBackend);
    expect(faults.map(({ kernel }) => kernel)).toEqual(["move", "draw"]);
    const mended = withoutFaults(wrong, jsBackend, faults);
    expect(faultsOf(mended, jsBackend)).toEqual([]);
    const run = () => {
      const w = manualSeed(3) && randn([100], { requiresGrad: true });
      const optimizer = new optim.AdamW([w], { lr: 0.1 });
      w.square().sum().backward();
      optimizer.step();
      return [...w.detach().data];
    };
    const before = setBackend(mended);
    try {
      const moved = run();
      setBackend(jsBackend);
      expect(moved).toEqual(run());
    } finally {
      setBackend(before);
    }
  });

  test("runs op by op where chains of ops give wrong results", () => {
    const { backend } = loadEngine(jsBackend) as Exclude<ReturnType<typeof loadEngine>, { missing: string }>;
    const wrong: typeof backend = {
      ...backend,
      // Leaves out the last step.
      chain: (count, inputs, steps) => backend.chain!(count, inputs, steps.slice(0, -1)),
    };
    const faults = faultsOf(wrong, jsBackend);
    expect(faults.map(({ kernel }) => kernel)).toEqual(["chain"]);
    const mended = withoutFaults(wrong, jsBackend, faults);
    expect(faultsOf(mended, jsBackend)).toEqual([]);
    const before = setBackend(mended);
    try {
      const x = ones([300_000]);
      expect(x.mul(2).add(1).sub(4).sum().item()).toBe(-300_000);
    } finally {
      setBackend(before);
    }
  });
});
