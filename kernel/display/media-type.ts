/** What some bytes are, by how they begin. */

type Signature = readonly [type: string, at: number, bytes: string];

const PICTURES: readonly Signature[] = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF87a"],
  ["image/gif", 0, "GIF89a"],
  ["image/webp", 8, "WEBP"],
];

const SOUNDS: readonly Signature[] = [
  ["audio/wav", 8, "WAVE"],
  ["audio/ogg", 0, "OggS"],
  ["audio/flac", 0, "fLaC"],
  ["audio/mp4", 4, "ftypM4A"],
  ["audio/webm", 0, "\x1a\x45\xdf\xa3"],
  ["audio/mpeg", 0, "ID3"],
  // Frames of MP3 without tags in front, MPEG 1 and 2.
  ["audio/mpeg", 0, "\xff\xfb"],
  ["audio/mpeg", 0, "\xff\xf3"],
  ["audio/mpeg", 0, "\xff\xf2"],
];

const FILMS: readonly Signature[] = [
  ["video/mp4", 4, "ftyp"],
  ["video/webm", 0, "\x1a\x45\xdf\xa3"],
  ["video/ogg", 0, "OggS"],
];

export function pictureType(bytes: Buffer): string | null {
  return typeIn(PICTURES, bytes);
}

export function soundType(bytes: Buffer): string | null {
  return typeIn(SOUNDS, bytes);
}

export function filmType(bytes: Buffer): string | null {
  return typeIn(FILMS, bytes);
}

function typeIn(signatures: readonly Signature[], bytes: Buffer): string | null {
  const found = signatures.find(([, at, text]) => bytes.toString("latin1", at, at + text.length) === text);
  return found ? found[0] : null;
}
