/** What a chart is made of when Vega has laid it out, as far as we look at it; its own types keep silent about it. */

/** A thing that Vega places: a point, a letter, a group with marks of its own. */
export interface SceneItem {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  opacity?: number;
  fill?: unknown;
  fillOpacity?: number;
  stroke?: unknown;
  strokeOpacity?: number;
  readonly strokeWidth?: number;
  /** Of images. */
  url?: string;
  /** Whether an image's pixels are blended where it is larger. */
  smooth?: boolean;
  /** What has come from there. */
  image?: { readonly url: string; readonly src: string; complete: boolean; width: number; height: number };
  shape?: unknown;
  size?: number;
  readonly bounds?: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly items?: readonly SceneMark[];
}

/** Things of one kind. */
export interface SceneMark {
  marktype: string;
  clip?: unknown;
  interactive?: boolean;
  items: SceneItem[];
}
