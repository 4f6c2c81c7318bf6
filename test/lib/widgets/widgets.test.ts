/** Controls and what they say to the front end. */
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { widgets } from "../../../lib/index.ts";

const display = Symbol.for("Jupyter.display");
const bundleOf = (value: unknown) => (value as Record<symbol, () => Record<string, unknown>>)[display]!();

interface FakeComm {
  readonly id: string;
  readonly target: string;
  readonly data: { state: Record<string, unknown> };
  readonly sent: Record<string, unknown>[];
  isOpen: boolean;
  onMessage: ((event: { data: Record<string, unknown> }) => unknown) | null;
}

const comms: FakeComm[] = [];
const shown: { value: unknown; update: boolean; id?: string }[] = [];

/** Stands for the kernel. */
const notebook = {
  display(value: unknown, { id, update = false }: { id?: string; update?: boolean } = {}): void {
    shown.push({ value, update, ...(id === undefined ? {} : { id }) });
  },
  stopIfInterrupted(): void {},
  capture: (_: object, run: () => unknown) => run(),
  openComm(target: string, data: FakeComm["data"]) {
    const sent: FakeComm["sent"] = [];
    const comm = {
      id: `m${comms.length}`,
      target,
      data,
      sent,
      isOpen: true,
      onMessage: null,
      send: (message: Record<string, unknown>) => void sent.push(structuredClone(message)),
      close: () => {
        comm.isOpen = false;
      },
    };
    comms.push(comm);
    return comm;
  },
};
const place = Symbol.for("gradbook.notebook");
const globals = globalThis as { [place]?: typeof notebook };

beforeEach(() => {
  comms.length = 0;
  shown.length = 0;
  globals[place] = notebook;
});
afterEach(() => {
  delete globals[place];
});

const commOf = (model: string) => comms.find(({ data }) => data.state._model_name === model)!;

describe("a control", () => {
  test("opens a comm with its state, and comms of its layout and style before it, when it is shown", () => {
    const slider = new widgets.IntSlider({ value: 3, max: 10, description: "k", layout: { width: "20em" } });
    expect(comms).toEqual([]);
    const bundle = bundleOf(slider);
    expect(comms.map(({ target, data }) => [target, data.state._model_name])).toEqual([
      ["jupyter.widget", "LayoutModel"],
      ["jupyter.widget", "SliderStyleModel"],
      ["jupyter.widget", "IntSliderModel"],
    ]);
    expect(commOf("LayoutModel").data.state).toMatchObject({ _model_module: "@jupyter-widgets/base", width: "20em" });
    expect(commOf("IntSliderModel").data.state).toMatchObject({
      _model_module: "@jupyter-widgets/controls",
      _model_module_version: "2.0.0",
      _view_name: "IntSliderView",
      value: 3,
      min: 0,
      max: 10,
      description: "k",
      layout: "IPY_MODEL_m0",
      style: "IPY_MODEL_m1",
    });
    expect(bundle["application/vnd.jupyter.widget-view+json"]).toEqual({
      version_major: 2,
      version_minor: 0,
      model_id: "m2",
    });
    // Shown twice it is one model.
    bundleOf(slider);
    expect(comms.length).toBe(3);
  });

  test("shows its value where nobody knows widgets, without a script and escaped", () => {
    const text = new widgets.Text({ value: '"><script>', description: "<name>" });
    const bundle = bundleOf(text) as Record<string, string>;
    expect(bundle["text/html"]).toContain("&lt;name&gt;");
    expect(bundle["text/html"]).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(bundle["text/html"]).not.toContain("<script");
    expect(bundle["text/plain"]).toBe('Text <name> = "><script>');
    delete globals[place];
    expect(Object.keys(bundleOf(new widgets.Checkbox()))).toEqual(["text/html", "text/plain"]);
  });

  test("tells the front end what code changes, and observers what either changes", () => {
    const slider = new widgets.FloatSlider({ value: 0.5, max: 1 });
    bundleOf(slider);
    const comm = commOf("FloatSliderModel");
    const changes: unknown[] = [];
    const stop = slider.observe((change) => changes.push(change));
    slider.value = 0.75;
    expect(comm.sent).toEqual([{ method: "update", state: { value: 0.75 }, buffer_paths: [] }]);
    comm.onMessage!({ data: { method: "update", state: { value: 0.25 }, buffer_paths: [] } });
    expect(slider.value).toBe(0.25);
    // What the front end said is not said back.
    expect(comm.sent.length).toBe(1);
    slider.value = 0.25;
    stop();
    slider.value = 1;
    expect(changes).toEqual([
      { name: "value", old: 0.5, new: 0.75 },
      { name: "value", old: 0.75, new: 0.25 },
    ]);
  });

  test("gives a page that was loaded anew the whole state", () => {
    const check = new widgets.Checkbox({ value: true });
    bundleOf(check);
    const comm = commOf("CheckboxModel");
    comm.onMessage!({ data: { method: "request_state" } });
    expect(comm.sent).toEqual([{ method: "update", state: comm.data.state, buffer_paths: [] }]);
  });

  test("is gone from the page when it is closed", () => {
    const check = new widgets.Checkbox();
    bundleOf(check);
    check.close();
    expect(commOf("CheckboxModel").isOpen).toBe(false);
  });
});

test("a dropdown gives the values that its names stand for", () => {
  const rate = new widgets.Dropdown({ options: { slow: 0.01, fast: 0.1 }, value: 0.1 });
  bundleOf(rate);
  const comm = commOf("DropdownModel");
  expect(comm.data.state).toMatchObject({ _options_labels: ["slow", "fast"], index: 1 });
  comm.onMessage!({ data: { method: "update", state: { index: 0 } } });
  expect(rate.value).toBe(0.01);
  expect(String(rate)).toBe("Dropdown = slow");
  expect(rate.html()).toContain("<option selected>slow</option>");
});

test("a button hears clicks", () => {
  const button = new widgets.Button({ description: "train" });
  const clicked = jest.fn();
  button.onClick(clicked);
  bundleOf(button);
  commOf("ButtonModel").onMessage!({ data: { method: "custom", content: { event: "click" } } });
  expect(clicked).toHaveBeenCalledTimes(1);
});

test("boxes hold models, also in boxes", () => {
  bundleOf(new widgets.VBox([new widgets.HBox([new widgets.Checkbox({ description: "a" })]), new widgets.HTML()]));
  const id = (model: string) => commOf(model).id;
  expect(commOf("VBoxModel").data.state.children).toEqual([
    `IPY_MODEL_${id("HBoxModel")}`,
    `IPY_MODEL_${id("HTMLModel")}`,
  ]);
  expect(commOf("HBoxModel").data.state.children).toEqual([`IPY_MODEL_${id("CheckboxModel")}`]);
});

describe("interact()", () => {
  const last = () => shown.at(-1)!;

  test("makes a control of each value and shows the result in one place", () => {
    const seen: unknown[] = [];
    widgets.interact(
      (values) => {
        seen.push(values);
        return `turn ${seen.length}`;
      },
      { lr: [0, 0.5], depth: [1, 5], width: 4, bias: true, name: "net", kind: ["relu", "tanh"], rate: { slow: 0.01 } },
    );
    expect(seen).toEqual([{ lr: 0.25, depth: 3, width: 4, bias: true, name: "net", kind: "relu", rate: 0.01 }]);
    bundleOf(shown[0]!.value);
    const models = comms.map(({ data }) => String(data.state._model_name)).filter((name) => !/Style|Layout/.test(name));
    expect(models).toEqual([
      "FloatSliderModel",
      "IntSliderModel",
      "IntSliderModel",
      "CheckboxModel",
      "TextModel",
      "DropdownModel",
      "DropdownModel",
      "OutputModel",
      "VBoxModel",
    ]);
    commOf("CheckboxModel").onMessage!({ data: { method: "update", state: { value: false } } });
    expect(seen.at(-1)).toMatchObject({ bias: false });
    expect(shown.slice(1).map(({ value, update }) => [value, update])).toEqual([
      ["turn 1", false],
      ["turn 2", true],
    ]);
    expect(shown[1]!.id).toBe(shown[2]!.id);
  });

  test("shows an error of the function and goes on", () => {
    const box = new widgets.Checkbox();
    widgets.interact(
      ({ on }) => {
        if (on) throw new RangeError("<not> today");
        return "fine";
      },
      { on: box },
    );
    box.value = true;
    expect(bundleOf(last().value)["text/html"]).toContain("RangeError: &lt;not&gt; today");
    box.value = false;
    expect(last().value).toBe("fine");
  });

  test("of async functions shows the result of the latest change only", async () => {
    const box = new widgets.Text({ value: "slow" });
    const finish: Record<string, (value: string) => void> = {};
    widgets.interact(({ text }) => new Promise((resolve) => (finish[text] = resolve)), { text: box });
    box.value = "quick";
    finish.quick!("second");
    await Promise.resolve();
    finish.slow!("first");
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown.slice(1).map(({ value }) => value)).toEqual(["second"]);
  });
});

test.each<[string, () => unknown, string]>([
  [
    "a slider beyond its end",
    () => new widgets.IntSlider({ value: 101 }),
    "Cannot slide to 101: it must be from 0 to 100",
  ],
  ["a value beyond the end", () => (new widgets.FloatSlider().value = 11), "Cannot slide to 11"],
  ["a half as a whole number", () => new widgets.IntSlider({ step: 0.5 }), "step 0.5: it must be a whole number"],
  ["ends in the wrong order", () => new widgets.FloatSlider({ min: 2, max: 1 }), "min must be ≤ max"],
  ["no step", () => new widgets.FloatSlider({ step: 0 }), "step must be > 0"],
  ["nothing to choose from", () => new widgets.Dropdown({ options: [] }), "at least one option"],
  [
    "a choice that is none",
    () => new widgets.Dropdown({ options: ["a", "b"], value: "c" }),
    "Cannot choose c: the options are a, b",
  ],
  ["a control of nothing", () => widgets.interact(() => 0, { x: [] }), "Cannot make a control of [] for x"],
])("bad input such as %s is named", (_, use, message) => {
  expect(use).toThrow(message);
});
