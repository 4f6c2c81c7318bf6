/** Widgets, as a front end sees them: comms opened before the display, answers while a cell waits. */
import { describe, expect, test } from "@jest/globals";
import type { Message } from "../support/client.ts";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

const view = "application/vnd.jupyter.widget-view+json";
const opened = (iopub: Message[]) =>
  iopub
    .filter(({ header }) => header.msg_type === "comm_open")
    .map(
      ({ content }) => content as { comm_id: string; target_name: string; data: { state: Record<string, unknown> } },
    );
const idOf = (iopub: Message[], model: string) =>
  opened(iopub).find(({ data }) => data.state._model_name === model)!.comm_id;

/** Sends what a front end does when the reader uses a control, which has no reply, and waits until the kernel is idle again. */
async function say(comm_id: string, data: object): Promise<Message[]> {
  const after = kernel.mark();
  const { id } = kernel.send("comm_msg", { comm_id, data });
  const isMine = ({ parent }: Message) => parent.msg_id === id;
  await kernel.waitForIopub("status", (message) => isMine(message) && message.content.execution_state === "idle", {
    after,
  });
  return kernel.messages.slice(after).filter((message) => message.channel === "iopub" && isMine(message));
}

const move = (comm_id: string, state: object) => say(comm_id, { method: "update", state, buffer_paths: [] });

test("a widget as a result opens its comms first, in the protocol's version, and is shown with a fallback", async () => {
  const { iopub, result } = await kernel.execute(`
    const slider = new widgets.IntSlider({ value: 3, max: 10, description: "k" });
    slider`);
  const comms = opened(iopub);
  expect(comms.map(({ target_name }) => target_name)).toEqual(Array(3).fill("jupyter.widget"));
  const first = iopub.find(({ header }) => header.msg_type === "comm_open")!;
  expect(first.metadata).toEqual({ version: "2.1.0" });
  expect(result).toMatchObject({
    [view]: { version_major: 2, version_minor: 0, model_id: idOf(iopub, "IntSliderModel") },
    "text/html": expect.stringContaining('value="3"'),
    "text/plain": "IntSlider k = 3",
  });
  const order = iopub.map(({ header }) => header.msg_type);
  expect(order.lastIndexOf("comm_open")).toBeLessThan(order.indexOf("execute_result"));
});

test("a cell that waits sees what the reader does meanwhile", async () => {
  const { iopub } = await kernel.execute("const knob = new widgets.FloatSlider({ max: 1 }); display(knob); 0");
  const after = kernel.mark();
  const cell = kernel.start(`
    const value = await new Promise((resolve) => { knob.observe(({ new: value }) => resolve(value)); console.log("waiting"); });
    value`);
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id, { after });
  await move(idOf(iopub, "FloatSliderModel"), { value: 0.25 });
  const { iopub: seen } = await cell.done;
  const result = seen.find(({ header }) => header.msg_type === "execute_result");
  expect(result?.content.data).toEqual({ "text/plain": "0.25" });
});

/** What the front end knows of an Output's contents in the end. */
const outputsIn = (messages: Message[], comm_id: string) =>
  messages
    .filter(({ header, content }) => header.msg_type === "comm_msg" && content.comm_id === comm_id)
    .map(({ content }) => (content.data as { state: { outputs: Record<string, unknown>[] } }).state.outputs)
    .at(-1);
const typesOf = (messages: Message[]) => new Set(messages.map(({ header }) => header.msg_type));

describe("an Output", () => {
  const made = async (code: string) => {
    const { iopub, error } = await kernel.execute(code);
    expect(error).toBeUndefined();
    return { out: idOf(iopub, "OutputModel"), button: idOf(iopub, "ButtonModel") };
  };
  const press = (button: string) => say(button, { method: "custom", content: { event: "click" } });
  const lines = ["const out = new widgets.Output();", "const press = new widgets.Button();"];
  const shown = "display(new widgets.VBox([press, out])); 0";

  test("captures what a callback prints, displays and returns, each in its turn, and nothing goes astray", async () => {
    const { out, button } = await made(`${lines.join("\n")}
      press.onClick(out.capture(() => {
        console.log("printed", { a: 1 });
        console.error("complained");
        process.stdout.write("written\\n");
        display([{ layer: "conv", ms: 3 }]);
        console.log("after the table");
        return new Map([["k", 1]]);
      }));
      ${shown}`);
    const messages = await press(button);
    expect(typesOf(messages)).toEqual(new Set(["status", "comm_msg"]));
    expect(outputsIn(messages, out)).toEqual([
      { output_type: "stream", name: "stdout", text: "printed { a: 1 }\n" },
      { output_type: "stream", name: "stderr", text: "complained\n" },
      { output_type: "stream", name: "stdout", text: "written\n" },
      expect.objectContaining({ data: expect.objectContaining({ "text/html": expect.stringContaining("conv") }) }),
      { output_type: "stream", name: "stdout", text: "after the table\n" },
      expect.objectContaining({ data: expect.objectContaining({ "text/plain": "Map(1) { 'k' => 1 }" }) }),
    ]);
  });

  test("captures across awaits and in timers, while what others print meanwhile goes under their cell", async () => {
    const { out, button } = await made(`${lines.join("\n")}
      let finished = () => {};
      const end = new Promise<void>((resolve) => { finished = resolve });
      const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
      press.onClick(out.capture(async () => {
        for (const i of progress(2, { title: "epoch" })) { await pause(); console.log("captured", i); }
        setTimeout(() => { console.log("later"); finished(); }, 20);
      }));
      ${shown}`);
    const after = kernel.mark();
    const cell = kernel.start('for (let i = 0; i < 4; i++) { await pause(); console.log("free", i); } await end; 0');
    await press(button);
    const { iopub } = await cell.done;
    const streams = iopub.filter(({ header }) => header.msg_type === "stream");
    expect(streams.map(({ content }) => content.text).join("")).toBe("free 0\nfree 1\nfree 2\nfree 3\n");
    const isLast = ({ content }: Message) => JSON.stringify(content).includes("later\\n");
    await kernel.waitForIopub("comm_msg", isLast, { after });
    const all = kernel.messages.slice(after).filter(({ channel }) => channel === "iopub");
    expect(outputsIn(all, out)).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ "text/plain": expect.stringMatching(/^epoch ━+ 2\/2/) }),
      }),
      { output_type: "stream", name: "stdout", text: "captured 0\ncaptured 1\nlater\n" },
    ]);
  });

  test("keeps its displays, which handles change from other cells, and clearOutput() empties it alone", async () => {
    const { out, button } = await made(`${lines.join("\n")}
      let handle: ReturnType<typeof display> | undefined;
      let clearing = false;
      press.onClick(out.capture(() => {
        if (clearing) clearOutput();
        else handle = display("first");
      }));
      ${shown}`);
    await press(button);
    const { iopub } = await kernel.execute('handle!.update("second"); await handle!.shown; clearing = true; 0');
    expect(outputsIn(iopub, out)).toMatchObject([{ data: { "text/plain": "'second'" } }]);
    expect(typesOf(iopub).has("update_display_data")).toBe(false);
    const cleared = await press(button);
    expect(outputsIn(cleared, out)).toEqual([]);
    expect(typesOf(cleared).has("clear_output")).toBe(false);
  });

  test("shows where an error came from, in the lines of the cell", async () => {
    const { out, button } = await made(`${lines.join("\n")}
      press.onClick(out.capture(() => { throw new RangeError("no such layer") }));
      ${shown}`);
    const [error] = outputsIn(await press(button), out)!;
    expect(error).toMatchObject({ output_type: "error", ename: "RangeError", evalue: "no such layer" });
    expect((error!.traceback as string[]).join("\n")).toMatch(/Cell \[\d+\]:3:\d+/);
  });

  test("is seen to fill while a loop lets nothing else run, and that loop can be stopped", async () => {
    await kernel.execute("const place = new widgets.Output(); display(place); 0");
    const cell = kernel.start(`await place.capture(() => {
      for (let i = 0; ; i++) { console.log(i); const until = performance.now() + 5; while (performance.now() < until); }
    })()`);
    await kernel.waitForIopub("comm_msg", ({ parent }) => parent.msg_id === cell.id);
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await cell.done).reply.content.status).toBe("error");
    expect((await kernel.execute("console.log(place.toString().length > 0)")).stdout).toBe("true\n");
  });
});

test("interact() shows what its function prints, for the values of now only", async () => {
  const { iopub } = await kernel.execute(
    'widgets.interact(({ n }) => { console.log("n is", n); return n }, { n: new widgets.IntSlider({ value: 1, max: 5 }) })',
  );
  const [out, slider] = ["OutputModel", "IntSliderModel"].map((model) => idOf(iopub, model));
  expect(typesOf(iopub).has("stream")).toBe(false);
  // Where nobody knows widgets, too.
  const controls = iopub.find(({ header }) => header.msg_type === "display_data")!;
  expect((controls.content.data as Record<string, string>)["text/html"]).toContain("<pre>n is 1\n</pre>");
  const moved = await move(slider!, { value: 2 });
  expect(outputsIn(moved, out!)).toEqual([{ output_type: "stream", name: "stdout", text: "n is 2\n" }]);
  expect(typesOf(moved)).toEqual(new Set(["status", "comm_msg", "update_display_data"]));
});

test("interact() shows the result anew in its place with every change", async () => {
  const { iopub, displays } = await kernel.execute(
    "widgets.interact(({ power }) => 2 ** power, { power: new widgets.IntSlider({ value: 3, max: 10 }) }); 0",
  );
  expect(displays.map(({ content }) => content.data?.["text/plain"])).toEqual(["IntSlider = 3", "8"]);
  const answer = await move(idOf(iopub, "IntSliderModel"), { value: 5 });
  const update = answer.find(({ header }) => header.msg_type === "update_display_data");
  expect(update?.content).toMatchObject({
    data: { "text/plain": "32" },
    transient: { display_id: displays[1]!.content.transient!.display_id },
  });
});

test("a click is heard, and what the code changes is told", async () => {
  const { iopub } = await kernel.execute(`
    const note = new widgets.HTML({ value: "not yet" });
    const go = new widgets.Button({ description: "go" });
    go.onClick(() => { note.value = "pressed"; });
    new widgets.HBox([go, note])`);
  const answer = await say(idOf(iopub, "ButtonModel"), { method: "custom", content: { event: "click" } });
  const told = answer.find(({ header }) => header.msg_type === "comm_msg");
  expect(told?.content).toMatchObject({
    comm_id: idOf(iopub, "HTMLModel"),
    data: { method: "update", state: { value: "pressed" } },
  });
});
