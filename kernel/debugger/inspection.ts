/** What the debugger shows of values, and what it computes with them. */
import type { Runtime, Debugger as V8 } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { RUNTIME } from "../link/messages.ts";
import type { ListedVariable, VariableRange } from "../link/variables.ts";
import type { MimeBundle } from "../protocol/messages.ts";
import type { Inspector } from "../supervisor/inspector.ts";
import { statements } from "./expression.ts";
import type { UserFrame } from "./pause.ts";
import { ask, callOn, EvaluationError, evaluated } from "./remote.ts";

const VARIABLES = `${RUNTIME}.variables`;

/** Scopes that are neither the notebook's nor the language's. */
const LOCAL = /^(local|block|closure|catch|with|eval)$/;

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export class Inspection {
  readonly #inspector: () => Inspector;

  constructor(inspector: () => Inspector) {
    this.#inspector = inspector;
  }

  async scopes({ call, script }: UserFrame): Promise<DebugProtocol.Scope[]> {
    const locals = call.scopeChain.filter(({ type }) => LOCAL.test(type));
    const modules = call.scopeChain.filter(({ type }) => type === "module");
    const scopes = [
      scopeOf("Locals", await this.#scope(locals, call.this)),
      scopeOf("Module", await this.#scope(modules)),
      scopeOf("Globals", await this.#globals()),
    ];
    // At the top level of a cell nothing may be local: then what is global comes first.
    const shown = scopes.filter(({ name, variablesReference }) => variablesReference > 0 || name === "Globals");
    return shown.map((scope) => ({ ...scope, source: { path: script.path } }));
  }

  /** What cells have declared, and put on the global object. */
  async globals(): Promise<ListedVariable[]> {
    return (await this.list(await this.#globals(), {})) ?? [];
  }

  /** @returns Null for a reference that means nothing (any more). */
  list(reference: number, range: VariableRange): Promise<ListedVariable[] | null> {
    return ask(this.#inspector(), `${VARIABLES}.list`, reference, range);
  }

  /** The numbers that were given mean nothing any more. */
  forget(): Promise<unknown> {
    return ask(this.#inspector(), `${VARIABLES}.forget`);
  }

  /**
   * @param frame Where; null for the top level of a cell, which is only possible while the main thread runs.
   * @param isPure Whether it must change nothing, since nobody has asked for it to be run.
   * @throws {EvaluationError} With what it threw.
   */
  async evaluate(typed: string, frame: UserFrame | null, isPure: boolean): Promise<ListedVariable> {
    const { code, expression } = await statements(typed);
    if (expression === null) {
      const { type, description, value } = await this.#run(code, frame, isPure);
      const text = description ?? (value === undefined ? "undefined" : JSON.stringify(value));
      return { name: "result", value: text, type, variablesReference: 0 };
    }
    const holder = await this.#held(expression, frame, isPure);
    return callOn(
      this.#inspector(),
      holder,
      `function () { return ${VARIABLES}.result(this[0], ${JSON.stringify(expression)}); }`,
    );
  }

  /** A variable as its cell would show it. */
  async rich(name: string, frame: UserFrame | null, isPaused: boolean): Promise<MimeBundle> {
    const holder = await this.#held(nameOf(name), frame, true);
    return callOn(this.#inspector(), holder, `function () { return ${VARIABLES}.rich(this[0], ${isPaused}); }`, {
      awaitPromise: !isPaused,
    });
  }

  /** Gives a name of cells the value that another has in a frame. */
  async copyToGlobals(source: string, frame: UserFrame | null, target: string): Promise<void> {
    const holder = await this.#held(nameOf(source), frame, true);
    // What cells have declared hides the global object. Nothing can be declared here: REPL mode waits for promises, and those for the main thread.
    const isDeclared = (await this.#declared()).includes(nameOf(target));
    await callOn(
      this.#inspector(),
      holder,
      `function () { ${isDeclared ? target : `globalThis.${target}`} = this[0]; }`,
    );
  }

  async #scope(scopes: readonly V8.Scope[], self?: Runtime.RemoteObject): Promise<number> {
    const [first, ...others] = scopes.flatMap(({ object }) => object.objectId ?? []);
    if (first === undefined) return 0;
    return callOn(
      this.#inspector(),
      first,
      `function (self, ...others) { return ${VARIABLES}.scope(self, this, ...others); }`,
      {
        others: [self?.objectId, ...others],
      },
    );
  }

  async #globals(): Promise<number> {
    const readers = (await this.#declared()).map((name) => `${JSON.stringify(name)}: () => ${name}`);
    const expression = `${VARIABLES}.globals({ ${readers.join(", ")} })`;
    const parameters = { expression, silent: true, returnByValue: true };
    return Number((await evaluated(this.#inspector().post("Runtime.evaluate", parameters))).value);
  }

  /** The names that cells have declared. */
  async #declared(): Promise<string[]> {
    const { names } = await this.#inspector().post<{ names: string[] }>("Runtime.globalLexicalScopeNames");
    return names.filter((name) => NAME.test(name));
  }

  /** The value in an array: V8 reads properties of an object that it hands out by itself. */
  async #held(expression: string, frame: UserFrame | null, isPure: boolean): Promise<string> {
    const { objectId } = await this.#run(`[${expression}]`, frame, isPure);
    if (objectId === undefined) throw new EvaluationError(`${expression} has no value`);
    return objectId;
  }

  #run(expression: string, frame: UserFrame | null, isPure: boolean): Promise<Runtime.RemoteObject> {
    const options = { expression, objectGroup: "debugger", silent: true, throwOnSideEffect: isPure };
    return evaluated(
      frame
        ? this.#inspector().post("Debugger.evaluateOnCallFrame", { ...options, callFrameId: frame.call.callFrameId })
        : this.#inspector().post("Runtime.evaluate", { ...options, replMode: true }),
    );
  }
}

function scopeOf(name: string, variablesReference: number): DebugProtocol.Scope {
  return { name, variablesReference, expensive: false };
}

/** @throws {EvaluationError} Where more than a name stands. */
function nameOf(text: string): string {
  if (!NAME.test(text)) throw new EvaluationError(`${JSON.stringify(text)} is no name of a variable`);
  return text;
}
