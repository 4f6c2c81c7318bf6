/** Who waits for the code that runs now: V8 knows the functions whose awaits led here without having noted anything on the way. */
import type { AwaitingFrame } from "../link/stack.ts";

const FRAMES = 100;

/** The functions that go on when what runs now is done, the innermost first; empty where nobody awaits it. */
export function awaitingFrames(): AwaitingFrame[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_, sites) => sites.filter(isAwaiting).map(described);
    return new Error().stack as unknown as AwaitingFrame[];
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}

/** Node's types leave out what V8 has for asynchronous code. */
type Site = NodeJS.CallSite & { isAsync(): boolean };

function isAwaiting(site: NodeJS.CallSite): boolean {
  return (site as Site).isAsync() && site.getScriptNameOrSourceURL() !== null;
}

function described(site: NodeJS.CallSite): AwaitingFrame {
  return {
    name: site.getFunctionName() ?? "",
    url: site.getScriptNameOrSourceURL() ?? "",
    line: site.getLineNumber() ?? 1,
    column: site.getColumnNumber() ?? 1,
  };
}
