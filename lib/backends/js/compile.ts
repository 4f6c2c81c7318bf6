/**
 * Makes a loop of its own for each expression and element types. A shared loop that calls a function per element becomes megamorphic in V8 and
 * five to ten times slower; a loop compiled from text stays monomorphic. The texts come from `expressions.ts` alone, never from a user.
 */
import type { DType, TypedArray } from "../../dtype.ts";
import { helpers } from "./expressions.ts";

/** The loops of an expression for operands of certain types. */
export interface Loop {
  /** Runs over `count` elements that lie side by side in the output: its array and offset follow, and for each input array, offset and stride. */
  line(count: number, ...operands: (TypedArray | number)[]): void;
  /** Runs over `rows` × `columns` elements. Then for the output and each input: array, offset, row stride, column stride. */
  plane(rows: number, columns: number, ...operands: (TypedArray | number)[]): void;
}

const variables = ["x", "y", "z"];
const types: Readonly<Record<DType, number>> = { float32: 0, float64: 1, int32: 2, uint8: 3, bool: 4 };

/** The loops of one expression, by the types of its output and inputs: a list, because making a key of text would cost as much as a small op. */
export class Loops {
  private readonly made: (Loop | undefined)[] = [];
  /** The latest loop whose operands were all of one type, and that type: most programs have no other. */
  private latest: Loop | null = null;
  private type: DType | null = null;

  /**
   * @param arity The number of variables, named x, y and z.
   * @param single The expression where results are float32.
   */
  constructor(
    private readonly expression: string,
    private readonly arity: number,
    private readonly single: string = expression,
  ) {}

  of(out: DType, x: DType, y: DType = x, z: DType = x): Loop {
    const isOfOneType = x === out && y === out && z === out;
    if (isOfOneType && this.type === out) return this.latest!;
    const key = ((types[out] * 5 + types[x]) * 5 + types[y]) * 5 + types[z];
    this.made[key] ??= compileLoop(out === "float32" ? this.single : this.expression, this.arity, out);
    const loop = this.made[key];
    if (isOfOneType) {
      this.latest = loop;
      this.type = out;
    }
    return loop;
  }
}

function compileLoop(expression: string, arity: number, outType: DType): Loop {
  const inputs = variables.slice(0, arity);
  const all = ["out", ...inputs];
  // Stored in a Uint8Array, 2 would be a strange truth; and NaN, which JavaScript calls false, counts as true because it is not 0.
  const result = outType === "bool" ? `Number(${expression}) !== 0 ? 1 : 0` : expression;
  const rowsOf = (names: readonly string[]) => names.map((v) => `${v}At += ${v}Row`).join(", ");
  const stepsOf = (names: readonly string[]) => names.map((v) => `${v}I += ${v}Step`).join(", ");
  const body = `${inputs.map((v) => `const ${v} = $${v}[${v}I];`).join(" ")} $out[outI] = ${result};`;
  // Most calls are over few elements, where each argument counts.
  const source = `return {
    line(count, $out, outI, ${inputs.map((v) => `$${v}, ${v}I, ${v}Step`).join(", ")}) {
      for (const end = outI + count; outI < end; outI++, ${stepsOf(inputs)}) { ${body} }
    },
    plane(rows, columns, ${all.map((v) => `$${v}, ${v}At, ${v}Row, ${v}Step`).join(", ")}) {
      for (let i = 0; i < rows; i++, ${rowsOf(all)}) {
        for (let j = 0, ${all.map((v) => `${v}I = ${v}At`).join(", ")}; j < columns; j++, ${stepsOf(all)}) { ${body} }
      }
    },
  };`;
  return new Function(...Object.keys(helpers), source)(...Object.values(helpers)) as Loop;
}
