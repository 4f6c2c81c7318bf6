/** What JupyterLab's page is made of, as far as we need it. */

/** The class of JupyterLab's that everything on its page is. */
export type LuminoWidget = new () => { readonly node: HTMLElement; onResize(message: unknown): void; dispose(): void };
