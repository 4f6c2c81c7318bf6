/** What picture some bytes are, by how they begin. */
const SIGNATURES: readonly [type: string, at: number, bytes: string][] = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF87a"],
  ["image/gif", 0, "GIF89a"],
  ["image/webp", 8, "WEBP"],
];

export function pictureType(bytes: Buffer): string | null {
  const begins = SIGNATURES.find(([, at, text]) => bytes.toString("latin1", at, at + text.length) === text);
  return begins ? begins[0] : null;
}
