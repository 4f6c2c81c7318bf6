/** A tensor as the list of its rows: `x[0]`, `x[-1]`, `x[1][2]`. */
import { select } from "./ops/indexing.ts";
import { Tensor } from "./tensor.ts";

declare module "./tensor.ts" {
  interface Tensor {
    /**
     * The slice at a place along dimension 0, as a view: `x[i]` is `x.select(0, i)`; negative places count from the end.
     *
     * @throws {RangeError} If there is no such place, or no dimension.
     * @example tensor([[1, 2], [3, 4]])[-1].toArray() // [3, 4]
     */
    readonly [row: number]: Tensor;
  }
}

const PLACE = /^(?:0|-?[1-9]\d*)$/;

const placeOf = (key: PropertyKey): number | null => (typeof key === "string" && PLACE.test(key) ? Number(key) : null);

/**
 * What a tensor does not have itself is looked for here: so every place is there, without an element of its own on each tensor. Names that a tensor has are
 * found before, at no cost. (That tensors are not iterable as well has a reason: Jest and its like compare what is iterable by iterating, and the rows of a
 * recorded tensor lead back to it without end. `unbind()` gives the list.)
 */
const places = new Proxy(
  {},
  {
    get(target, key, tensor: unknown) {
      const place = placeOf(key);
      return place === null || !(tensor instanceof Tensor)
        ? Reflect.get(target, key, tensor)
        : select(tensor, 0, place);
    },
    set(target, key, value, tensor: unknown) {
      const place = placeOf(key);
      if (place === null) return Reflect.set(target, key, value, tensor);
      throw new TypeError(`Cannot assign to the row ${place} of a tensor: copy into it with x[${place}].copy_(values)`);
    },
  },
);
Object.setPrototypeOf(Tensor.prototype, places);
