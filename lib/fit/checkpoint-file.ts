/** Checkpoints as files: JSON, with tensors as base64, which any program can read. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fromData } from "../creation.ts";
import { allocate, type DType } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** How a tensor stands in the file. */
interface Packed {
  readonly $tensor: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

function pack(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (!(value instanceof Tensor)) return value;
  const { buffer, byteOffset, byteLength } = value.data;
  const $tensor = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return { $tensor, dtype: value.dtype, shape: value.shape } satisfies Packed;
}

function unpack(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$number" in value) return Number(value.$number);
  if (!("$tensor" in value)) return value;
  const { $tensor, dtype, shape } = value as Packed;
  const array = allocate(dtype, sizeOf(shape));
  // Copied, because a view of the text's own bytes need not be aligned.
  new Uint8Array(array.buffer).set(Buffer.from($tensor, "base64"));
  return fromData(array, shape, dtype);
}

/**
 * Writes a checkpoint to a file. The file before is replaced only when the new one is complete, so that a crash while writing costs nothing.
 *
 * @param path Where to.
 * @param checkpoint As `fit` hands it to `checkpoint.save`.
 * @example
 * fit(model, samples, { optimizer, epochs: 2, checkpoint: { save: (c) => saveCheckpoint(join(folder, "run.json"), c) } });
 * loadCheckpoint(join(folder, "run.json")).epoch // 2
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  // What stands in the checkpoint itself, before JSON has asked it for its JSON form.
  const text = JSON.stringify(checkpoint, function (this: Record<string, unknown>, key) {
    return pack(this[key]);
  });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/**
 * Reads a checkpoint from a file, for the option `resume` of `fit`.
 *
 * @throws {RangeError} If the file is no checkpoint.
 * @see saveCheckpoint
 * @example
 * fit(model, samples, { optimizer, epochs: 2, checkpoint: { save: (c) => saveCheckpoint(join(folder, "run.json"), c) } });
 * fit(model, samples, { optimizer, epochs: 5, resume: loadCheckpoint(join(folder, "run.json")) }).epochLoss.length // 5
 */
export function loadCheckpoint(path: string): Checkpoint {
  const text = readFileSync(path, "utf8");
  let read: unknown;
  try {
    read = JSON.parse(text, (_, value) => unpack(value));
  } catch {
    read = null;
  }
  if (typeof read !== "object" || read === null || !("optimizer" in read) || !("history" in read))
    throw new RangeError(`Cannot resume from ${path}: it is no checkpoint that saveCheckpoint wrote`);
  return read as Checkpoint;
}
