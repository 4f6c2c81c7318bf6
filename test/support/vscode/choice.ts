/** Which form of an output VS Code shows: the Jupyter extension sorts them, and the editor takes the first that somebody renders. */

/** The order of the Jupyter extension; a type that it has no place for comes last. */
const order = [
  "application/vnd.*",
  "application/vdom.*",
  "application/geo+json",
  "application/x-nteract-model-debug+json",
  "text/html",
  "application/javascript",
  "image/gif",
  "text/latex",
  "text/markdown",
  "image/svg+xml",
  "image/png",
  "image/jpeg",
  "application/json",
  "text/plain",
];

/** What the editor, or the renderers' extension, which comes with the Jupyter extension, says that it renders. */
const rendered = new Set([
  ...order.filter((type) => !type.endsWith("*")),
  "application/vdom.v1+json",
  "application/vnd.dataresource+json",
  "application/vnd.plotly.v1+json",
  ...[2, 3, 4, 5].map((version) => `application/vnd.vega.v${version}+json`),
  ...[1, 2, 3, 4, 5].map((version) => `application/vnd.vegalite.v${version}+json`),
]);

/** @returns undefined where nobody renders any of them. */
export function chosenType(bundle: Readonly<Record<string, unknown>>): string | undefined {
  const place = (type: string) => {
    const found = order.findIndex((pattern) => matches(pattern, type));
    return found < 0 ? order.length : found;
  };
  return Object.keys(bundle)
    .sort((a, b) => place(a) - place(b))
    .find((type) => rendered.has(type));
}

/** Whether a type is the one named, or begins like it up to the `*`. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
