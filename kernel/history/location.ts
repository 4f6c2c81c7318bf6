/** Where the history of all sessions lies. */
import { homedir } from "node:os";
import { join } from "node:path";

/** Keeps the history of one session, in memory. */
export const IN_MEMORY = ":memory:";

/** `GRADBOOK_HISTORY` names the file, or says `off`; else it lies where the platform keeps data of programs. */
export function historyFile(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const asked = env.GRADBOOK_HISTORY;
  if (asked === "off") return IN_MEMORY;
  return asked || join(dataFolder(env, platform), "gradbook", "history.sqlite");
}

function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === "win32") return env.APPDATA || join(homedir(), "AppData", "Roaming");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support");
  return env.XDG_DATA_HOME || join(homedir(), ".local", "share");
}
