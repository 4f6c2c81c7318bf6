/** Lines of equal value through a grid, by marching squares. */

/** Points of a line, in cells: x from 0 to columns − 1, y from 0 to rows − 1. */
export type Path = (readonly [x: number, y: number])[];

/** An end of a piece: where an edge of the grid is crossed. Edges are numbered so that neighbouring cells agree. */
type Crossing = number;

/**
 * The lines along which a field equals `level`, interpolated linearly along the edges of the grid. Where a cell is a saddle, the value of its middle
 * decides. Cells with a corner that is not finite have no line.
 *
 * @param rows Values, rows from y = 0.
 * @example isolines([[0, 0], [1, 1]], 0.5).length // 1
 */
export function isolines(rows: readonly (readonly number[])[], level: number): Path[] {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const neighbours = new Map<Crossing, Crossing[]>();
  const add = (from: Crossing, to: Crossing) => {
    const known = neighbours.get(from);
    if (known) known.push(to);
    else neighbours.set(from, [to]);
  };
  const link = (a: Crossing, b: Crossing) => {
    add(a, b);
    add(b, a);
  };
  for (let y = 0; y + 1 < height; y++) {
    const [lower, upper] = [rows[y]!, rows[y + 1]!];
    for (let x = 0; x + 1 < width; x++) {
      const isAbove = lower[x]! >= level;
      // Most cells: no line goes through.
      if (lower[x + 1]! >= level === isAbove && upper[x + 1]! >= level === isAbove && upper[x]! >= level === isAbove) {
        continue;
      }
      const corners = [lower[x]!, lower[x + 1]!, upper[x + 1]!, upper[x]!];
      if (!corners.every(Number.isFinite)) continue;
      // The edges of the cell: below, right, above, left. Even numbers are horizontal edges, odd ones vertical.
      const edges = [
        2 * (y * width + x),
        2 * (y * width + x + 1) + 1,
        2 * ((y + 1) * width + x),
        2 * (y * width + x) + 1,
      ];
      for (const [a, b] of pieces(corners, level)) link(edges[a]!, edges[b]!);
    }
  }
  const place = (edge: Crossing): readonly [number, number] => {
    const cell = edge >> 1;
    const [x, y] = [cell % width, Math.floor(cell / width)];
    const from = rows[y]![x]!;
    const to = edge % 2 === 0 ? rows[y]![x + 1]! : rows[y + 1]![x]!;
    const t = (level - from) / (to - from);
    return edge % 2 === 0 ? [x + t, y] : [x, y + t];
  };
  return chains(neighbours).map((chain) => chain.map(place));
}

/** Which edges of a cell a line joins. A corner equal to the level counts as above. */
function pieces(corners: readonly number[], level: number): [number, number][] {
  const above = corners.map((v) => v >= level);
  const crossed = [0, 1, 2, 3].filter((edge) => above[edge] !== above[(edge + 1) % 4]);
  if (crossed.length === 0) return [];
  if (crossed.length === 2) return [[crossed[0]!, crossed[1]!]];
  const middle = corners.reduce((a, b) => a + b, 0) / 4 >= level;
  // The lines cut off the corners that are not like the middle.
  return above[0] === middle
    ? [
        [0, 1],
        [2, 3],
      ]
    : [
        [3, 0],
        [1, 2],
      ];
}

/** Walks from crossing to crossing: first the lines with ends, then the closed ones. */
function chains(neighbours: Map<Crossing, Crossing[]>): Crossing[][] {
  const seen = new Set<Crossing>();
  const found: Crossing[][] = [];
  const walk = (start: Crossing) => {
    const chain = [start];
    seen.add(start);
    for (let at = start; ; ) {
      const next = neighbours.get(at)!.find((other) => !seen.has(other));
      if (next === undefined) break;
      chain.push(next);
      seen.add(next);
      at = next;
    }
    const closed = neighbours.get(start)!.length === 2 && chain.length > 2;
    found.push(closed ? [...chain, start] : chain);
  };
  for (const [edge, others] of neighbours) if (others.length === 1 && !seen.has(edge)) walk(edge);
  for (const edge of neighbours.keys()) if (!seen.has(edge)) walk(edge);
  return found;
}
