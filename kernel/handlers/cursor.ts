/** The protocol counts the cursor in code points; JavaScript's strings count in UTF-16 units. */
export interface Cursor {
  before: string;
  after: string;
  codePoint: number;
}

/** @param position In code points; the end of the code where it is missing or past it. */
export function cursorAt(code: string, position: number | undefined): Cursor {
  const points = [...code];
  const codePoint = Math.max(0, Math.min(position ?? points.length, points.length));
  return { before: points.slice(0, codePoint).join(""), after: points.slice(codePoint).join(""), codePoint };
}
