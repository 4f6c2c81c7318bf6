/** The place that callbacks fill. What reaches it of what they print is tested with the real kernel. */
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { plot, widgets } from "../../../lib/index.ts";

const display = Symbol.for("Jupyter.display");
const place = Symbol.for("gradbook.notebook");
const globals = globalThis as { [place]?: object };
type State = Record<string, unknown>;
interface Bundle {
  data: State;
  metadata: State;
}
interface Sink {
  show(bundle: Promise<Bundle>, options: { id: string; update: boolean }): Promise<void>;
}
const opened: State[] = [];
const sent: State[] = [];

/** What a value gives, as the kernel would have it. */
async function bundleOf(value: unknown): Promise<Bundle> {
  const own = (value as { [display]?: () => Promise<State> })[display];
  const bundle = own ? await own.call(value) : { "text/plain": inspect(value) };
  const metadata = (bundle as { [key: symbol]: State })[Symbol.for("Jupyter.metadata")] ?? {};
  return { data: Object.fromEntries(Object.entries(bundle)), metadata };
}

beforeEach(() => {
  for (const list of [opened, sent]) list.length = 0;
  let sink: Sink;
  globals[place] = {
    capture(of: Sink, run: () => unknown) {
      sink = of;
      return run();
    },
    display: (value: unknown) => ({ shown: sink.show(bundleOf(value), { id: "", update: false }) }),
    errorContent: ({ name, message }: Error) => ({
      ename: name,
      evalue: message,
      traceback: [`\u001b[31m${name}\u001b[0m: ${message}`, "    at Cell [1]:1:2"],
    }),
    openComm(_: string, { state }: { state: State }) {
      opened.push(state);
      const send = ({ state: update }: { state: State }) => void sent.push(structuredClone(update));
      return { id: `m${opened.length}`, onMessage: null, send, close() {} };
    },
  };
});
afterEach(() => {
  delete globals[place];
});

/** The bundle of a widget that is shown. */
const shown = (widget: widgets.Widget) => (widget as unknown as { [display](): Record<string, unknown> })[display]();

describe("an Output", () => {
  test("is the model that front ends have in a module of its own", () => {
    shown(new widgets.Output());
    expect(opened.at(-1)).toMatchObject({
      _model_module: "@jupyter-widgets/output",
      _model_module_version: "1.0.0",
      _view_name: "OutputView",
      outputs: [],
      msg_id: "",
    });
  });

  test("sends what is written and shown as a notebook keeps it, one below the other", async () => {
    const out = new widgets.Output();
    shown(out);
    out.appendStdout("one\n");
    await out.appendDisplayData(plot.line([1, 2]));
    const { outputs } = sent.at(-1) as { outputs: { output_type: string; data: State; metadata: State }[] };
    expect(outputs[0]).toEqual({ output_type: "stream", name: "stdout", text: "one\n" });
    expect(outputs[1]!.output_type).toBe("display_data");
    expect(Object.keys(outputs[1]!.data).sort()).toEqual([
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    expect(outputs[1]!.metadata).toMatchObject({ "image/png": { width: expect.any(Number) } });
    out.clearOutput();
    expect(sent.at(-1)).toEqual({ outputs: [] });
  });

  test("captures what a callback returns and what it throws, also an async one", async () => {
    const out = new widgets.Output();
    await out.capture(async (name: string) => ({ hello: name }))("Anna");
    expect(out.toString()).toBe("{ hello: 'Anna' }\n");
    await out.capture(
      () => {
        throw new RangeError("no such <layer>");
      },
      { clear: true },
    )();
    const lines = "RangeError: no such <layer>\n    at Cell [1]:1:2\n";
    expect(out.toString()).toBe(lines);
    await out.capture(() => undefined)();
    expect(out.toString()).toBe(lines);
    expect(out.html()).toBe(`<div><pre>${lines.replace("<", "&lt;").replace(">", "&gt;")}</pre></div>`);
  });

  test("shows what a callback returns and throws outside a notebook too", async () => {
    delete globals[place];
    const out = new widgets.Output();
    await out.capture(() => plot.line([1, 2], { title: "Two" }))();
    await out.capture(() => "said")();
    await out.capture(() => {
      throw new RangeError("too large");
    })();
    expect(out.toString()).toMatch(/^Line chart.*Two.*\nsaid\nRangeError: too large\n$/);
  });

  test("stands as it was where nobody knows widgets: text escaped, charts as pictures", async () => {
    const out = new widgets.Output();
    out.appendStderr("a < b");
    await out.appendDisplayData(plot.line([1, 2]));
    await out.appendDisplayData("<i>");
    const html = shown(out)["text/html"] as string;
    expect(html).toMatch(
      /^<div><pre>a &lt; b<\/pre><img src="data:image\/png;base64,[^"]+" alt="Line chart[^"]*" width="\d+"><pre>'&lt;i&gt;'<\/pre><\/div>$/,
    );
  });
});
