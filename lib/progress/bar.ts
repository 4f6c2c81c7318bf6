/** Bars of loops: when they are drawn, and where. */
import { randomUUID } from "node:crypto";
import { currentCell, drawInNotebook } from "../notebook.ts";
import { lineOf, shareOf, type Tally, textOf } from "./tally.ts";
import { TerminalBars } from "./terminal.ts";

/** Milliseconds between two drawings: five a second are enough to read. */
const PAUSE = 200;

/** Characters of a bar of text. */
const WIDTH = 24;

/** Made when it is first needed: Node opens the stream only then, which takes milliseconds. */
let terminal: TerminalBars | undefined;

function onTerminal(): TerminalBars {
  terminal ??= new TerminalBars(process.stderr);
  return terminal;
}

/** The bars of loops that have not ended, outer ones first. */
const open: Bar[] = [];

/** The bar of one loop. In a notebook it takes the place of the bar that an earlier run of an inner loop has left; in a program it is a line. */
export class Bar {
  private readonly cell = currentCell();
  /** The bar of the loop around this one. */
  private readonly outer = open.findLast((bar) => bar.cell === this.cell);
  /** Places in the notebook that bars of loops inside have left. */
  private readonly left: string[] = [];
  private readonly id: string;
  private readonly title: string;
  private readonly total: number | undefined;
  private readonly began = performance.now();
  private drawn = performance.now();
  private done = 0;
  private ended = false;

  constructor({ title = "", total }: { title?: string; total?: number }) {
    this.title = title;
    this.total = total;
    const place = this.outer?.left.pop();
    this.id = place ?? randomUUID();
    open.push(this);
    this.draw({ update: place !== undefined });
  }

  /** Counts an item. */
  advance(): void {
    this.done++;
    if (performance.now() - this.drawn >= PAUSE) this.draw({ update: true });
  }

  /** @param options `whole`: whether the loop took all items; one that is left early keeps its bar as it was. */
  end({ whole }: { whole: boolean }): void {
    if (this.ended) return;
    this.ended = true;
    const total = whole && this.total !== undefined ? this.done : this.total;
    this.draw({ update: true, total });
    open.splice(open.indexOf(this), 1);
    this.outer?.left.push(this.id);
    if (this.cell === null) onTerminal().end(this.id, { keep: !this.outer });
  }

  private draw({ update, total = this.total }: { update: boolean; total?: number | undefined }): void {
    this.drawn = performance.now();
    const seconds = (this.drawn - this.began) / 1000;
    const tally: Tally = { title: this.title, done: this.done, total, seconds, ended: this.ended };
    if (this.cell !== null) drawInNotebook(bundle(tally), { id: this.id, update });
    else onTerminal().draw(this.id, lineOf(tally, WIDTH));
  }
}

function bundle(tally: Tally): Record<string, string> {
  const title = tally.title && `${escapeHtml(tally.title)} `;
  const bar = `<progress value="${shareOf(tally).toFixed(4)}" max="1" style="vertical-align:middle"></progress>`;
  return { "text/html": `<div>${title}${bar} ${textOf(tally)}</div>`, "text/plain": lineOf(tally, WIDTH) };
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
