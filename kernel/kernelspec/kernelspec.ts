/** The kernelspec: what Jupyter reads to start our kernel, as a folder with kernel.json and logos. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROTOCOL_VERSION } from "../protocol/messages.ts";
import { explained, InstallError } from "./install-error.ts";

export interface Kernelspec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message" | "signal";
  /** Lets front ends choose how to connect before the kernel has said anything. */
  kernel_protocol_version: string;
  metadata: { debugger: boolean; gradbook: { version: string } };
}

export interface SpecOptions {
  node: string;
  /** The kernel's entry, dist/kernel/main.js. */
  main: string;
  displayName: string;
  version: string;
}

/**
 * Flags of Node for the process that holds the sockets. What it makes is short-lived and small: V8 would let its young generation grow to 48 MB over some
 * hundred cells and gain nothing by it but an eighth of the time that a flood of output takes.
 */
const FLAGS = ["--max-semi-space-size=4"];

/**
 * Absolute paths, so that the kernel starts whatever PATH the front end has; interrupts as messages, because a signal would
 * reach only the process that holds the sockets, and Windows has none. Front ends that know no TypeScript file type still
 * offer the kernel for its `language`.
 */
export function kernelspec({ node, main, displayName, version }: SpecOptions): Kernelspec {
  return {
    argv: [node, ...FLAGS, main, "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    kernel_protocol_version: PROTOCOL_VERSION,
    metadata: { debugger: true, gradbook: { version } },
  };
}

/** Jupyter's rule for kernel names; it looks them up in lower case. */
export function validName(name: string): string {
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name)) {
    throw new InstallError(
      `"${name}" cannot be a kernel's name: expected ASCII letters, digits, "." "_" and "-", such as gradbook-dev`,
    );
  }
  return name.toLowerCase();
}

/** The kernelspec in a folder, if it is one that gradbook has written. */
export function readOwn(folder: string): Kernelspec | undefined {
  try {
    const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
    return Array.isArray(spec?.argv) && spec.metadata?.gradbook ? spec : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes the kernelspec with its logos; an older one of ours is replaced. A file appears whole or not at all, and kernel.json
 * last, so that Jupyter never sees half a kernel.
 *
 * @returns Whether there was one before.
 * @throws {InstallError} If the folder holds something that is not ours, or cannot be written.
 */
export function writeKernelspec(folder: string, spec: Kernelspec, logos: string): boolean {
  const replaced = readOwn(folder) !== undefined;
  if (!replaced) refuseForeign(folder);
  try {
    mkdirSync(folder, { recursive: true });
    for (const logo of readdirSync(logos)) replaceFile(join(folder, logo), readFileSync(join(logos, logo)));
    replaceFile(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    throw explained(error, `write the kernelspec to ${folder}`);
  }
  return replaced;
}

/** @throws {InstallError} If there is no kernelspec, or it is not ours. */
export function removeKernelspec(folder: string): void {
  if (!existsSync(folder)) throw new InstallError(`There is no kernel to remove at ${folder}`);
  if (!readOwn(folder)) throw new InstallError(`${folder} was not written by gradbook, so it is left alone`);
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    throw explained(error, `remove ${folder}`);
  }
}

function refuseForeign(folder: string): void {
  if (!existsSync(folder)) return;
  if (statSync(folder).isDirectory() && readdirSync(folder).length === 0) return;
  throw new InstallError(
    `${folder} exists already and was not written by gradbook: choose another name with --name, or remove it yourself`,
  );
}

function replaceFile(file: string, data: string | Buffer): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
