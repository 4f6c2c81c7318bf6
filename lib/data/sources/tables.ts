/** Classic tables, which come with the library whole. */
import { fromData } from "../../creation.ts";
import { div, sub } from "../../ops/arithmetic.ts";
import { select, slice } from "../../ops/indexing.ts";
import { mean, norm } from "../../ops/reduction.ts";
import { reshape } from "../../ops/shape.ts";
import { numbers, parseCsv, type Table } from "../readers/csv.ts";
import { readText } from "../readers/files.ts";
import { samplePath } from "./places.ts";

/** A table, and where it is from. */
export interface SourcedTable extends Table {
  /** Where the data are from. */
  readonly source: string;
}

const source = "comes with gradbook, from scikit-learn (BSD-3-Clause)";

function rowsOf(name: string, delimiter = ",") {
  return parseCsv(readText(samplePath(`${name}.csv.gz`)), { header: false, delimiter }).rows;
}

function matrix(rows: readonly (readonly string[])[]) {
  const columns = rows[0]!.map((_, i) => i);
  return numbers(rows, columns, (row) => {
    throw new RangeError(`Cannot read row ${row + 1} of a table that comes with gradbook: the file is damaged`);
  });
}

/** A table whose last column is the class. */
function classified(
  rows: readonly (readonly string[])[],
  features: readonly string[],
  classes: readonly string[],
): SourcedTable {
  const all = matrix(rows);
  const last = features.length;
  const y = fromData(Int32Array.from(select(all, 1, last).data));
  return { x: slice(all, null, [0, last]).clone(), y, features, classes, source };
}

/** A table whose first line says how many samples and features there are, and names the classes. */
function named(name: string, features: readonly string[]): SourcedTable {
  const lines = readText(samplePath(`${name}.csv.gz`)).split("\n");
  const classes = lines[0]!.trim().split(",").slice(2);
  const { rows } = parseCsv(lines.slice(1).join("\n"), { header: false });
  return classified(rows, features, classes);
}

/**
 * Handwritten digits: 1,797 of 8 × 8 points, blackness 0 to 16.
 *
 * Shapes: x `(1797, 64)` float32, or `(1797, 1, 8, 8)` as images; y `(1797)` int32.
 *
 * @param options `images`: whether each sample is a picture of one channel, rather than a row; default false.
 * @see Alpaydin and Kaynak (1998), the test set of the UCI repository's optical digits; sklearn's load_digits.
 * @example digits().x.shape // [1797, 64]
 */
export function digits(options: { images?: boolean } = {}): SourcedTable {
  const features = Array.from({ length: 64 }, (_, i) => `pixel ${Math.floor(i / 8)} ${i % 8}`);
  const table = classified(rowsOf("digits"), features, [..."0123456789"]);
  return options.images ? { ...table, x: reshape(table.x, [-1, 1, 8, 8]) } : table;
}

/**
 * Iris flowers: 150 of three kinds by length and width of sepals and petals, in cm.
 *
 * Shapes: x `(150, 4)` float32, y `(150)` int32.
 *
 * @see Fisher (1936); sklearn's load_iris.
 * @example iris().classes // ["setosa", "versicolor", "virginica"]
 */
export function iris(): SourcedTable {
  return named("iris", ["sepal length", "sepal width", "petal length", "petal width"]);
}

/**
 * Wines: 178 of three growers by 13 chemical measurements.
 *
 * Shapes: x `(178, 13)` float32, y `(178)` int32.
 *
 * @see Forina and others (1988); sklearn's load_wine.
 * @example wine().x.shape // [178, 13]
 */
export function wine(): SourcedTable {
  return named("wine", [
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "OD280/OD315 of diluted wines",
    "proline",
  ]);
}

const measures = [
  "radius",
  "texture",
  "perimeter",
  "area",
  "smoothness",
  "compactness",
  "concavity",
  "concave points",
  "symmetry",
  "fractal dimension",
];

/**
 * Breast tumours: 569, malignant (0) or benign (1), by 30 measures of cell nuclei: mean, error and worst of ten.
 *
 * Shapes: x `(569, 30)` float32, y `(569)` int32.
 *
 * @see Street, Wolberg and Mangasarian (1993); sklearn's load_breast_cancer.
 * @example breastCancer().classes // ["malignant", "benign"]
 */
export function breastCancer(): SourcedTable {
  const features = [
    ...measures.map((name) => `mean ${name}`),
    ...measures.map((name) => `${name} error`),
    ...measures.map((name) => `worst ${name}`),
  ];
  return named("breast_cancer", features);
}

/**
 * Diabetes: how it went on in a year for 442 patients, from age, sex, body mass, blood pressure and six blood values.
 *
 * Shapes: x `(442, 10)`, y `(442)`, both float32.
 *
 * @param options `scaled`: whether each feature has mean 0 and length 1, as usual; default true.
 * @see Efron, Hastie, Johnstone and Tibshirani (2004); sklearn's load_diabetes.
 * @example diabetes().features // ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
 */
export function diabetes(options: { scaled?: boolean } = {}): SourcedTable {
  const { scaled = true } = options;
  const raw = matrix(rowsOf("diabetes_data_raw", " "));
  const y = reshape(matrix(rowsOf("diabetes_target")), [-1]);
  const features = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];
  if (!scaled) return { x: raw, y, features, classes: [], source };
  // In double precision, so that nothing is lost where values are nearly equal.
  const centered = sub(raw.to("float64"), mean(raw.to("float64"), { dim: 0 }));
  const x = div(centered, norm(centered, { dim: 0 })).to("float32");
  return { x, y, features, classes: [], source };
}
