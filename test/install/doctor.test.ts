import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { python } from "../../tools/setup/python.ts";
import { repository } from "../support/client.ts";
import { Sandbox } from "./installer.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

/** jupyter on PATH, and node, which Jupyter's scripts may need. */
const withJupyter = { PATH: `${dirname(python)}:${process.env.PATH}` };

test("--doctor starts the kernel, finds Jupyter and the registered kernel, and says that all is well", () => {
  sandbox.run(["--user"]);
  const { code, stdout } = sandbox.run(["--doctor"], { env: withJupyter });
  expect(stdout).toMatch(/^✓ Node \d+\.\d+\.\d+ /m);
  expect(stdout).toMatch(/^✓ zeromq loads/m);
  expect(stdout).toMatch(/^✓ The kernel starts and answers: .+, after \d+ ms$/m);
  expect(stdout).toMatch(/^✓ Jupyter \(JupyterLab 4\.6\.\d+\)$/m);
  expect(stdout).toContain(
    `✓ Kernel "gradbook" (TypeScript (gradbook)) in ${join(sandbox.data, "kernels", "gradbook")}`,
  );
  expect(stdout).toMatch(/\nAll is well\.\n$/);
  expect(code).toBe(0);
});

test("--doctor without Jupyter and without a registered kernel says what to type", () => {
  const { code, stdout } = sandbox.run(["doctor"], { env: { PATH: sandbox.folder } });
  expect(stdout).toContain("! No jupyter command on PATH\n    → pip install jupyterlab\n");
  expect(stdout).toContain(
    "✗ The kernel is not registered anywhere Jupyter looks\n    → node dist/install.js --user\n",
  );
  expect(stdout).toMatch(/\n1 thing to set right\.\n$/);
  expect(code).toBe(1);
});

test("--doctor finds a kernelspec that starts a file which is gone", () => {
  sandbox.run(["--user"]);
  const file = join(sandbox.data, "kernels", "gradbook", "kernel.json");
  const spec = JSON.parse(readFileSync(file, "utf8"));
  const gone = sandbox.path("gone", "main.js");
  writeFileSync(file, JSON.stringify({ ...spec, argv: [spec.argv[0], gone, "{connection_file}"] }));
  const { code, stdout } = sandbox.run(["--doctor"], { env: { PATH: sandbox.folder } });
  expect(stdout).toContain(`starts what does not exist: ${gone}\n    → register it again where it is`);
  expect(code).toBe(1);
});

/** A copy of the package that a test may damage. */
function copyOfPackage(): string {
  const copy = sandbox.path("package");
  mkdirSync(copy);
  for (const part of ["dist", "kernel/logos", "package.json"]) {
    cpSync(join(repository, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  return copy;
}

test("--doctor of a package that is not built names the missing file", () => {
  const copy = copyOfPackage();
  rmSync(join(copy, "dist", "kernel"), { recursive: true });
  const { code, stdout } = sandbox.run(["--doctor"], { program: join(copy, "dist", "install.js") });
  const missing = join(copy, "dist", "kernel", "main.js");
  expect(stdout).toContain(`✗ The kernel is not built: ${missing} is missing\n    → npm install gradbook\n`);
  expect(code).toBe(1);
});

test("--doctor shows what a kernel wrote that ends instead of answering", () => {
  const copy = copyOfPackage();
  writeFileSync(join(copy, "dist", "kernel", "main.js"), 'throw new Error("broken on purpose");');
  const { code, stdout } = sandbox.run(["--doctor"], { program: join(copy, "dist", "install.js") });
  expect(stdout).toContain("✗ The kernel does not answer: it ended with exit code 1");
  expect(stdout).toContain("broken on purpose");
  expect(code).toBe(1);
});

test("--doctor says how to get zeromq back when it does not load", () => {
  const copy = copyOfPackage();
  rmSync(join(copy, "node_modules"));
  mkdirSync(join(copy, "node_modules", "zeromq"), { recursive: true });
  writeFileSync(join(copy, "node_modules", "zeromq", "package.json"), '{"name":"zeromq","main":"index.js"}');
  writeFileSync(
    join(copy, "node_modules", "zeromq", "index.js"),
    'throw new Error("no native build for this system");',
  );
  const { code, stdout } = sandbox.run(["--doctor"], { program: join(copy, "dist", "install.js") });
  expect(stdout).toContain("✗ zeromq does not load: no native build for this system\n    → npm rebuild zeromq\n");
  expect(code).toBe(1);
});
