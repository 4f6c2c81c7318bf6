/** The compiled engine; without a compiler the library falls back on TypeScript. */
import { compileEngine } from "../native/compile.ts";
import { begin, done, warn } from "./step.ts";

export async function ensureEngine(): Promise<void> {
  begin("engine: compiling the C++ kernels, if they have changed (a minute)");
  const result = await compileEngine();
  if (result.state !== "missing") return done(`engine (${result.state})`);
  warn(
    `engine: not compiled, ${result.reason}; the library runs on its TypeScript fallback, which is slower`,
    "Install a C++ compiler (Debian: apt-get install g++) and run npm run setup again.",
  );
}
