import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { expect, test } from "@jest/globals";
import {
  kernelFolder,
  prefixDataFolder,
  type System,
  searchedDataFolders,
  userDataFolder,
} from "../../kernel/kernelspec/locations.ts";
import { python, pythonEnv } from "../../tools/setup/python.ts";

const linux: System = { platform: "linux", env: {}, home: "/home/ada" };
const mac: System = { platform: "darwin", env: {}, home: "/Users/ada" };
const windows: System = {
  platform: "win32",
  env: { APPDATA: "C:\\Users\\ada\\AppData\\Roaming" },
  home: "C:\\Users\\ada",
};

test.each([
  ["Linux", linux, "/home/ada/.local/share/jupyter"],
  ["Linux with XDG_DATA_HOME", { ...linux, env: { XDG_DATA_HOME: "/data/ada" } }, "/data/ada/jupyter"],
  ["macOS", mac, "/Users/ada/Library/Jupyter"],
  [
    "macOS with JUPYTER_PLATFORM_DIRS",
    { ...mac, env: { JUPYTER_PLATFORM_DIRS: "1" } },
    "/Users/ada/Library/Application Support/Jupyter",
  ],
  [
    "macOS with JUPYTER_PLATFORM_DIRS=false",
    { ...mac, env: { JUPYTER_PLATFORM_DIRS: "False" } },
    "/Users/ada/Library/Jupyter",
  ],
  ["Windows", windows, "C:\\Users\\ada\\AppData\\Roaming\\jupyter"],
  ["Windows without APPDATA", { ...windows, env: {} }, "C:\\Users\\ada\\.jupyter\\data"],
  [
    "Windows with JUPYTER_PLATFORM_DIRS",
    { ...windows, env: { JUPYTER_PLATFORM_DIRS: "1", LOCALAPPDATA: "D:\\Local" } },
    "D:\\Local\\Jupyter",
  ],
  ["any system with JUPYTER_DATA_DIR", { ...mac, env: { JUPYTER_DATA_DIR: "/elsewhere" } }, "/elsewhere"],
] as const)("the user's data folder on %s is where Jupyter has it", (_name, system, folder) => {
  expect(userDataFolder(system)).toBe(folder);
});

test.each([{}, { XDG_DATA_HOME: "/data/x" }, { JUPYTER_DATA_DIR: "/data/y" }, { JUPYTER_PLATFORM_DIRS: "yes" }])(
  "the user's data folder on this machine is what jupyter_core says, with %j",
  (extra) => {
    const env = { ...pythonEnv(), ...extra };
    const program = "from jupyter_core.paths import jupyter_data_dir; print(jupyter_data_dir())";
    const theirs = execFileSync(python, ["-c", program], { env, encoding: "utf8" }).trim();
    expect(userDataFolder({ platform: process.platform, env, home: homedir() })).toBe(theirs);
  },
);

test("a kernel below a prefix is in share/jupyter/kernels, with the system's separators", () => {
  expect(kernelFolder(prefixDataFolder("/opt/env", linux), "gradbook", linux)).toBe(
    "/opt/env/share/jupyter/kernels/gradbook",
  );
  expect(kernelFolder(prefixDataFolder("C:\\env", windows), "gradbook", windows)).toBe(
    "C:\\env\\share\\jupyter\\kernels\\gradbook",
  );
});

test("the doctor searches JUPYTER_PATH, the user's folder, the environments in use and the system's folders, in that order", () => {
  const env = { JUPYTER_PATH: "/one:/two", VIRTUAL_ENV: "/venv", CONDA_PREFIX: "/conda" };
  expect(searchedDataFolders({ ...linux, env })).toEqual([
    "/one",
    "/two",
    "/home/ada/.local/share/jupyter",
    "/venv/share/jupyter",
    "/conda/share/jupyter",
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ]);
});
