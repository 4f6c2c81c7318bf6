/** Which of the engine's files are compiled again when something changes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { objectOf, type Places } from "../../tools/native/objects.ts";

let folder: string;
let places: Places;

beforeEach(() => {
  // A name that make would have to escape.
  folder = mkdtempSync(join(tmpdir(), "gradbook objects $-"));
  places = { sources: join(folder, "src"), kept: join(folder, "kept"), work: join(folder, "work") };
  mkdirSync(places.sources);
  mkdirSync(places.work);
  mkdirSync(join(folder, "other headers"));
  write({
    "one.cpp": '#include "shared.h"\n#include "one.h"\nint one() { return shared + own; }\n',
    "two.cpp": '#include <outside.h>\n#include "shared.h"\nint two() { return shared + outside; }\n',
    "shared.h": '#include "deep.h"\nconst int shared = deep;\n',
    "deep.h": "const int deep = 1;\n",
    "one.h": "const int own = 1;\n",
    "../other headers/outside.h": "const int outside = 1;\n",
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(places.sources, name), text);
}

const installed = ["g++", "clang++"].filter((command) => spawnSync(command, ["--version"]).status === 0);

/** A compiler that is the same to the cache, and writes down what it compiles. */
function watched(command: string, version = "1"): { command: string; version: string; compiled: () => string[] } {
  const script = join(folder, "compiler");
  const log = join(folder, "log");
  // The file follows the flag -c.
  writeFileSync(
    script,
    `#!/bin/sh\nfor word; do [ "$last" = -c ] && echo "$word" >> "${log.replace("$", "\\$")}"; last=$word; done\n${command} "$@"\n`,
    { mode: 0o755 },
  );
  return {
    command: script,
    version,
    compiled: () => {
      const files = readFileSync(log, "utf8").trim().split("\n").sort();
      writeFileSync(log, "");
      return files.filter((file) => file !== "");
    },
  };
}

const flags = ["-O1", "-I", "../other headers"];

(installed.length > 0 ? describe.each(installed) : describe.skip.each(["a compiler"]))("with %s", (command) => {
  async function build(compiler: ReturnType<typeof watched>, { options = flags, files = ["one", "two"] } = {}) {
    const objects = [];
    for (const file of files) objects.push(await objectOf({ file, flags: options }, compiler, places));
    return { objects, compiled: compiler.compiled() };
  }

  test("a file is compiled again when what it includes has changed, at any depth, and only then", async () => {
    const compiler = watched(command);
    const { objects, compiled } = await build(compiler);
    expect(compiled).toEqual(["one.cpp", "two.cpp"]);
    expect(await build(compiler)).toEqual({ objects, compiled: [] });

    write({ "one.h": "const int own = 2;\n" });
    const changed = await build(compiler);
    expect(changed.compiled).toEqual(["one.cpp"]);
    expect(changed.objects[0]).not.toBe(objects[0]);
    expect(changed.objects[1]).toBe(objects[1]);

    write({ "../other headers/outside.h": "const int outside = 2;\n" });
    expect((await build(compiler)).compiled).toEqual(["two.cpp"]);
    write({ "deep.h": "const int deep = 2;\n" });
    expect((await build(compiler)).compiled).toEqual(["one.cpp", "two.cpp"]);
    write({ "one.cpp": '#include "one.h"\nint one() { return own; }\n' });
    expect((await build(compiler)).compiled).toEqual(["one.cpp"]);
    // What it does not include any more does not count.
    write({ "deep.h": "const int deep = 3;\n" });
    expect((await build(compiler)).compiled).toEqual(["two.cpp"]);
  });

  test("a header that was taken up by another one counts from then on", async () => {
    const compiler = watched(command);
    await build(compiler);
    write({ "shared.h": '#include "late.h"\nconst int shared = late;\n', "late.h": "const int late = 1;\n" });
    expect((await build(compiler)).compiled).toEqual(["one.cpp", "two.cpp"]);
    write({ "late.h": "const int late = 2;\n" });
    expect((await build(compiler)).compiled).toEqual(["one.cpp", "two.cpp"]);
  });

  test("what was compiled before is found again when a change is taken back", async () => {
    const compiler = watched(command);
    const before = await build(compiler);
    write({ "deep.h": "const int deep = 2;\n" });
    await build(compiler);
    write({ "deep.h": "const int deep = 1;\n" });
    expect(await build(compiler)).toEqual({ objects: before.objects, compiled: [] });
  });

  test("a header that has disappeared is missed, or is no longer part of the file", async () => {
    const compiler = watched(command);
    await build(compiler);
    rmSync(join(places.sources, "one.h"));
    await expect(build(compiler)).rejects.toThrow("one.h");
    compiler.compiled();
    write({ "one.cpp": "int one() { return 3; }\n" });
    expect((await build(compiler)).compiled).toEqual(["one.cpp"]);
    expect((await build(compiler)).compiled).toEqual([]);
  });

  test("other flags and another compiler have objects of their own", async () => {
    const compiler = watched(command);
    const { objects } = await build(compiler);
    const slow = await build(compiler, { options: ["-O0", ...flags.slice(1)] });
    expect(slow.compiled).toEqual(["one.cpp", "two.cpp"]);
    const newer = await build(watched(command, "2"));
    expect(newer.compiled).toEqual(["one.cpp", "two.cpp"]);
    expect(new Set([...objects, ...slow.objects, ...newer.objects]).size).toBe(6);
    expect(await build(compiler)).toEqual({ objects, compiled: [] });
  });

  test("a header that changes while a file is compiled has it compiled again at the next build", async () => {
    const compiler = watched(`f() { ${command} "$@" && echo "const int own = 5;" > one.h; }; f`);
    const first = await build(compiler, { files: ["one"] });
    expect(first.compiled).toEqual(["one.cpp"]);
    expect(first.objects[0]).toContain(places.work);
    const second = await build(watched(command), { files: ["one"] });
    expect(second.compiled).toEqual(["one.cpp"]);
    expect(second.objects[0]).toContain(places.kept);
  });
});
