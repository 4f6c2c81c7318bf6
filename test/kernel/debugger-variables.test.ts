/** What the debugger shows of variables, and what it computes with them, on the real kernel. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Kernel, type Pending, startCheckedKernel } from "../support/client.ts";
import { DebugClient } from "../support/debug-client.ts";

let kernel: Kernel;
let debug: DebugClient;

const prelude = `let touched = 0;
class Account {
  #secret = 1;
  owner = "Ada";
  get balance() { touched++; return 1; }
  [Symbol.for("nodejs.util.inspect.custom")]() { touched++; return "inspected"; }
  toJSON() { touched++; return "json"; }
  toString() { touched++; return "string"; }
}
const account = new Account();
const watched = new Proxy({ a: 1 }, { get() { touched++; return 2; }, ownKeys() { touched++; return []; }, getOwnPropertyDescriptor() { touched++; return undefined; } });
const own = { get computed() { touched++; return 1; }, plain: [1, 2, 3] };
const long = Array.from({ length: 250 }, (_, index) => index);
const guarded = { get computed() { touched++; return 1; }, set computed(value: number) { touched++; } };
const bytes = new Uint8Array(2);
let adjusted = 0;
const map = new Map<string, number>([["one", 1]]);
const weights = tensor([[1, 2], [3, 4]]);`;

beforeAll(async () => {
  kernel = await startCheckedKernel();
  debug = new DebugClient(kernel);
  await debug.attach();
  expect((await kernel.execute(prelude)).reply.content.status).toBe("ok");
});
afterAll(async () => {
  await kernel.stop();
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

async function globals(): Promise<Map<string, DebugProtocol.Variable>> {
  const { variables } = await debug.do<DebugProtocol.VariablesResponse>("inspectVariables");
  return new Map(variables.map((variable) => [variable.name, variable]));
}

async function membersOf(name: string): Promise<string[]> {
  return debug.inside((await globals()).get(name)!.variablesReference);
}

const touches = async () => (await kernel.execute("touched")).result?.["text/plain"];

describe("while nothing runs", () => {
  test("inspectVariables lists what cells have declared, without the library and Node's globals", async () => {
    const names = [...(await globals()).keys()];
    expect(names).toEqual(expect.arrayContaining(["touched", "Account", "account", "own", "long", "map", "weights"]));
    expect(names).not.toEqual(expect.arrayContaining(["tensor"]));
    expect(names.filter((name) => /gradbook|^process$|^console$/.test(name))).toEqual([]);
  });

  test("values are opened by their reference", async () => {
    expect(await membersOf("own")).toEqual(["computed = [Getter]", expect.stringMatching(/^plain = .*1, 2, 3/)]);
    expect(await membersOf("map")).toEqual([expect.stringMatching(/^.?one.? = 1$/)]);
    expect(await membersOf("account")).toEqual([expect.stringMatching(/^owner = .Ada.$/)]);
  });

  test("no getter, proxy trap or method of the user's runs for that", async () => {
    const listed = await globals();
    for (const { variablesReference } of listed.values())
      if (variablesReference) await debug.inside(variablesReference);
    expect(listed.get("watched")!.variablesReference).toBe(0);
    expect(await touches()).toBe("0");
  });

  test("a long list is given in pages", async () => {
    const { variablesReference, indexedVariables } = (await globals()).get("long")!;
    expect(indexedVariables).toBe(250);
    const { variables } = await debug.do<DebugProtocol.VariablesResponse>("variables", {
      variablesReference,
      start: 200,
      count: 2,
    });
    expect(variables.map(({ name, value }) => [name, value])).toEqual([
      ["200", "200"],
      ["201", "201"],
    ]);
  });

  test("richInspectVariables gives a variable as its cell would show it", async () => {
    const { data } = (await debug.do("richInspectVariables", { variableName: "weights" })) as { data: object };
    const shown = (await kernel.execute("weights")).result;
    expect(data).toEqual(shown);
  });

  test("a name that is none is refused", async () => {
    const answer = await debug.ask("richInspectVariables", { variableName: "touched++" });
    expect(answer).toMatchObject({ success: false, message: expect.stringContaining("touched++") });
    expect(await touches()).toBe("0");
  });
});

describe("stopped in a function", () => {
  const code = `function scale(factor: number, items = [1, 2]) {
  const label = { text: "x" };
  for (const item of items) {
    const scaled = item * factor;
    if (scaled > 0) label.text += scaled;
  }
  return label;
}
scale(3);`;
  let running: Pending;
  let frameId: number;

  beforeAll(async () => {
    await debug.setBreakpoints(code, [{ line: 5, condition: "item === 2" }]);
    ({ cell: running, frameId } = await debug.run(code));
  });
  afterAll(async () => {
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
    // The very object, to which the cell has added its last number since.
    expect((await kernel.execute("copied")).result).toEqual({ "text/plain": "{ text: 'x3!6' }" });
  });

  test("scopes are the locals, the innermost first, and the globals", async () => {
    const { Locals, Globals } = await debug.variables(frameId);
    expect(Locals).toEqual(
      expect.arrayContaining(["scaled = 6", "item = 2", "factor = 3", expect.stringMatching(/^items = .*1, 2/)]),
    );
    expect(Globals).toEqual(expect.arrayContaining(["touched = 0"]));
  });

  test("evaluate computes in the frame, TypeScript included, and may change variables", async () => {
    const evaluate = (expression: string, context = "repl") =>
      debug.do<DebugProtocol.EvaluateResponse>("evaluate", { expression, frameId, context });
    expect(await evaluate("(scaled as number) + factor")).toMatchObject({ result: "9", type: "number" });
    expect((await evaluate('label.text += "!"')).result).toMatch(/x3!/);
    const { variablesReference } = await evaluate("{ a: scaled }");
    expect(await debug.inside(variablesReference)).toEqual(["a = 6"]);
  });

  describe("setVariable", () => {
    const inScope = async (scope: string) => {
      const { scopes } = await debug.do<DebugProtocol.ScopesResponse>("scopes", { frameId });
      return scopes.find(({ name }) => name === scope)!.variablesReference;
    };
    const inObject = async (expression: string) =>
      (await debug.do<DebugProtocol.EvaluateResponse>("evaluate", { expression, frameId })).variablesReference;
    const set = (variablesReference: number, name: string, value: string) =>
      debug.do<DebugProtocol.SetVariableResponse>("setVariable", { variablesReference, name, value });
    const value = async (expression: string) =>
      (await debug.do<DebugProtocol.EvaluateResponse>("evaluate", { expression, frameId })).result;

    test("gives local variables, cells' variables and members the value of an expression of the frame", async () => {
      const answer = await set(await inScope("Locals"), "factor", "(item + 3) as number");
      expect(answer).toMatchObject({ value: "5", type: "number", variablesReference: 0 });
      expect(await value("factor")).toBe("5");
      await set(await inScope("Locals"), "factor", "3");
      await set(await inScope("Globals"), "adjusted", "factor * 100");
      expect(await value("adjusted")).toBe("300");
      await set(await inObject("label"), "text", "'y' + 3");
      expect(await value("label.text")).toMatch(/^.y3.$/);
      await set(await inObject("items"), "0", "7");
      expect(await value("items[0]")).toBe("7");
      expect((await set(await inObject("map"), '"one"', "factor")).value).toBe("3");
      expect(await value("map.get('one')")).toBe("3");
      expect((await set(await inObject("bytes"), "1", "257")).value).toBe("1");
    });

    test("refuses what cannot be written, and runs no setter", async () => {
      const refusals: [string, string, string, RegExp][] = [
        ["guarded", "computed", "1", /computed is an accessor/],
        ["guarded", "nowhere", "1", /no member nowhere/],
        ["Object.freeze({ a: 1 })", "a", "2", /a cannot be written/],
        ["new Set([1])", "0", "2", /members of a set have no names/],
        ["label", "text", "missing", /missing is not defined/],
      ];
      for (const [object, name, given, message] of refusals) {
        const wanted = { variablesReference: await inObject(object), name, value: given };
        const answer = await debug.ask("setVariable", wanted);
        expect(answer).toMatchObject({ success: false, message: expect.stringMatching(message) });
      }
      expect(await value("touched")).toBe("0");
    });

    test("has a sister for whatever can be assigned to", async () => {
      const wanted = { expression: "label.text", value: "'x' + factor + '!'", frameId };
      expect(await debug.do("setExpression", wanted)).toMatchObject({ value: expect.stringMatching(/^.x3!.$/) });
      const wrong = await debug.ask("setExpression", { expression: "factor + 1", value: "2", frameId });
      expect(wrong).toMatchObject({ success: false, message: expect.stringMatching(/Invalid left-hand side/) });
    });
  });

  test("evaluate without a frame is in the innermost one", async () => {
    expect(await debug.do("evaluate", { expression: "item", context: "repl" })).toMatchObject({ result: "2" });
  });

  test("evaluate for a hover changes nothing", async () => {
    const answer = await debug.ask("evaluate", { expression: "label.text = ''", frameId, context: "hover" });
    expect(answer).toMatchObject({ success: false, message: expect.stringMatching(/side.effect/i) });
  });

  test("what an expression throws is told", async () => {
    const answer = await debug.ask("evaluate", { expression: "nowhere", frameId, context: "repl" });
    expect(answer).toMatchObject({ success: false, message: "ReferenceError: nowhere is not defined" });
  });

  test("richInspectVariables knows the frame's variables", async () => {
    const { data } = (await debug.do("richInspectVariables", { variableName: "label", frameId })) as {
      data: Record<string, string>;
    };
    expect(data["text/plain"]).toMatch(/text: 'x3!'/);
  });

  test("copyToGlobals makes a local variable one of all cells", async () => {
    await debug.do("copyToGlobals", { srcVariableName: "label", dstVariableName: "copied", srcFrameId: frameId });
    expect((await debug.variables(frameId)).Globals).toEqual(
      expect.arrayContaining([expect.stringMatching(/^copied = .*x3!/)]),
    );
  });
});

test("a front end without types for variables gets none", async () => {
  await debug.do("initialize", { clientID: "jupyterlab" });
  expect((await globals()).get("touched")).not.toHaveProperty("type");
});
