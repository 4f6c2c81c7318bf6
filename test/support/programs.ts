/** Programs that a machine may have or not: what needs them is tested where they are. */
import { spawnSync } from "node:child_process";

/** Whether a program can be run by its name. */
export const hasProgram = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;
