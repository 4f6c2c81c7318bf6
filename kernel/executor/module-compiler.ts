/** The user's own files of TypeScript, as the JavaScript that is loaded in their place. The debugger asks too, to know a file's places before it is loaded. */
import { transformSync } from "oxc-transform";

const NEEDS_ESBUILD = /@[\w$([]|\baccessor\b|\busing\b/;

export function isTypeScript(path: string): boolean {
  return /\.(m|c)?tsx?$/.test(path);
}

/** TypeScript → JavaScript, like a cell (compiler/lowering.ts): oxc first, esbuild for what it leaves alone. */
export async function compileModule(path: string, source: string): Promise<{ code: string; map: string }> {
  if (!NEEDS_ESBUILD.test(source)) {
    const { code, map, errors } = transformSync(path, source, {
      sourceType: "module",
      target: "es2022",
      sourcemap: true,
    });
    const [error] = errors;
    if (!error) return { code, map: JSON.stringify(map) };
    if (!/not supported by Oxc/.test(error.message)) {
      throw new SyntaxError(`${path}: ${error.message}\n${error.codeframe ?? ""}`);
    }
  }
  const { transform } = await import("esbuild");
  const tsconfigRaw = { compilerOptions: { useDefineForClassFields: true } };
  const loader = path.endsWith("x") ? "tsx" : "ts";
  return transform(source, { loader, target: "es2022", sourcemap: "external", sourcefile: path, tsconfigRaw });
}
