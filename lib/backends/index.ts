/** The backend in use. */
import type { Backend } from "./backend.ts";
import { jsBackend } from "./js/index.ts";

export type { Backend } from "./backend.ts";

/** The kernels that every op runs on. Import it, do not copy it: `setBackend` changes it. */
export let backend: Backend = jsBackend;

/** Runs all later ops on another backend and returns the one before. */
export function setBackend(next: Backend): Backend {
  const previous = backend;
  backend = next;
  return previous;
}
