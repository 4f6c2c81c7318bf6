/** The library: in scope with no import, free to be shadowed, and the very same when it is imported. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, repository, startCheckedKernel } from "../support/client.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-scope-"));
let kernel: Kernel;

beforeAll(async () => {
  kernel = await startCheckedKernel({ cwd: folder });
});

afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

const shown = async (code: string) => {
  const { error, result } = await kernel.execute(code);
  if (error) throw new Error(error.traceback.join("\n"));
  return result?.["text/plain"];
};

test("the library is in scope with no import", async () => {
  expect(await shown("new nn.Linear(2, 3).forward(tensor([[1, 2]])).shape")).toBe("[ 1, 3 ]");
  expect(await shown("typeof optim.SGD + typeof plot + typeof data")).toBe("'functionobjectobject'");
});

test("a cell may import it by name, and gets the same classes", async () => {
  expect(
    await shown(`import { nn as imported, tensor as make } from "gradbook"; [imported === nn, make === tensor]`),
  ).toBe("[ true, true ]");
  expect(await shown(`import * as all from "gradbook"; all.nn.Linear === nn.Linear`)).toBe("true");
  expect(await shown(`(await import("gradbook")).nn === nn`)).toBe("true");
});

test.each(["const", "let", "var", "function", "class"])(
  "a name of it can be shadowed by %s, for later cells too",
  async (kind) => {
    const name = { const: "data", let: "plot", var: "optim", function: "fit", class: "check" }[kind]!;
    const declaration =
      kind === "function"
        ? `function ${name}() { return 1 }`
        : kind === "class"
          ? `class ${name} {}`
          : `${kind} ${name} = 1`;
    await kernel.execute(declaration);
    expect(await shown(`typeof ${name}`)).toBe(/function|class/.test(kind) ? "'function'" : "'number'");
    // What the library itself uses is its own.
    expect(await shown("new nn.Linear(1, 1).parameters().length")).toBe("2");
  },
);

describe("a Node script that has the package", () => {
  test("imports it as the cells do", () => {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    symlinkSync(repository, join(folder, "node_modules", "gradbook"), "dir");
    const script = join(folder, "script.mjs");
    writeFileSync(
      script,
      `import { nn, tensor } from "gradbook"; console.log(new nn.Linear(2, 3).forward(tensor([[1, 2]])).shape.join());`,
    );
    expect(execFileSync(process.execPath, [script], { encoding: "utf8" })).toBe("1,3\n");
  });
});
