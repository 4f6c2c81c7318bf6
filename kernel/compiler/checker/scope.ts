/**
 * The types of what the executor puts into scope beside the library (kernel/executor/scope.ts), and of the module "tslab". They are modules, whose names a
 * cell imports if it uses them, so that it may declare any of these names for itself.
 */
export const scopeDeclarations = `
export interface DisplayHandle {
  /** By this name front ends know the display. */
  readonly id: string;
  /** Settles when the display is on its way to the front ends. */
  readonly shown: Promise<void>;
  /** Shows another value instead, everywhere where this one is shown. */
  update(value: unknown): DisplayHandle;
}
/**
 * Shows a value under the cell, as a last expression would be shown.
 *
 * @param value Anything; a method \`[Symbol.for("Jupyter.display")]\` of it gives its MIME bundle.
 * @param options \`id\` names the display, so that \`update: true\` with the same id replaces what it shows.
 */
export declare function display(value: unknown, options?: { id?: string; update?: boolean }): DisplayHandle;
/** Removes what the cell has shown so far; with \`wait\`, when the next output comes. */
export declare function clearOutput(wait?: boolean): void;
/** Asks the user for a line of text: \`const name = await input("Your name? ")\`. */
export declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
/** Asks for a line of text that is not shown while it is typed: \`const key = await password("Key? ")\`. */
export declare function password(prompt?: string): Promise<string>;

export interface CommEvent {
  readonly data: Record<string, any>;
  readonly metadata: Record<string, any>;
  readonly buffers: Uint8Array[];
}
export interface CommExtras {
  metadata?: Record<string, unknown>;
  /** Bytes that travel beside the data. */
  buffers?: readonly ArrayBufferView[];
}
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Called with what the front end sends. */
  onMessage: ((event: CommEvent) => unknown) | null;
  /** Called when the front end closes the comm. */
  onClose: ((event: CommEvent) => unknown) | null;
  send(data: Record<string, unknown>, extras?: CommExtras): void;
  close(data?: Record<string, unknown>, extras?: CommExtras): void;
}
/** Two-way channels to a front end's own code, such as widgets. */
export declare const comms: {
  /** Opens a comm to what the front end has registered under that name. */
  open(target: string, data?: Record<string, unknown>, extras?: CommExtras): Comm;
  /** Says who answers when the front end opens a comm to that name. */
  registerTarget(target: string, opened: (comm: Comm, event: CommEvent) => unknown): void;
  unregisterTarget(target: string): void;
};

declare abstract class Markup {
  readonly source: string;
  constructor(source: string);
  toString(): string;
}
/** HTML, shown as it is: escape what is not yours, or use the template html\`…\`, which does. */
export declare class HTML extends Markup { private readonly html; }
/** Markdown text. */
export declare class Markdown extends Markup { private readonly markdown; }
/** LaTeX: a formula, or text with formulas between dollars. */
export declare class Latex extends Markup { private readonly latex; }
/** A drawing. Beside it stands a picture, for front ends and papers that take no SVG. */
export declare class SVG extends Markup { private readonly svg; }
/** A value as a tree to fold out. */
export declare class Json {
  readonly value: unknown;
  /** @param options \`expanded\` shows it unfolded; default false. */
  constructor(value: unknown, options?: { expanded?: boolean });
}
/** A picture: bytes, a file, or an address. */
export declare class Image {
  private readonly source;
  /**
   * @param source The bytes of a PNG, JPEG, GIF or WebP, the path of such a file, or the URL of a picture.
   * @param size \`width\` and \`height\` in pixels of the page; the picture's own if left out.
   */
  constructor(source: Uint8Array | string | URL, size?: { width?: number; height?: number });
}
export interface VideoOptions {
  /** Pixels of the page; the film's own if left out. */
  width?: number;
  height?: number;
  /** Begins again at its end; default false. */
  loop?: boolean;
  /** Starts by itself, without its sound, since browsers let nothing loud do so; default false. */
  autoplay?: boolean;
}
/** A film: bytes, a file, or an address. */
export declare class Video {
  private readonly source;
  /** @param source The bytes of an MP4, WebM or Ogg film, the path of such a file, or the URL of a film. */
  constructor(source: Uint8Array | string | URL, options?: VideoOptions);
}
export interface AudioOptions {
  /** Of samples: how many are played a second; default 44,100. */
  rate?: number;
  /** Starts by itself; default false. */
  autoplay?: boolean;
}
/** Numbers, of one channel or a list for each; also what turns into them by \`toArray()\`, as tensors do. */
type Samples = ArrayLike<number> | readonly ArrayLike<number>[] | { toArray(): unknown };
/** A sound: the bytes of one, a file, an address, or samples. */
export declare class Audio {
  private readonly source;
  /**
   * @param source The bytes of a WAV, MP3, Ogg, FLAC, M4A or WebM sound, the path of such a file, its URL, or samples: numbers of one channel, or a list of
   * numbers for each channel. The loudest sample is played at full volume.
   * @example new Audio(Array.from({ length: 44100 }, (_, i) => Math.sin(i / 16)))
   */
  constructor(source: Uint8Array | string | URL | Samples, options?: AudioOptions);
}
/** Source code, in the colours that the front end has for its language. */
export declare class Code {
  readonly source: string;
  readonly language: string;
  /** @param options \`language\` by the name that Markdown's code blocks have for it; default \`typescript\`. */
  constructor(source: string, options?: { language?: string });
  /** The code in a file, whose name says the language. */
  static fromFile(path: string, options?: { language?: string }): Code;
  toString(): string;
}
/** A link to a file, for readers to open or save. It works for files in the notebook's folder and below: no front end serves others. */
export declare class FileLink {
  readonly path: string;
  /** @param options \`text\` to stand for the path. */
  constructor(path: string, options?: { text?: string });
}
/** HTML with what is put in escaped; arrays are put in one after the other, nothing for null, undefined and false. */
export declare function html(parts: TemplateStringsArray, ...values: unknown[]): HTML;
/** Markdown with what is put in taken as text; formulas and HTML go in as they are. */
export declare function md(parts: TemplateStringsArray, ...values: unknown[]): Markdown;
/** A formula, in which a backslash is a backslash: tex\`\\\\frac{1}{2}\`. */
export declare function tex(parts: TemplateStringsArray, ...values: unknown[]): Latex;
`;

export const tslabDeclarations = `
export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  raw(contentType: string, b: string | Uint8Array): void;
}
/** Shows one thing of one type. */
export declare const display: Display;
/** A display that overwrites what it showed before. */
export declare function newDisplay(): Display;
export declare const versions: { tslab: string; typescript: string; node: string };
`;
