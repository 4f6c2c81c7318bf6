import { types } from "node:util";
import { escapeHtml } from "./escape.ts";
import { methodOf } from "./lookup.ts";
import { addressOf, bytesOf, type MediaSource, nameOf } from "./media-source.ts";
import { soundType } from "./media-type.ts";
import { waveFile } from "./wave.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** Numbers, of one channel or a list for each; also what turns into them by `toArray()`, as tensors do. */
export type Samples = ArrayLike<number> | readonly ArrayLike<number>[] | { toArray(): unknown };

export interface AudioOptions {
  /** Of samples: how many are played a second; default 44,100. */
  rate?: number;
  /** Starts by itself; default false. */
  autoplay?: boolean;
}

/** A sound: the bytes of one, a file, an address, or samples. */
export class Audio {
  readonly #source: MediaSource | Samples;
  readonly #options: AudioOptions;

  /**
   * @param source The bytes of a WAV, MP3, Ogg, FLAC, M4A or WebM sound, the path of such a file, its URL, or samples: numbers of one channel, or a list of
   * numbers for each channel. The loudest sample is played at full volume.
   */
  constructor(source: MediaSource | Samples, options: AudioOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /** @throws {Error} If there is no such file, it is no sound, or the samples are no numbers. */
  [DISPLAY](): Record<string, string> {
    const source = this.#source;
    if (!isMedia(source)) return this.#samples(source);
    const address = addressOf(source);
    if (address !== null) return { "text/html": this.#element(address), "text/plain": address };
    const bytes = bytesOf(source, "sound");
    const type = soundType(bytes);
    if (!type)
      throw new TypeError(
        `Cannot play ${nameOf(source)}: expected a WAV, MP3, Ogg, FLAC, M4A or WebM sound, or samples`,
      );
    return this.#embedded(type, bytes, `${type}, ${bytes.length} bytes`);
  }

  #samples(source: Samples): Record<string, string> {
    const { rate = 44_100 } = this.#options;
    if (!(Number.isInteger(rate) && rate >= 1 && rate <= 1e6)) {
      throw new RangeError(`Cannot play ${rate} samples a second: expected a whole number from 1 to 1,000,000`);
    }
    const channels = channelsOf(source);
    const seconds = channels[0]!.length / rate;
    return this.#embedded("audio/wav", waveFile(channels, rate), `audio/wav, ${Number(seconds.toPrecision(3))} s`);
  }

  #embedded(type: string, bytes: Buffer, text: string): Record<string, string> {
    return { "text/html": this.#element(`data:${type};base64,${bytes.toString("base64")}`), "text/plain": text };
  }

  #element(address: string): string {
    return `<audio controls src="${escapeHtml(address)}"${this.#options.autoplay ? " autoplay" : ""}></audio>`;
  }
}

function isMedia(source: MediaSource | Samples): source is MediaSource {
  return typeof source === "string" || types.isUint8Array(source) || source instanceof URL;
}

function channelsOf(source: Samples): ArrayLike<number>[] {
  const toArray = source !== null && typeof source === "object" ? methodOf(source, "toArray") : null;
  const samples = toArray ? toArray.call(source) : source;
  const isList = Array.isArray(samples) && samples.length > 0 && typeof samples[0] !== "number";
  const channels = (isList ? samples : [samples]) as ArrayLike<number>[];
  for (const [index, channel] of channels.entries()) {
    if (!(Array.isArray(channel) || types.isTypedArray(channel))) {
      throw new TypeError(`Cannot play channel ${index}: expected a list of numbers, got ${typeof channel}`);
    }
    const { length } = channels[0]!;
    if (channel.length !== length) {
      throw new RangeError(`Cannot play channels of ${length} and ${channel.length} samples: expected equal lengths`);
    }
    const wrong = Array.prototype.findIndex.call(channel, (value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new RangeError(`Cannot play sample ${wrong}, which is ${String(channel[wrong])}: expected finite numbers`);
    }
  }
  return channels;
}
