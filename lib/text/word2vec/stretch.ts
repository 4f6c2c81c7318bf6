/** Examples on their way to the backend, which learns them some thousands at a time. */
import type { WordExamples } from "../../backends/backend.ts";
import { backend } from "../../backends/index.ts";
import { allocate, type DType } from "../../dtype.ts";
import { packedView, Storage, type View } from "../../storage.ts";

/** The vectors that are learned, and the most that one example takes. */
export interface Lessons {
  readonly input: View;
  readonly output: View;
  /** Whether questions are answered one by one; else one target an example is told from all outputs. */
  readonly asks: boolean;
  readonly mostInputs: number;
  readonly mostQuestions: number;
  /** Told of each stretch that was learned. */
  readonly onLearned: (report: { count: number; loss: number }) => void;
}

/** Numbers of vectors that a stretch goes through: a millisecond or so, after which whoever wants to stop the program can. */
const work = 2 ** 21;
const mostExamples = 4096;

/**
 * A stretch of examples: `input` and `question` say what the next one has, `end` closes it. A full stretch is learned, the last one by `learn`. How long
 * stretches are changes nothing.
 */
export class Stretch {
  private readonly lessons: Lessons;
  private readonly capacity: number;
  private readonly inputs: View;
  private readonly inputEnds: View;
  private readonly rows: View;
  private readonly rowEnds: View;
  private readonly labels: View;
  private readonly rates: View;
  private readonly losses: View;
  private count = 0;
  private inputCount = 0;
  private rowCount = 0;

  constructor(lessons: Lessons) {
    const { output, asks, mostInputs, mostQuestions } = lessons;
    const [outputs, size] = output.shape as [number, number];
    const perExample = size * (asks ? mostQuestions : outputs);
    const capacity = Math.max(1, Math.min(mostExamples, Math.floor(work / perExample)));
    this.lessons = lessons;
    this.capacity = capacity;
    this.inputs = listOf("int32", capacity * mostInputs);
    this.inputEnds = listOf("int32", capacity);
    this.rows = listOf("int32", capacity * mostQuestions);
    this.rowEnds = listOf("int32", capacity);
    this.labels = listOf("uint8", capacity * mostQuestions);
    this.rates = listOf("float64", capacity);
    this.losses = listOf("float64", capacity);
  }

  /** Adds a row of the inputs to the next example. */
  input(row: number): void {
    this.inputs.storage.array[this.inputCount++] = row;
  }

  /** Adds a row of the outputs to the next example, and the answer, 0 or 1. */
  question(row: number, label: number): void {
    this.labels.storage.array[this.rowCount] = label;
    this.rows.storage.array[this.rowCount++] = row;
  }

  /** Closes an example. */
  end(rate: number): void {
    this.rates.storage.array[this.count] = rate;
    this.inputEnds.storage.array[this.count] = this.inputCount;
    this.rowEnds.storage.array[this.count++] = this.rowCount;
    if (this.count === this.capacity) this.learn();
  }

  /** Learns what is there. */
  learn(): void {
    const { inputs, inputEnds, rows, rowEnds, rates, losses, count } = this;
    const { input, output, asks, onLearned } = this.lessons;
    if (count === 0) return;
    const labels = asks ? this.labels : null;
    const examples: WordExamples = { count, input, output, inputs, inputEnds, rows, rowEnds, labels, rates };
    backend.learnWords(examples, losses);
    this.count = this.inputCount = this.rowCount = 0;
    let loss = 0;
    for (let e = 0; e < count; e++) loss += losses.storage.array[e]!;
    onLearned({ count, loss });
  }
}

function listOf(dtype: DType, size: number): View {
  return packedView(new Storage(allocate(dtype, size)), dtype);
}
