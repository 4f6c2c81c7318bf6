/** Questions to the user, over the stdin channel. */
import { expect, test } from "@jest/globals";
import type { Message } from "../support/client.ts";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

test("input() asks with its prompt and gives what was typed, one question after the other", async () => {
  const asked: Message[] = [];
  const { result } = await kernel.execute(
    "const first = await input('First? '); const last = await input('Last? '); first + ' ' + last",
    {},
    {
      input: (prompt, request) => {
        asked.push(request);
        return prompt === "First? " ? "Ada" : "Löwe 😀";
      },
    },
  );
  expect(result?.["text/plain"]).toBe("'Ada Löwe 😀'");
  expect(asked.map(({ content }) => content)).toEqual([
    { prompt: "First? ", password: false },
    { prompt: "Last? ", password: false },
  ]);
});

test("password() asks without showing what is typed", async () => {
  let request: Message | undefined;
  const { result } = await kernel.execute(
    "(await password('Key? ')).length",
    {},
    {
      input: (_prompt, asked) => {
        request = asked;
        return "secret";
      },
    },
  );
  expect(request?.content).toEqual({ prompt: "Key? ", password: true });
  expect(result?.["text/plain"]).toBe("6");
});

test("what was printed before a question is shown while it waits", async () => {
  const cell = kernel.start("console.log('think'); await input('Well? ')", { allow_stdin: true });
  const { content } = await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === cell.id);
  expect(content.text).toBe("think\n");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  await cell.done;
});

test.each(["input", "password"])("where the front end takes no input, %s() fails at once and says why", async (ask) => {
  const { error, messages } = await kernel.execute(`await ${ask}('anyone? ')`);
  expect(messages.filter(({ channel }) => channel === "stdin")).toEqual([]);
  expect(error).toMatchObject({ ename: "InputError" });
  expect(error?.evalue).toMatch(/front end does not take input/);
});

test("cells that ask at the same time get each its own answer, in whichever order the answers come", async () => {
  const { reply } = await kernel.request("create_subshell_request", {}, { channel: "control" });
  const ask = (prompt: string, subshell?: string) =>
    kernel.start(`await input("${prompt}")`, { allow_stdin: true }, subshell === undefined ? {} : { subshell });
  const after = kernel.mark();
  const cells = [ask("main"), ask("beside", reply.content.subshell_id as string)];
  const question = ({ id }: { id: string }) =>
    kernel.waitFor(({ channel, parent }) => channel === "stdin" && parent.msg_id === id, { after });
  const questions = await Promise.all(cells.map(question));
  for (const request of questions.reverse()) await kernel.answer(request, `to ${request.content.prompt}`);
  const results = (await Promise.all(cells.map(({ done }) => done))).map(({ iopub }) =>
    iopub.find(({ header }) => header.msg_type === "execute_result"),
  );
  expect(results.map((message) => message?.content.data?.["text/plain"])).toEqual(["'to main'", "'to beside'"]);
});

test("a question is given up when the cell is interrupted, and the next one is answered", async () => {
  const waiting = kernel.start("await input('never answered? ')", { allow_stdin: true });
  await kernel.waitFor(({ channel, parent }) => channel === "stdin" && parent.msg_id === waiting.id);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await waiting.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  const next = await kernel.execute("await input('again? ')", {}, { input: () => "yes" });
  expect(next.result?.["text/plain"]).toBe("'yes'");
});

test("an answer that nobody asked for is dropped", async () => {
  const { frames } = kernel.frames("input_reply", { value: "uncalled for" });
  await kernel.sendRaw("stdin", frames);
  const { result } = await kernel.execute("await input('now? ')", {}, { input: () => "asked for" });
  expect(result?.["text/plain"]).toBe("'asked for'");
});
