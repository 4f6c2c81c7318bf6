/** A variable as the executor lists it for the debugger; the fields are those of the Debug Adapter Protocol. */
export interface ListedVariable {
  name: string;
  value: string;
  type: string;
  /** Asks for what is inside; 0 where nothing is. */
  variablesReference: number;
  evaluateName?: string;
  indexedVariables?: number;
}

/** Which members of a long list are wanted. */
export interface VariableRange {
  start?: number;
  count?: number;
}
