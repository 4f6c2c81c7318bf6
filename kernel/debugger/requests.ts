/** The requests of a debugger that we answer: the Debug Adapter Protocol's and, where it has none, Jupyter's own. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ReplyContent } from "../protocol/messages.ts";

/** Command → its arguments. */
export interface DebugArguments {
  initialize: DebugProtocol.InitializeRequestArguments;
  attach: object;
  configurationDone: object;
  disconnect: object;
  terminate: object;
  threads: object;
  setBreakpoints: DebugProtocol.SetBreakpointsArguments;
  setExceptionBreakpoints: DebugProtocol.SetExceptionBreakpointsArguments;
  exceptionInfo: DebugProtocol.ExceptionInfoArguments;
  continue: DebugProtocol.ContinueArguments;
  next: DebugProtocol.NextArguments;
  stepIn: DebugProtocol.StepInArguments;
  stepOut: DebugProtocol.StepOutArguments;
  pause: DebugProtocol.PauseArguments;
  stackTrace: DebugProtocol.StackTraceArguments;
  scopes: DebugProtocol.ScopesArguments;
  variables: DebugProtocol.VariablesArguments;
  setVariable: DebugProtocol.SetVariableArguments;
  setExpression: DebugProtocol.SetExpressionArguments;
  evaluate: DebugProtocol.EvaluateArguments;
  completions: DebugProtocol.CompletionsArguments;
  source: DebugProtocol.SourceArguments;
  modules: DebugProtocol.ModulesArguments;
  debugInfo: object;
  dumpCell: { code: string };
  inspectVariables: object;
  richInspectVariables: { variableName: string; frameId?: number };
  copyToGlobals: { srcVariableName: string; dstVariableName: string; srcFrameId: number };
}

export type DebugCommand = keyof DebugArguments;

export type DebugHandlers = {
  [Command in DebugCommand]: (given: DebugArguments[Command]) => object | undefined | Promise<object | undefined>;
};

export type DebugReply = ReplyContent<"debug_request">;

/** A request that cannot be answered, in words for the user. */
export class DebugRequestError extends Error {
  override name = "DebugRequestError";
}

/** What of the protocol there is beside what every debugger has. */
export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ["."],
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsExceptionInfoRequest: true,
  supportsModulesRequest: true,
  supportsTerminateRequest: true,
  exceptionBreakpointFilters: [
    { filter: "raised", label: "Raised Exceptions", default: false, description: "Also those that are caught" },
    { filter: "uncaught", label: "Uncaught Exceptions", default: false },
  ],
};
