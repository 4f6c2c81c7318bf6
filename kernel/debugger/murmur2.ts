const MULTIPLIER = 0x5bd1e995;

/** MurmurHash2 (Austin Appleby, 32 bits) of a text's UTF-8: how front ends and kernels name a cell by its code. */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, "utf8");
  const whole = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let offset = 0; offset < whole; offset += 4) {
    let block = Math.imul(bytes.readInt32LE(offset), MULTIPLIER);
    block = Math.imul(block ^ (block >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ block;
  }
  if (whole < bytes.length) {
    hash = Math.imul(hash ^ bytes.readUIntLE(whole, bytes.length - whole), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}
