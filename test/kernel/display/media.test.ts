/** Pictures, sounds, films, code and files that cells have in scope. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Audio } from "../../../kernel/display/audio.ts";
import { bundleOf } from "../../../kernel/display/bundle.ts";
import { Code } from "../../../kernel/display/code.ts";
import { FileLink } from "../../../kernel/display/file-link.ts";
import { Image } from "../../../kernel/display/image.ts";
import { Video } from "../../../kernel/display/video.ts";
import { tensor } from "../../../lib/index.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-media-"));

afterAll(() => rmSync(folder, { recursive: true }));

function inFolder(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function shown(value: unknown) {
  return bundleOf(value, (problem) => {
    throw new Error(problem);
  });
}

/** What is told when a value cannot be shown. */
async function problemOf(value: unknown): Promise<string> {
  const problems: string[] = [];
  await bundleOf(value, (problem) => problems.push(problem));
  return problems.join();
}

describe("an Image", () => {
  const gif = Buffer.from("GIF89a…");

  test("of bytes or of a file is that picture, in the size that is asked for", async () => {
    const path = inFolder("a.gif", gif);
    for (const source of [gif, path, `file://${path}`]) {
      expect(await shown(new Image(source, { width: 40 }))).toEqual({
        data: { "image/gif": gif.toString("base64"), "text/plain": `image/gif, ${gif.length} bytes` },
        metadata: { "image/gif": { width: 40 } },
      });
    }
  });

  test("of an address is left to the front end, escaped", async () => {
    const { data } = await shown(new Image(new URL('https://x.org/a.png?q="><script>'), { height: 5 }));
    expect(data["text/html"]).toBe('<img src="https://x.org/a.png?q=%22%3E%3Cscript%3E" height="5">');
    expect((await shown(new Image(`data:image/png,"onerror=x`))).data["text/html"]).toBe(
      '<img src="data:image/png,&quot;onerror=x">',
    );
  });

  test("of a file that is missing, or of no picture, is told as text", async () => {
    expect(await problemOf(new Image("/nowhere/a.png"))).toContain(
      'Cannot show the picture "/nowhere/a.png": there is no such file',
    );
    expect(await problemOf(new Image(Buffer.from("text")))).toContain(
      "Cannot show 4 bytes as a picture: expected a PNG, JPEG, GIF or WebP",
    );
  });
});

describe("an Audio", () => {
  /** The WAV file that is played. */
  async function wave(value: Audio): Promise<Buffer> {
    const html = String((await shown(value)).data["text/html"]);
    return Buffer.from(/^<audio controls src="data:audio\/wav;base64,([^"]*)"><\/audio>$/.exec(html)![1]!, "base64");
  }

  test("of samples is a WAV file, its loudest sample at full volume", async () => {
    const file = await wave(new Audio([0, 0.5, -1, 0.25], { rate: 8000 }));
    expect(file.toString("latin1", 0, 16)).toBe("RIFF\x2c\0\0\0WAVEfmt ");
    expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([
      1, 1, 8000, 16_000,
    ]);
    expect(file.toString("latin1", 36, 40)).toBe("data");
    expect([0, 1, 2, 3].map((index) => file.readInt16LE(44 + 2 * index))).toEqual([0, 16_384, -32_767, 8192]);
    expect((await shown(new Audio(new Float32Array(4000), { rate: 8000 }))).data["text/plain"]).toBe(
      "audio/wav, 0.5 s",
    );
  });

  test("of channels, or of a tensor, has the samples of each in turn", async () => {
    const expected = [32_767, 16_384, 0, -32_767];
    for (const samples of [
      [[1, 0], new Float32Array([0.5, -1])],
      tensor([
        [1, 0],
        [0.5, -1],
      ]),
    ]) {
      const file = await wave(new Audio(samples));
      expect(file.readUInt16LE(22)).toBe(2);
      expect([0, 1, 2, 3].map((index) => file.readInt16LE(44 + 2 * index))).toEqual(expected);
    }
  });

  test.each([
    ["audio/wav", Buffer.from("RIFF\0\0\0\0WAVE")],
    ["audio/ogg", Buffer.from("OggS…")],
    ["audio/flac", Buffer.from("fLaC…")],
    ["audio/mpeg", Buffer.from("ID3…")],
    ["audio/mpeg", Buffer.from([0xff, 0xfb, 0x90])],
    ["audio/mp4", Buffer.from("\0\0\0 ftypM4A ")],
  ])("of the bytes of %s is played as that", async (type, bytes) => {
    for (const source of [bytes, inFolder("sound", bytes)]) {
      expect((await shown(new Audio(source, { autoplay: true }))).data).toEqual({
        "text/html": `<audio controls src="data:${type};base64,${bytes.toString("base64")}" autoplay></audio>`,
        "text/plain": `${type}, ${bytes.length} bytes`,
      });
    }
  });

  test("of an address is left to the front end, escaped", async () => {
    const { data } = await shown(new Audio(`https://x.org/a.mp3?q="><b>`));
    expect(data["text/html"]).toBe('<audio controls src="https://x.org/a.mp3?q=&quot;&gt;&lt;b&gt;"></audio>');
  });

  test.each<[string, Audio, string]>([
    [
      "a file that is missing",
      new Audio("/nowhere.mp3"),
      'Cannot show the sound "/nowhere.mp3": there is no such file',
    ],
    ["other bytes", new Audio(Buffer.from("text")), "Cannot play 4 bytes: expected a WAV, MP3"],
    ["no numbers", new Audio([1, Number.NaN]), "Cannot play sample 1, which is NaN: expected finite numbers"],
    ["channels that differ", new Audio([[1], [1, 2]]), "Cannot play channels of 1 and 2 samples"],
    ["a rate of nought", new Audio([1], { rate: 0 }), "Cannot play 0 samples a second: expected a whole number"],
    ["something else", new Audio(null as never), "Cannot play channel 0: expected a list of numbers, got object"],
  ])("of %s says so", async (_, value, problem) => {
    expect(await problemOf(value)).toContain(problem);
  });
});

describe("a Video", () => {
  test.each([
    ["video/mp4", Buffer.from("\0\0\0 ftypisom")],
    ["video/webm", Buffer.from([0x1a, 0x45, 0xdf, 0xa3])],
    ["video/ogg", Buffer.from("OggS…")],
  ])("of the bytes of %s is shown as that", async (type, bytes) => {
    for (const source of [bytes, inFolder("film", bytes)]) {
      expect((await shown(new Video(source, { width: 320, loop: true, autoplay: true }))).data).toEqual({
        "text/html": `<video controls src="data:${type};base64,${bytes.toString("base64")}" width="320" loop autoplay muted></video>`,
        "text/plain": `${type}, ${bytes.length} bytes`,
      });
    }
  });

  test("of an address is left to the front end, escaped; of other bytes says so", async () => {
    const { data } = await shown(new Video(`https://x.org/a.mp4?q="`, { height: 5 }));
    expect(data["text/html"]).toBe('<video controls src="https://x.org/a.mp4?q=&quot;" height="5"></video>');
    expect(await problemOf(new Video(Buffer.from("text")))).toContain(
      "Cannot show 4 bytes as a film: expected an MP4, WebM or Ogg",
    );
  });
});

describe("a Code", () => {
  test("is a block of Markdown in its language, with a fence longer than any in it", async () => {
    expect((await shown(new Code("const x = 1"))).data).toEqual({
      "text/markdown": "```typescript\nconst x = 1\n```",
      "text/plain": "const x = 1",
    });
    const fenced = "a\n````js\nb\n````\n";
    expect((await shown(new Code(fenced, { language: "markdown" }))).data["text/markdown"]).toBe(
      `\`\`\`\`\`markdown\n${fenced}\`\`\`\`\``,
    );
  });

  test.each([
    ["a.py", "python"],
    ["a.mts", "typescript"],
    ["a.go", "go"],
  ])("from the file %s is %s", async (name, language) => {
    const code = Code.fromFile(inFolder(name, "x"));
    expect([code.language, code.source]).toEqual([language, "x"]);
  });
});

describe("a FileLink", () => {
  test("leads to the file from the notebook's folder, and tells its size", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      mkdirSync("a & b");
      const path = inFolder("a & b/<1>#.csv", "x".repeat(12_345));
      for (const written of ["a & b/<1>#.csv", path]) {
        const { data } = await shown(new FileLink(written, { text: "<data>" }));
        expect(data).toEqual({
          "text/html": '<a href="a%20%26%20b/%3C1%3E%23.csv" target="_blank">&lt;data&gt;</a> (12.3 kB)',
          "text/plain": "<data> (12.3 kB)",
        });
      }
      expect((await shown(new FileLink("a & b"))).data["text/plain"]).toBe("a & b");
    } finally {
      process.chdir(before);
    }
  });

  test("to a file that is missing says so", async () => {
    expect(await problemOf(new FileLink("/nowhere/x"))).toContain('Cannot link to "/nowhere/x": there is no such file');
  });
});
