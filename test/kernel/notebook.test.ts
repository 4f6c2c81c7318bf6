/** What a library finds of the notebook around it. */
import { expect, test } from "@jest/globals";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

test("a library shows values by the global object's Symbol.for(gradbook.notebook), whatever cells call display", async () => {
  const { displays } = await kernel.execute(`
    const display = "mine";
    globalThis[Symbol.for("gradbook.notebook")].display("theirs", { id: "one", update: false });
    0`);
  expect(displays.map(({ content }) => content.data)).toEqual([{ "text/plain": "'theirs'" }]);
  expect(displays[0]!.content.transient).toEqual({ display_id: "one" });
});

test("training in a live panel hears an interrupt between two pictures, and the variables stay", async () => {
  await kernel.execute(`
    const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 1));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 }); 0`);
  const after = kernel.mark();
  const cell = kernel.start("await plot.live(model, data.xor(), { optimizer, steps: 100_000_000 })");
  await kernel.waitForIopub("display_data", () => true, { after });
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  const { result, error } = await kernel.execute("optimizer.paramGroups[0].lr");
  expect({ result, error }).toEqual({ result: { "text/plain": "0.1" }, error: undefined });
});

test("a convolution that would take a minute is stopped by an interrupt, and the variables stay", async () => {
  await kernel.execute(
    "const [pictures, filters] = [rand([1, 64, 64, 64]).expand([1000, 64, 64, 64]), rand([64, 64, 33, 33])]; 0",
  );
  const cell = kernel.start("console.log('here'); nn.functional.conv2d(pictures, filters).shape");
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect((await kernel.execute("pictures.shape[0]")).result?.["text/plain"]).toBe("1000");
});

test.each(["svd", "eigh", "inv"])(
  "linalg.%s() of a large matrix is stopped by an interrupt, and the variables stay",
  async (name) => {
    await kernel.execute("const large = rand([2500, 2500]); 0");
    const cell = kernel.start(`console.log('here'); linalg.${name}(large.add(large.t()))`);
    await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect((await kernel.execute("large.shape")).result?.["text/plain"]).toBe("[ 2500, 2500 ]");
  },
);

test.each([
  [
    "a product of matrices",
    "matmul(rand([20_000, 1]).expand([20_000, 100_000]), rand([1, 2000]).expand([100_000, 2000]))",
  ],
  [
    "attention of many heads",
    "const x = rand([4096, 4]).expand([3000, 4096, 4]); F.scaledDotProductAttention(x, x, x)",
  ],
])("%s that would take minutes is stopped by an interrupt, and the variables stay", async (_, code) => {
  // Repeated, so that it takes long and yet little memory.
  await kernel.execute("const held = rand([3, 4]); 0");
  const cell = kernel.start(`console.log('here'); ${code}`);
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await cell.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect((await kernel.execute("held.shape")).result?.["text/plain"]).toBe("[ 3, 4 ]");
});
