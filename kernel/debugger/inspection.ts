/** What the debugger shows of values, and what it computes with them. */
import type { Runtime, Debugger as V8 } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type NameInfo, RUNTIME } from "../link/messages.ts";
import type { ListedVariable, VariableRange } from "../link/variables.ts";
import type { MimeBundle } from "../protocol/messages.ts";
import type { Inspector } from "../supervisor/inspector.ts";
import { javaScript, statements } from "./expression.ts";
import type { UserFrame } from "./pause.ts";
import { ask, callOn, EvaluationError, evaluated } from "./remote.ts";

const VARIABLES = `${RUNTIME}.variables`;

/** Scopes that are neither the notebook's nor the language's. */
const LOCAL = /^(local|block|closure|catch|with|eval)$/;

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Where the names of a scope are set. */
interface ScopeOf {
  frame: UserFrame;
  isGlobal: boolean;
}

export class Inspection {
  readonly #inspector: () => Inspector;
  /** The scopes that were told, by their references. */
  readonly #scopes = new Map<number, ScopeOf>();

  constructor(inspector: () => Inspector) {
    this.#inspector = inspector;
  }

  async scopes(frame: UserFrame): Promise<DebugProtocol.Scope[]> {
    const { call, script } = frame;
    const locals = call.scopeChain.filter(({ type }) => LOCAL.test(type));
    const modules = call.scopeChain.filter(({ type }) => type === "module");
    const scopes = [
      scopeOf("Locals", await this.#scope(locals, call.this)),
      scopeOf("Module", await this.#scope(modules)),
      scopeOf("Globals", await this.#globals()),
    ];
    // At the top level of a cell nothing may be local: then what is global comes first.
    const shown = scopes.filter(({ name, variablesReference }) => variablesReference > 0 || name === "Globals");
    for (const { name, variablesReference } of shown) {
      this.#scopes.set(variablesReference, { frame, isGlobal: name === "Globals" });
    }
    return shown.map((scope) => ({ ...scope, source: { path: script.path } }));
  }

  /** What cells have declared, and put on the global object. */
  async globals(): Promise<ListedVariable[]> {
    return (await this.list(await this.#globals(), {})) ?? [];
  }

  /** The names of a frame, the innermost scope's first, and of cells. */
  async names(frame: UserFrame | null): Promise<string[]> {
    if (!frame) return this.#declared();
    const scopes = await this.scopes(frame);
    const listed = await Promise.all(scopes.map(({ variablesReference }) => this.list(variablesReference, {})));
    return listed.flatMap((variables) => variables ?? []).map(({ name }) => name);
  }

  /**
   * The members of a value, inherited ones too.
   *
   * @throws {EvaluationError} Where it cannot be had without a side effect.
   */
  async members(expression: string, frame: UserFrame | null): Promise<NameInfo[]> {
    const holder = await this.#held(expression, frame, true);
    return callOn(this.#inspector(), holder, `function () { return ${RUNTIME}.membersOf(this[0]); }`);
  }

  /** @returns Null for a reference that means nothing (any more). */
  list(reference: number, range: VariableRange): Promise<ListedVariable[] | null> {
    return ask(this.#inspector(), `${VARIABLES}.list`, reference, range);
  }

  /** The numbers that were given mean nothing any more. */
  forget(): Promise<unknown> {
    this.#scopes.clear();
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
    return this.#result(expression, frame, isPure);
  }

  /**
   * Gives a variable of a scope, or a member of an object, another value.
   *
   * @param reference Of the scope or the object.
   * @param frame Where the value is computed, unless the scope says it.
   * @throws {EvaluationError} With what was thrown, or why it cannot be.
   */
  async setVariable(
    { reference, name }: { reference: number; name: string },
    typed: string,
    frame: UserFrame | null,
  ): Promise<ListedVariable> {
    const value = await javaScript(typed);
    const scope = this.#scopes.get(reference);
    if (scope && !scope.isGlobal) return this.#result(`${nameOf(name)} = ${value}`, scope.frame, false);
    const holder = await this.#held(value, scope?.frame ?? frame, false);
    if (scope) {
      await this.#setGlobal(name, holder);
      return callOn(this.#inspector(), holder, resultOf(name));
    }
    const assign = `${VARIABLES}.assign(${reference}, ${JSON.stringify(name)}, this[0])`;
    return callOn(this.#inspector(), holder, `function () { return ${assign}; }`);
  }

  /**
   * @param target What can stand in front of `=`.
   * @throws {EvaluationError} With what was thrown.
   */
  async setExpression(target: string, typed: string, frame: UserFrame | null): Promise<ListedVariable> {
    return this.#result(`${await javaScript(target)} = ${await javaScript(typed)}`, frame, false);
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
    await this.#setGlobal(target, holder);
  }

  /** @param holder Of the value, as `#held` gives it. */
  async #setGlobal(name: string, holder: string): Promise<void> {
    // What cells have declared hides the global object. Nothing can be declared here: REPL mode waits for promises, and those for the main thread.
    const isDeclared = (await this.#declared()).includes(nameOf(name));
    await callOn(this.#inspector(), holder, `function () { ${isDeclared ? name : `globalThis.${name}`} = this[0]; }`);
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

  async #result(expression: string, frame: UserFrame | null, isPure: boolean): Promise<ListedVariable> {
    return callOn(this.#inspector(), await this.#held(expression, frame, isPure), resultOf(expression));
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

/** A function of a holder that lists what it holds. */
function resultOf(expression: string): string {
  return `function () { return ${VARIABLES}.result(this[0], ${JSON.stringify(expression)}); }`;
}

function scopeOf(name: string, variablesReference: number): DebugProtocol.Scope {
  return { name, variablesReference, expensive: false };
}

/** @throws {EvaluationError} Where more than a name stands. */
function nameOf(text: string): string {
  if (!NAME.test(text)) throw new EvaluationError(`${JSON.stringify(text)} is no name of a variable`);
  return text;
}
