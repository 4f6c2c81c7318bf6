/** How an eye sees a box in space: vectors, and their places in a picture. */

/** Three coordinates. */
export type Vector = readonly [x: number, y: number, z: number];

/** Room for words around the box, in pixels. */
const room = { left: 58, right: 34, top: 34, bottom: 40 } as const;

/** An eye that looks at the middle of the box, near enough to fill the picture. */
export class View {
  private readonly forward: Vector;
  private readonly right: Vector;
  private readonly up: Vector;
  private scale = 1;
  private shift: readonly [x: number, y: number] = [0, 0];

  constructor(
    readonly eye: Vector,
    half: Vector,
    size: { width: number; height: number },
  ) {
    this.forward = unit(minus([0, 0, 0], eye));
    this.right = unit(cross(this.forward, [0, 0, 1]));
    this.up = cross(this.right, this.forward);
    const corners = Array.from({ length: 8 }, (_, c) =>
      this.project([1, 2, 4].map((bit, i) => (c & bit ? half[i]! : -half[i]!)) as unknown as Vector),
    );
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const [width, height] = [size.width - room.left - room.right, size.height - room.top - room.bottom];
    this.scale = Math.min(width / (x1 - x0), height / (y1 - y0));
    this.shift = [
      room.left + width / 2 - (this.scale * (x0 + x1)) / 2,
      room.top + height / 2 - (this.scale * (y0 + y1)) / 2,
    ];
  }

  /** Pixels, and the distance. */
  project(point: Vector): Vector {
    const from = minus(point, this.eye);
    const depth = dot(from, this.forward);
    const [x, y] = [dot(from, this.right) / depth, -dot(from, this.up) / depth];
    return [this.scale * x + this.shift[0], this.scale * y + this.shift[1], depth];
  }
}

/** The difference of two vectors. */
export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** The scalar product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The vector product. */
export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The vector of length 1 in the same direction. */
export function unit(a: Vector): Vector {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
