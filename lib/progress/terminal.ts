/** Where bars are drawn in a program. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The bars of a terminal: one line each, the outer loops above, drawn over and over in the same place. Elsewhere only how each outer loop ended is told. */
export class TerminalBars {
  private readonly stream: Stream;
  private readonly lines = new Map<string, string>();

  constructor(stream: Stream) {
    this.stream = stream;
  }

  /** Draws the bar of that name. */
  draw(id: string, line: string): void {
    const before = this.lines.size;
    this.lines.set(id, line);
    if (this.stream.isTTY) this.redraw(before);
  }

  /** @param options `keep` leaves the last line of the bar where it stands, and what comes is written below it. */
  end(id: string, { keep }: { keep: boolean }): void {
    const line = this.lines.get(id);
    if (line === undefined) return;
    const before = this.lines.size;
    if (!keep || !this.stream.isTTY) {
      this.lines.delete(id);
      if (this.stream.isTTY) this.redraw(before);
      else if (keep) this.stream.write(`${line}\n`);
      return;
    }
    // What is kept moves out of the part that is drawn anew: to the top.
    this.lines.delete(id);
    this.stream.write(`${this.toTop(before)}${this.cut(line)}\u001b[K\n`);
    this.redraw(0);
  }

  private redraw(before: number): void {
    const lines = [...this.lines.values()].map((line) => `${this.cut(line)}\u001b[K`);
    this.stream.write(`${this.toTop(before)}${lines.join("\n")}\u001b[J`);
  }

  /** From the last line that is drawn to the start of the first. */
  private toTop(lines: number): string {
    return lines > 1 ? `\r\u001b[${lines - 1}A` : "\r";
  }

  /** A line that is wrapped would not be drawn over. */
  private cut(line: string): string {
    return line.slice(0, (this.stream.columns ?? 80) - 1);
  }
}
