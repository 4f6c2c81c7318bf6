/** KaTeX's extension that finds formulas in text; it comes without types. */
declare module "katex/contrib/auto-render" {
  interface Options {
    delimiters: readonly { left: string; right: string; display: boolean }[];
    throwOnError: boolean;
  }
  export default function renderMathInElement(element: HTMLElement, options: Options): void;
}
