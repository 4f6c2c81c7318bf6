/** display_data, update_display_data, clear_output, as cells cause them. */
import { describe, expect, test } from "@jest/globals";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

const html = (text: string) =>
  `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": ${JSON.stringify(text)} }) })`;

describe("display()", () => {
  test("shows the MIME bundle that a value's own method gives, with text beside it", async () => {
    const { displays } = await kernel.execute(`display(${html("<b>1</b>")})`);
    expect(displays).toHaveLength(1);
    expect(displays[0]!.content.data).toMatchObject({ "text/html": "<b>1</b>", "text/plain": expect.any(String) });
    expect(displays[0]!.content.metadata).toEqual({});
  });

  test("takes a promise of a bundle and keeps the order of what was shown meanwhile", async () => {
    const { iopub } = await kernel.execute(`
      display({ [Symbol.for("Jupyter.display")]: async () => {
        await new Promise((done) => setTimeout(done, 20));
        return { "text/plain": "slow" };
      } });
      console.log("quick");
      display("last");
      0`);
    expect(iopub.slice(2, -1).map(({ content }) => content.text ?? content.data?.["text/plain"])).toEqual([
      "slow",
      "quick\n",
      "'last'",
      "0",
    ]);
  });

  test("shows a plain value as a result would be shown, and a bare vega-lite spec as a chart", async () => {
    const { displays } = await kernel.execute(`
      display([1, 2]);
      display({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar", data: { values: [] } });`);
    expect(displays[0]!.content.data).toEqual({ "text/plain": "[ 1, 2 ]" });
    expect(displays[1]!.content.data).toMatchObject({ "application/vnd.vegalite.v5+json": { mark: "bar" } });
  });

  test("gives a handle whose update() replaces the display, from a later cell too", async () => {
    const { displays } = await kernel.execute(
      `const handle = display("before"); await handle.shown; handle.update("after"); 0`,
    );
    const { iopub } = await kernel.execute(`handle.update("much later"); 0`);
    const id = displays[0]!.content.transient?.display_id;
    expect(id).toEqual(expect.any(String));
    const update = iopub.find(({ header }) => header.msg_type === "update_display_data");
    expect(update?.content).toMatchObject({ data: { "text/plain": "'much later'" }, transient: { display_id: id } });
  });

  test("is no result of its own where it ends a cell", async () => {
    const { displays, result } = await kernel.execute(`display("once")`);
    expect(displays).toHaveLength(1);
    expect(result).toBeUndefined();
  });

  test("takes an id of the user's", async () => {
    const { displays, iopub } = await kernel.execute(
      `display(1, { id: "mine" }); display(2, { id: "mine", update: true }); 0`,
    );
    expect(displays.map(({ content }) => content.transient)).toEqual([{ display_id: "mine" }]);
    expect(iopub.filter(({ header }) => header.msg_type === "update_display_data")).toHaveLength(1);
  });
});

test.each([true, false])("clearOutput(%s) says so, in its place among the outputs", async (wait) => {
  const { iopub } = await kernel.execute(`console.log("gone"); clearOutput(${wait}); console.log("stays")`);
  expect(iopub.slice(2, -1).map(({ header, content }) => content.text ?? [header.msg_type, content.wait])).toEqual([
    "gone\n",
    ["clear_output", wait],
    "stays\n",
  ]);
});
