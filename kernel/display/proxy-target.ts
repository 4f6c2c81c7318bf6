import { Session } from "node:inspector";
import { types } from "node:util";

const HELD = Symbol.for("gradbook.held");

let session: Session | null = null;

/** What a proxy stands for, learned from the engine without running a trap. */
export function targetOf(proxy: object): object | null {
  const globals = globalThis as { [HELD]?: object };
  // V8 would read properties of a value that it is to describe; the elements of a list it only names.
  globals[HELD] = proxy;
  try {
    const list = post<Evaluated>("Runtime.evaluate", { expression: `[globalThis[Symbol.for("gradbook.held")]]` });
    const [element] = propertiesOf(list?.result.objectId).result ?? [];
    const target = propertiesOf(element?.value?.objectId).internalProperties?.find(({ name }) => name === "[[Target]]");
    if (!target?.value?.objectId) return null;
    const functionDeclaration = `function () { globalThis[Symbol.for("gradbook.held")] = this; }`;
    post("Runtime.callFunctionOn", { objectId: target.value.objectId, functionDeclaration });
    return globals[HELD] === proxy ? null : (globals[HELD] ?? null);
  } finally {
    delete globals[HELD];
    post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

/** What a proxy of proxies stands for in the end: Node's inspection takes off one and runs the traps of the next. */
export function innermost(value: unknown): unknown {
  let at = value;
  while (types.isProxy(at)) {
    const target = targetOf(at as object);
    if (!types.isProxy(target)) break;
    at = target;
  }
  return at;
}

const GROUP = "proxy-target";

interface Evaluated {
  result: { objectId?: string };
}

interface Properties {
  result?: { value?: { objectId?: string } }[];
  internalProperties?: { name: string; value?: { objectId?: string } }[];
}

function propertiesOf(objectId: string | undefined): Properties {
  if (objectId === undefined) return {};
  return post<Properties>("Runtime.getProperties", { objectId, ownProperties: true }) ?? {};
}

function post<Result>(method: string, parameters: object): Result | null {
  let answer: Result | null = null;
  if (!session) {
    session = new Session();
    session.connect();
  }
  // A session on its own thread answers before post returns.
  session.post(method, { objectGroup: GROUP, ...parameters }, (error, result) => {
    answer = error ? null : (result as Result);
  });
  return answer;
}
