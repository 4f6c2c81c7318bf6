/** The options that cells are checked with: ours, then the tsconfig.json of the notebook's folder, then what the way we check them demands. */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** What cells import a library by, and its declaration file. */
export interface TypeLibrary {
  name: string;
  types: string;
}

const nodeTypes = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));

/** What a notebook without a tsconfig.json is checked with. */
export function defaultConfig(notebook: string): string {
  return JSON.stringify({
    compilerOptions: {
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["esnext", "dom", "dom.iterable"],
      strict: true,
      // Notebooks are sketches: a parameter without a type is welcome.
      noImplicitAny: false,
      noImplicitThis: false,
      useUnknownInCatchVariables: false,
      skipLibCheck: true,
      resolveJsonModule: true,
      allowJs: true,
      types: ["node"],
      typeRoots: [join(notebook, "node_modules/@types"), nodeTypes],
    },
  });
}

/** Options of the user's own that ours would push aside. */
export interface UserOptions {
  paths?: Record<string, string[]>;
  rootDirs?: string[];
}

/**
 * @param bases Configurations to start from, the strongest last.
 * @param root The folder that stands for the root of the file system.
 */
export function cellConfig(
  bases: string[],
  files: string[],
  root: string,
  libraries: readonly TypeLibrary[],
  user: UserOptions,
  notebook: string,
): string {
  const paths = Object.entries(user.paths ?? {}).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => resolve(notebook, target)),
  ]);
  for (const { name, types } of libraries) paths.push([name, [types]]);
  return JSON.stringify({
    extends: bases,
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
      allowImportingTsExtensions: true,
      moduleDetection: "force",
      isolatedDeclarations: false,
      // What a cell declares is exported for the cells that follow, so that nothing in it is unused for certain.
      verbatimModuleSyntax: false,
      rootDirs: ["/", root, ...(user.rootDirs ?? []).map((folder) => resolve(notebook, folder))],
      paths: Object.fromEntries(paths),
    },
    files,
    include: [],
  });
}
