/** The processes of this machine, for tests that assert that none is left behind. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** Kernel's start time where it is known: a pid that was given away again has another one. */
  started: string;
  zombie: boolean;
  command: string;
}

function fromProc(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      // The command name stands in parentheses and may hold anything, so count from the last one.
      const close = stat.lastIndexOf(")");
      const fields = stat.slice(close + 2).split(" ");
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      found.push({
        pid: Number(entry),
        parent: Number(fields[1]),
        started: fields[19]!,
        zombie: fields[0] === "Z",
        command: command || stat.slice(stat.indexOf("(") + 1, close),
      });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function fromPs(): ProcessInfo[] {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,state=,command="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, state, command] = match;
    return [
      { pid: Number(pid), parent: Number(parent), started: "", zombie: state!.startsWith("Z"), command: command! },
    ];
  });
}

export function allProcesses(): ProcessInfo[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

/** All living descendants of a process, children before grandchildren, without the process itself. */
export function descendants(pid: number): ProcessInfo[] {
  const all = allProcesses();
  const family: ProcessInfo[] = [];
  const parents = [pid];
  for (const parent of parents) {
    for (const info of all) {
      if (info.parent !== parent || info.zombie) continue;
      family.push(info);
      parents.push(info.pid);
    }
  }
  return family;
}

/** Processes whose environment holds `NAME=value`: finds children that were given to init as well (Linux only). */
export function withEnvironment(name: string, value: string): ProcessInfo[] {
  if (process.platform !== "linux") return [];
  const entry = `${name}=${value}`;
  return fromProc().filter(({ pid, zombie }) => {
    try {
      return !zombie && readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(entry);
    } catch {
      return false;
    }
  });
}

/** Those of the given processes that still run. */
export function stillAlive(processes: readonly ProcessInfo[]): ProcessInfo[] {
  const now = new Map(allProcesses().map((info) => [info.pid, info]));
  return processes.filter(({ pid, started }) => {
    const info = now.get(pid);
    return info !== undefined && !info.zombie && info.started === started;
  });
}

/** Resident memory of a process, in bytes; with its descendants unless said otherwise. */
export function residentBytes(pid: number, { family = true }: { family?: boolean } = {}): number {
  const pids = [pid, ...(family ? descendants(pid).map((info) => info.pid) : [])];
  const text = execFileSync("ps", ["-o", "rss=", "-p", pids.join(",")], { encoding: "utf8" });
  return text.split("\n").reduce((sum, line) => sum + Number(line) * 1024, 0);
}
