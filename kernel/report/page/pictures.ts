/** In a report: puts something to be used where its picture stands. Where that fails, and where scripts are off, the picture stays. */

type Draw<T> = (value: T, element: HTMLElement) => Promise<unknown>;

/**
 * Draws each value of one kind that the page holds.
 *
 * @param kind What the places carry as `data-gradbook`.
 * @param draw Draws the value in the element, which stands in the page already, so that it has a width.
 */
export function replacePictures<T>(kind: string, draw: Draw<T>): void {
  document.addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll(`[data-gradbook="${kind}"]`)) void replace(place, draw);
  });
}

async function replace<T>(place: Element, draw: Draw<T>): Promise<void> {
  const source = place.querySelector('script[type="application/json"]');
  if (!source?.textContent) return;
  const element = document.createElement("div");
  place.append(element);
  try {
    await draw(JSON.parse(source.textContent) as T, element);
    place.querySelector("img")?.remove();
  } catch (error) {
    element.remove();
    console.error("A figure could not be drawn, so its picture stays:", error);
  }
}
