/** Where Jupyter looks for kernels, on each system. The rules are those of jupyter_core 5. */
import { posix, win32 } from "node:path";

export interface System {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

const pathOf = (system: System) => (system.platform === "win32" ? win32 : posix);

/** As Jupyter reads a switch in the environment: set, and not to a word for no. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !["no", "n", "false", "off", "0", "0.0"].includes(value.toLowerCase());
}

/** The user's own data folder, where `--user` installs. */
export function userDataFolder(system: System): string {
  const { platform, env, home } = system;
  const { join } = pathOf(system);
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const platformDirs = isSet(env.JUPYTER_PLATFORM_DIRS);
  if (platform === "darwin") {
    return platformDirs ? join(home, "Library", "Application Support", "Jupyter") : join(home, "Library", "Jupyter");
  }
  if (platform === "win32") {
    if (platformDirs) return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "Jupyter");
    if (env.APPDATA) return join(env.APPDATA, "jupyter");
    return join(env.JUPYTER_CONFIG_DIR || join(home, ".jupyter"), "data");
  }
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** The data folder of a Python environment or another prefix. */
export function prefixDataFolder(prefix: string, system: System): string {
  return pathOf(system).join(prefix, "share", "jupyter");
}

/** Every data folder that Jupyter searches and that can be told without running Python. */
export function searchedDataFolders(system: System): string[] {
  const { platform, env } = system;
  const { join, delimiter } = pathOf(system);
  const folders = (env.JUPYTER_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  folders.push(userDataFolder(system));
  for (const prefix of [env.VIRTUAL_ENV, env.CONDA_PREFIX]) {
    if (prefix) folders.push(prefixDataFolder(prefix, system));
  }
  if (platform !== "win32") folders.push("/usr/local/share/jupyter", "/usr/share/jupyter");
  else if (env.PROGRAMDATA) folders.push(join(env.PROGRAMDATA, "jupyter"));
  return [...new Set(folders)];
}

/** The folder of one kernel in a data folder. */
export function kernelFolder(dataFolder: string, name: string, system: System): string {
  return pathOf(system).join(dataFolder, "kernels", name);
}
