/**
 * The first thing that `npm run demo`, `npm test` and `npm run setup` start, before anything is installed: the one file of
 * plain JavaScript. It looks at Node, installs the npm packages if need be, and hands over to tools/setup/main.ts.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`✗ Node ${process.versions.node} (${process.execPath}) is too old: gradbook needs 20.19 or newer.`);
  console.error("  → Install a current Node (https://nodejs.org, or nvm install --lts), then type the command again.");
  process.exit(1);
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm keeps its own list of what it has installed there, and
 * writes it last, so that an interrupted installation does not pass for a whole one.
 */
function packagesInstalled() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf(join("node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  const same = (path) => present[path]?.version === wanted[path].version && existsSync(join(root, path));
  // What is for other systems is optional, and not here.
  return Object.keys(wanted).every((path) => path === "" || same(path) || (wanted[path].optional && !present[path]));
}

function installPackages() {
  if (packagesInstalled()) return console.log("✓ npm packages (kept)");
  console.log("… npm packages: installing what package-lock.json lists (a minute or two)");
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // Under `npm run` npm says where it is; without it a shell has to find npm.cmd on Windows.
  const npm = process.env.npm_execpath;
  const { status, error } = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status === 0) return console.log("✓ npm packages (installed)");
  console.error(`✗ npm packages: "npm ${args.join(" ")}" failed${error ? `: ${error.message}` : ""}`);
  console.error("  → See npm's message above. Most often the registry is out of reach, or the disk is full.");
  process.exit(1);
}

requireNode();
installPackages();
const { status, signal } = spawnSync(
  process.execPath,
  ["--import", "tsx", join(root, "tools", "setup", "main.ts"), ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
process.exit(signal ? 130 : (status ?? 1));
