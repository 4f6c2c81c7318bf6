/** Builds dist/ when its sources have changed. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { begin, done, root, run } from "./step.ts";

const inputs = [
  "install.ts",
  "kernel",
  "lib",
  "package-lock.json",
  "package.json",
  "tools/build.ts",
  "tsconfig.json",
  "tsconfig.lib.json",
];
const marker = join(root, "dist", ".sources");

function filesUnder(path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap(filesUnder)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

export async function ensureBuild(): Promise<void> {
  // Before the build: what is edited meanwhile is built the next time.
  const hash = hashOfSources();
  if (existsSync(marker) && readFileSync(marker, "utf8") === hash) return done("build (kept)");
  begin("build: bundling the kernel and the library");
  await run(process.execPath, ["--import", "tsx", join("tools", "build.ts")], {
    step: "build",
    advice: 'The sources do not build: "npm run build" shows the same message, and "npm run lint" may say more.',
  });
  writeFileSync(marker, hash);
  done("build (made)");
}
