/** Widgets, as a front end sees them: comms opened before the display, answers while a cell waits. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Kernel, type Message, startKernel } from "../support/client.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startKernel();
});

afterAll(async () => {
  await kernel.stop();
  expect(kernel.invalid).toEqual([]);
});

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
