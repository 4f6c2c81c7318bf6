/** What stands where something could not be drawn. */

/** What JupyterLab hands to a renderer: the bundle of the display. */
export interface DisplayModel {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Shows the picture that came with a value: it says more than a library's complaint.
 *
 * @throws What hindered the drawing, if there is no picture.
 */
export function showPicture(node: HTMLElement, { data }: DisplayModel, error: unknown): void {
  const picture = data["image/png"];
  if (typeof picture !== "string") throw error;
  const image = document.createElement("img");
  image.src = `data:image/png;base64,${picture}`;
  image.style.maxWidth = "100%";
  node.replaceChildren(image);
}
