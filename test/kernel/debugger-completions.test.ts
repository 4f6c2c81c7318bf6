/** What a debugger's console offers while one types, on the real kernel. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Kernel, type Pending, startCheckedKernel } from "../support/client.ts";
import { DebugClient } from "../support/debug-client.ts";

let kernel: Kernel;
let debug: DebugClient;

beforeAll(async () => {
  kernel = await startCheckedKernel();
  debug = new DebugClient(kernel);
  await debug.attach();
  await kernel.execute(
    "let touched = 0;\nconst account = { owner: 'Ada', get balance() { touched++; return { euros: 1 }; }, pay() {} };",
  );
});
afterAll(async () => {
  await kernel.stop();
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

async function offered(text: string, frameId?: number): Promise<DebugProtocol.CompletionItem[]> {
  const given = { text, column: text.length + 1, frameId };
  return (await debug.do<DebugProtocol.CompletionsResponse>("completions", given)).targets;
}

const labels = async (text: string, frameId?: number) => (await offered(text, frameId)).map(({ label }) => label);

test("the debugger says that it completes", async () => {
  expect(await debug.do("initialize", { clientID: "test", adapterID: "" })).toMatchObject({
    supportsCompletionsRequest: true,
  });
});

describe("while nothing runs", () => {
  test("names of cells and of the library are offered, with what they replace", async () => {
    const account = { label: "account", type: "variable", start: 5, length: 3 };
    expect(await offered("1 + acc")).toContainEqual(account);
    expect(await labels("matm")).toContain("matmul");
    expect(await labels("nowhere")).toEqual([]);
  });

  test("members are offered by their kinds, inherited ones too", async () => {
    const members = new Map((await offered("account.")).map(({ label, type }) => [label, type]));
    expect(members.get("owner")).toBe("property");
    expect(members.get("pay")).toBe("function");
    expect(members.has("hasOwnProperty")).toBe(true);
    expect(await labels("account.ow")).toEqual(["owner"]);
  });

  test("nothing is offered that code of the user's would have to run for", async () => {
    expect(await labels("account.balance.")).toEqual([]);
    expect((await kernel.execute("touched")).result).toEqual({ "text/plain": "0" });
  });

  test("of several lines the one that is named counts", async () => {
    const given = { text: "const here = 1;\naccount.o\nelse.where", column: 10, line: 2 };
    const { targets } = await debug.do<DebugProtocol.CompletionsResponse>("completions", given);
    expect(targets).toEqual([{ label: "owner", type: "property", start: 9, length: 1 }]);
  });
});

describe("in a frame of a stopped cell", () => {
  const code = `function weigh(things: { grams: number }[]): number {
  const heaviest = things[1]!;
  return heaviest.grams;
}
weigh([{ grams: 1 }, { grams: 2 }]);`;
  let running: Pending;
  let frameId: number;

  beforeAll(async () => {
    await debug.setBreakpoints(code, [{ line: 3 }]);
    ({ cell: running, frameId } = await debug.run(code));
  });
  afterAll(async () => {
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test("its own names are offered, and those of cells", async () => {
    expect(await labels("hea", frameId)).toContain("heaviest");
    expect(await labels("thi", frameId)).toContain("things");
    expect(await labels("acc", frameId)).toContain("account");
  });

  test("members of its values are offered", async () => {
    expect(await labels("heaviest.", frameId)).toContain("grams");
    expect(await labels("things[0].g", frameId)).toEqual(["grams"]);
  });

  test("where no frame is named it is the innermost", async () => {
    expect(await labels("heavi")).toContain("heaviest");
  });
});
