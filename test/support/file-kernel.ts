/** One kernel for all tests of a file, which must have said nothing wrong when they are done. */
import { afterAll, beforeAll, expect } from "@jest/globals";
import { type Kernel, type KernelOptions, startCheckedKernel } from "./client.ts";

/** The file's kernel, while its tests run. */
export let kernel: Kernel;

/** Starts the kernel before the first test of a file, and ends it after the last one. */
export function useKernel(options: KernelOptions = {}): void {
  beforeAll(async () => {
    kernel = await startCheckedKernel(options);
  });

  afterAll(async () => {
    await kernel.stop();
    // Every message was well formed and signed, and nothing went past the sockets.
    expect(kernel.invalid).toEqual([]);
    expect(kernel.output).toEqual({ stdout: "", stderr: "" });
  });
}
