/** A panel that shows how training goes, as HTML with a drawing: no script, so it moves in untrusted notebooks too. */
import type { Callback } from "../fit/callback.ts";
import type { EpochReport, StepReport, TrainingPlan } from "../fit/report.ts";
import { niceTicks } from "./render/ticks.ts";
import { palette } from "./theme.ts";

const display = Symbol.for("Jupyter.display");

/** The size of the drawing in pixels, and the room for numbers at its left and foot. */
const size = { width: 560, height: 170, left: 46, foot: 18 } as const;

/** The most points of a curve that are drawn. */
const mostPoints = 240;

interface Curve {
  readonly name: string;
  readonly color: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Watches training and shows itself. */
export class TrainingPanel implements Callback {
  private plan: TrainingPlan = {};
  private readonly losses: number[] = [];
  private readonly validation: { step: number; loss: number }[] = [];
  private epoch = 0;
  private alarm: string | null = null;
  private readonly started = performance.now();

  /**
   * @param readings What to read when the panel is drawn: the learning rate now, the norm of the gradient of the last step.
   */
  constructor(private readonly readings: () => { lr: number; gradientNorm: number }) {}

  onTrainBegin(plan: TrainingPlan): void {
    this.plan = plan;
  }

  onStep({ loss, epoch }: StepReport): void {
    this.losses.push(loss);
    this.epoch = epoch;
  }

  onEpoch({ validation }: EpochReport): void {
    if (validation !== undefined) this.validation.push({ step: this.losses.length - 1, loss: validation });
  }

  /** Shows from now on that something went wrong. */
  raise(problem: string): void {
    this.alarm = problem;
  }

  /** The best validation loss so far. */
  get best(): { step: number; loss: number } | undefined {
    return this.validation.reduce<{ step: number; loss: number } | undefined>(
      (best, one) => (best && best.loss <= one.loss ? best : one),
      undefined,
    );
  }

  [display](): Record<string, string> {
    return { "text/html": this.html(), "text/plain": this.toString() };
  }

  /** What the panel says, in a line. */
  toString(): string {
    return this.facts().join(" · ");
  }

  /** The panel with inline styles, in the page's own colour. */
  html(): string {
    const { steps } = this.plan;
    const bar = `<progress style="flex:1" ${steps === undefined ? "" : `value="${this.losses.length}" max="${steps}"`}></progress>`;
    const alarm =
      this.alarm === null ? "" : `<div style="color:#D55E00;font-weight:bold">${escapeHtml(this.alarm)}</div>`;
    const facts = this.facts().map(escapeHtml).join(" · ");
    return `<div style="max-width:${size.width}px;font:12px system-ui,sans-serif;color:currentColor"><div style="display:flex;gap:8px;align-items:center">${bar}<span>${facts}</span></div>${alarm}${this.drawing()}</div>`;
  }

  private facts(): string[] {
    const done = this.losses.length;
    const seconds = (performance.now() - this.started) / 1000;
    const rate = done / Math.max(seconds, 1e-3);
    const { steps } = this.plan;
    const { lr, gradientNorm } = this.readings();
    const loss = this.losses.at(-1);
    const validation = this.validation.at(-1)?.loss;
    return [
      `step ${done}${steps === undefined ? "" : `/${steps}`}, epoch ${this.epoch + 1}`,
      ...(loss === undefined ? [] : [`loss ${short(loss)}`]),
      ...(validation === undefined ? [] : [`validation ${short(validation)}, best ${short(this.best!.loss)}`]),
      `lr ${short(lr)}`,
      `‖g‖ ${short(gradientNorm)}`,
      `${short(rate)} steps/s`,
      ...(steps === undefined || done === 0 || done >= steps ? [] : [`${clock((steps - done) / rate)} left`]),
    ];
  }

  private drawing(): string {
    const curves = this.curves();
    const values = curves.flatMap(({ y }) => y).filter((v) => Number.isFinite(v) && v > 0);
    if (values.length < 2) return "";
    const [least, greatest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const [low, high] = least < greatest ? [least, greatest] : [least / 2, greatest * 2];
    const most = Math.max(this.plan.steps ?? 0, this.losses.length) - 1 || 1;
    const x = (step: number) => size.left + (step / most) * (size.width - size.left - 6);
    const height = size.height - size.foot;
    // On a log scale, from the greatest loss at the top to the least at the foot.
    const y = (v: number) => 6 + (Math.log(high / v) / Math.log(high / low)) * (height - 12);
    const lines = curves.map((curve) => {
      const points = thinned(curve).filter(([, v]) => Number.isFinite(v) && v > 0);
      return `<polyline fill="none" stroke="${curve.color}" stroke-width="1.5" points="${points.map(([s, v]) => `${x(s).toFixed(1)},${y(v).toFixed(1)}`).join(" ")}"/>`;
    });
    const { best } = this;
    const mark =
      best && best.loss > 0
        ? `<circle cx="${x(best.step).toFixed(1)}" cy="${y(best.loss).toFixed(1)}" r="4" fill="none" stroke="${palette[1]}" stroke-width="2"><title>best ${short(best.loss)}</title></circle>`
        : "";
    const ticks = ticksBetween(low, high).map(
      (v) =>
        `<text x="${size.left - 6}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${short(v)}</text><path d="M${size.left} ${y(v).toFixed(1)}H${size.width}" stroke="currentColor" stroke-opacity="0.15"/>`,
    );
    const names = curves.map(
      ({ name, color }, i) =>
        `<text x="${size.width - 8}" y="${18 + 15 * i}" text-anchor="end" fill="${color}">${name}</text>`,
    );
    const foot = `<text x="${size.left}" y="${size.height - 4}">step 0</text><text x="${size.width - 6}" y="${size.height - 4}" text-anchor="end">${most}</text>`;
    return `<svg width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-size="11" fill="currentColor">${ticks.join("")}${foot}${lines.join("")}${mark}${names.join("")}</svg>`;
  }

  private curves(): Curve[] {
    const training = { name: "training", color: palette[0]!, x: this.losses.map((_, i) => i), y: this.losses };
    if (this.validation.length === 0) return [training];
    const { validation } = this;
    return [
      training,
      { name: "validation", color: palette[1]!, x: validation.map((v) => v.step), y: validation.map((v) => v.loss) },
    ];
  }
}

/** At most so many points, each the mean of its neighbours. */
function thinned({ x, y }: Curve): [step: number, value: number][] {
  const every = Math.max(1, Math.ceil(x.length / mostPoints));
  const points: [number, number][] = [];
  for (let i = 0; i < x.length; i += every) {
    const part = y.slice(i, i + every);
    points.push([x[Math.min(x.length - 1, i + every - 1)]!, part.reduce((a, b) => a + b, 0) / part.length]);
  }
  return points;
}

/** Powers of ten, or round numbers where there are less than two of them. */
function ticksBetween(low: number, high: number): number[] {
  const powers = niceTicks([low, high], { count: 4, isLog: true });
  return powers.length >= 2 ? powers : niceTicks([low, high], { count: 3 });
}

function short(v: number): string {
  if (!Number.isFinite(v)) return String(v);
  const size = Math.abs(v);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? v.toExponential(1) : String(Number(v.toPrecision(3)));
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
