/** Cascades in OpenCV's files. */
import { readFileSync } from "node:fs";
import { lazy } from "../lazy.ts";
import { Cascade, type CascadeNode, type CascadeStage, type WeakClassifier } from "./cascade.ts";
import type { HaarFeature, WeightedBox } from "./haar.ts";

const saxes = lazy<typeof import("saxes")>("saxes");

/** An element of a file, with what is in it. */
interface Element {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

function parse(xml: string): Element {
  const { SaxesParser } = saxes();
  const parser = new SaxesParser();
  const root: Element = { name: "", text: "", children: [] };
  const open = [root];
  parser.on("error", ({ message }) => {
    throw new RangeError(`Cannot read the cascade: ${message}`);
  });
  parser.on("opentag", ({ name }) => {
    const element: Element = { name, text: "", children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    open.at(-1)!.text += text;
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(xml).close();
  return root;
}

function child(element: Element, name: string): Element {
  const found = element.children.find((one) => one.name === name);
  if (!found) throw new RangeError(`Cannot read the cascade: there is no <${name}> in <${element.name}>`);
  return found;
}

function numbers(element: Element): number[] {
  const values = element.text.trim().split(/\s+/).map(Number);
  const odd = values.findIndex(Number.isNaN);
  if (odd >= 0) throw new RangeError(`Cannot read the cascade: <${element.name}> holds “${element.text.trim()}”`);
  return values;
}

const numberIn = (element: Element, name: string) => numbers(child(element, name))[0]!;

function featureOf(element: Element): HaarFeature {
  const tilted = element.children.find(({ name }) => name === "tilted");
  if (tilted && numbers(tilted)[0] !== 0) {
    throw new RangeError("Cannot read the cascade: it has tilted features, and only upright ones are supported");
  }
  const rectangles = child(element, "rects").children.map((rectangle): WeightedBox => {
    const [left, top, width, height, weight] = numbers(rectangle) as [number, number, number, number, number];
    return { left, top, width, height, weight };
  });
  return { rectangles };
}

function classifierOf(element: Element): WeakClassifier {
  const flat = numbers(child(element, "internalNodes"));
  const nodes = Array.from({ length: flat.length / 4 }, (_, i): CascadeNode => {
    const [left, right, feature, threshold] = flat.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    return { left, right, feature, threshold };
  });
  return { nodes, leaves: numbers(child(element, "leafValues")) };
}

function stageOf(element: Element): CascadeStage {
  return {
    threshold: numberIn(element, "stageThreshold"),
    classifiers: child(element, "weakClassifiers").children.map(classifierOf),
  };
}

/**
 * The cascade in the text of one of OpenCV's files: boosted trees over upright Haar features.
 *
 * @throws {RangeError} If the text is no such file, or its features are tilted or of another kind.
 * @see OpenCV's opencv_traincascade, whose format since version 2 this is.
 * @example
 * parseCascade(`<opencv_storage><cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType>
 *   <featureType>HAAR</featureType><height>4</height><width>4</width>
 *   <stages><_><stageThreshold>0.5</stageThreshold><weakClassifiers>
 *     <_><internalNodes>0 -1 0 0.1</internalNodes><leafValues>0 1</leafValues></_></weakClassifiers></_></stages>
 *   <features><_><rects><_>0 0 2 4 -1.</_><_>0 0 1 4 2.</_></rects></_></features>
 * </cascade></opencv_storage>`).size // [4, 4]
 */
export function parseCascade(xml: string): Cascade {
  const cascade = child(child(parse(xml), "opencv_storage"), "cascade");
  const kind = child(cascade, "featureType").text.trim();
  if (kind !== "HAAR") throw new RangeError(`Cannot read a cascade of ${kind} features: they must be HAAR`);
  return new Cascade({
    size: [numberIn(cascade, "height"), numberIn(cascade, "width")],
    features: child(cascade, "features").children.map(featureOf),
    stages: child(cascade, "stages").children.map(stageOf),
    // OpenCV passes over windows whose deviation is less than 10 of 255 levels.
    minDeviation: 10 / 255,
  });
}

/**
 * The cascade in one of OpenCV's files, as `parseCascade`.
 *
 * @param path For Debian's package opencv-data in /usr/share/opencv4/haarcascades.
 * @throws {RangeError} As `parseCascade`.
 * @example
 * const path = join(folder, "cascade.xml");
 * writeFileSync(path, "<opencv_storage></opencv_storage>");
 * check.throws("no cascade", () => readCascade(path), "there is no <cascade>")
 */
export function readCascade(path: string): Cascade {
  return parseCascade(readFileSync(path, "utf8"));
}
