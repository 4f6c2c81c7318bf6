/** TypeScript, as the kernel needs it: cells made into scripts, and their types. */
import { CellCompiler } from "./cell.ts";
import type { TypecheckPolicy } from "./diagnostics.ts";
import { type TypeLibrary, TypeService } from "./service.ts";

export interface LanguageOptions {
  /** The notebook's folder. */
  folder: string;
  library: TypeLibrary | null;
  typecheck: TypecheckPolicy;
}

export interface LanguageEvents {
  /** The type checker runs, as this process. */
  checkerStarted(pid: number): void;
}

export class Language {
  readonly compiler = new CellCompiler();
  readonly types: TypeService;
  /** The notebook's. */
  readonly folder: string;
  typecheck: TypecheckPolicy;
  /** How many checks in a row failed for reasons of the checker's own. */
  checkFailures = 0;

  constructor({ folder, library, typecheck }: LanguageOptions, events: LanguageEvents) {
    this.types = new TypeService(folder, library, (pid) => events.checkerStarted(pid));
    this.folder = folder;
    this.typecheck = typecheck;
  }

  /** All variables are gone. */
  forget(): void {
    this.compiler.forget();
    this.types.forget();
  }
}
