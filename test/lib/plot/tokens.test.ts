/** Texts coloured by tokens: where the words stand. */
import { expect, test } from "@jest/globals";
import { plot } from "../../../lib/index.ts";

const places = (tokens: string[], width: number) => {
  const values = tokens.map(() => 1);
  const { data } = plot.tokens(tokens, values, { width }).spec as { data: { values: Record<string, number>[] } };
  return data.values;
};

test("is wrapped between words, never within one that fits into a line", () => {
  const letters = [..."one two three four"];
  const lines = places(letters, 80).map(({ line }) => line);
  const words = (line: number) => letters.filter((_, i) => lines[i] === line).join("");
  expect([0, 1].map(words)).toEqual(["one two ", "three four"]);
});

test("cuts a word that no line could hold", () => {
  const rows = places([..."incomprehensibilities"], 60);
  expect(Math.max(...rows.map(({ right }) => right!))).toBeLessThanOrEqual(60);
  expect(rows.at(-1)!.line).toBeGreaterThan(0);
});

test("begins a line after a line's end", () => {
  expect(places(["a\n", "b ", " c"], 200).map(({ line }) => line)).toEqual([0, 1, 1]);
});

test("sets words apart, and parts of words side by side", () => {
  const gap = (tokens: string[]) => places(tokens, 400)[1]!.left! - places(tokens, 400)[0]!.right!;
  expect(gap(["she", "told"])).toBeGreaterThan(0);
  expect(gap(["she", " told"])).toBe(0);
});

test("keeps the room of white space around letters, which no drawing writes", () => {
  const fromMiddle = ({ left, right, middle }: Record<string, number>) => middle! - (left! + right!) / 2;
  expect(fromMiddle(places(["The ", "cat"], 400)[0]!)).toBeLessThan(-1);
  expect(fromMiddle(places(["she", " told"], 400)[1]!)).toBeGreaterThan(1);
  expect(places([..."she told"], 400)[0]).not.toHaveProperty("middle");
});

test("leaves a token without a number uncoloured, but there", async () => {
  const svg = await plot.tokens(["she", "told", "him"], [1, Number.NaN, 0]).svg();
  expect(svg).toContain(">told<");
  expect(/<g class="mark-rect[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]?.match(/<path/g)?.length).toBe(2);
});

test("has a scale of colours below it, or none where it is not wanted", async () => {
  const scale = async (legend: boolean) =>
    (await plot.tokens(["she", "told"], [0, 1], { zLabel: "nats", legend }).svg()).includes(">nats<");
  expect(await scale(true)).toBe(true);
  expect(await scale(false)).toBe(false);
});
