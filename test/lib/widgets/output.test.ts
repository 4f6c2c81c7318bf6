/** The place that callbacks fill. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { plot, widgets } from "../../../lib/index.ts";

const display = Symbol.for("Jupyter.display");
const place = Symbol.for("gradbook.notebook");
const globals = globalThis as { [place]?: object };
type State = Record<string, unknown>;
const opened: State[] = [];
const sent: State[] = [];

beforeEach(() => {
  for (const list of [opened, sent]) list.length = 0;
  globals[place] = {
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
    expect(out.toString()).toBe("RangeError: no such <layer>\n");
    await out.capture(() => undefined)();
    expect(out.toString()).toBe("RangeError: no such <layer>\n");
  });

  test("stands as it was where nobody knows widgets: text escaped, charts as pictures", async () => {
    const out = new widgets.Output();
    out.appendStderr("a < b");
    await out.appendDisplayData(plot.line([1, 2]));
    await out.appendDisplayData("<i>");
    const html = shown(out)["text/html"] as string;
    expect(html).toMatch(
      /^<div><pre>a &lt; b<\/pre><img src="data:image\/png;base64,[^"]+" alt="Line chart[^"]*" width="\d+"><pre>&lt;i&gt;<\/pre><\/div>$/,
    );
  });
});
