/** Samples of a sound → a WAV file of 16-bit numbers. */

const BYTES = 2;
const LOUDEST = 32767;
const HEADER = 44;

/**
 * @param channels Samples of each channel; the loudest of all becomes full volume, so that any unit will do.
 * @param rate Samples a second.
 */
export function waveFile(channels: readonly ArrayLike<number>[], rate: number): Buffer {
  const count = channels[0]?.length ?? 0;
  const frame = channels.length * BYTES;
  const size = count * frame;
  const file = Buffer.alloc(HEADER + size);
  file.write("RIFF", 0);
  file.writeUInt32LE(HEADER - 8 + size, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  // Plain numbers, not compressed.
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * frame, 28);
  file.writeUInt16LE(frame, 32);
  file.writeUInt16LE(8 * BYTES, 34);
  file.write("data", 36);
  file.writeUInt32LE(size, 40);
  const volume = LOUDEST / peak(channels);
  for (const [index, channel] of channels.entries()) {
    for (let at = 0; at < count; at++) {
      file.writeInt16LE(Math.round(channel[at]! * volume), HEADER + at * frame + index * BYTES);
    }
  }
  return file;
}

/** The greatest distance from silence; 1 for silence itself. */
function peak(channels: readonly ArrayLike<number>[]): number {
  let greatest = 0;
  for (const channel of channels) {
    for (let at = 0; at < channel.length; at++) greatest = Math.max(greatest, Math.abs(channel[at]!));
  }
  return greatest || 1;
}
