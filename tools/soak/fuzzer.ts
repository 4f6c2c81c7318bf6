/** Messages that are wrong in every way we could think of, made from good ones with seeded chance. */
import type { Kernel } from "../../test/support/client.ts";
import { delimiter, sign } from "../../test/support/wire.ts";
import type { Random } from "./random.ts";

const TYPES = [
  "execute_request",
  "complete_request",
  "inspect_request",
  "history_request",
  "comm_open",
  "comm_msg",
  "kernel_info_request",
];

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "\u0000",
  "x".repeat(5000),
  [],
  {},
  [[[]]],
  { a: { b: {} } },
];

type Spoiler = (frames: Buffer[], random: Random, kernel: Kernel) => Buffer[];

/** Signed, so that what is inside is looked at. */
const signed = (parts: Buffer[], kernel: Kernel) => [
  delimiter,
  Buffer.from(sign(kernel.connection.key, parts)),
  ...parts,
];

const spoilers: Record<string, Spoiler> = {
  "wrong signature": (frames, random) => frames.with(1, Buffer.from(random.bytes(32).toString("hex"))),
  "cut short": (frames, random) => frames.slice(0, random.below(frames.length)),
  "a frame of random bytes": (frames, random) =>
    frames.with(random.below(frames.length), random.bytes(1 + random.below(200))),
  "huge frame": (frames, random) =>
    [...frames, Buffer.alloc(random.below(1 << 20))].with(1, Buffer.from("0".repeat(64))),
  "parts swapped": (frames, random, kernel) => {
    const parts = frames.slice(2);
    return signed(
      parts.toSorted(() => random.next() - 0.5),
      kernel,
    );
  },
  "no JSON": (frames, random, kernel) => signed(frames.slice(2).with(random.below(4), random.bytes(20)), kernel),
  "odd content": (frames, random, kernel) => {
    const keys = [
      "code",
      "cursor_pos",
      "user_expressions",
      "comm_id",
      "target_name",
      "data",
      "hist_access_type",
      "n",
      "detail_level",
    ];
    const content = Object.fromEntries(keys.map((key) => [key, random.pick(ODD_VALUES)]));
    // Odd code is refused; code that is text would run.
    content.code = random.pick(ODD_VALUES.filter((value) => typeof value !== "string"));
    return signed(frames.slice(2).with(3, Buffer.from(JSON.stringify(content))), kernel);
  },
  "odd header": (frames, random, kernel) => {
    const header = JSON.parse(frames[2]!.toString()) as Record<string, unknown>;
    header[random.pick(["msg_id", "msg_type", "session", "date", "version", "subshell_id"])] = random.pick(ODD_VALUES);
    return signed(
      frames
        .slice(2)
        .with(0, Buffer.from(JSON.stringify(header)))
        .with(3, Buffer.from("{}")),
      kernel,
    );
  },
  "sent twice": (frames) => frames,
};

/** @returns The name of what is wrong with it, and the frames. */
export function malformed(kernel: Kernel, random: Random): { name: string; frames: Buffer[] } {
  const name = random.pick(Object.keys(spoilers));
  const { frames } = kernel.frames(random.pick(TYPES), { code: "globalThis.fuzzed = true" });
  return { name, frames: spoilers[name]!(frames, random, kernel) };
}
