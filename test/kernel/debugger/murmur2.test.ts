import { expect, test } from "@jest/globals";
import { murmur2 } from "../../../kernel/debugger/murmur2.ts";

/** By `ipykernel.compiler.murmur2_x86` of ipykernel 7, with its own seed and with ours. */
const reference: [text: string, theirs: number, ours: number][] = [
  ["", 3990065800, 1902846484],
  ["a", 2167009006, 298375597],
  ["ab", 2805137849, 3904185587],
  ["abc", 3350977461, 1776143321],
  ["abcd", 804720481, 2549496228],
  ["abcde", 730143326, 32934201],
  ["const x: number = 1;", 1638040528, 3557025644],
  ["π = 3.14 // ≈", 1064408679, 3260271507],
  ['let s = "🙂";\nconsole.log(s);\n', 2349541659, 290921857],
];

test.each(reference)("%j has the hash that ipykernel gives it", (text, theirs, ours) => {
  expect(murmur2(text, 0xc70f6907)).toBe(theirs);
  expect(murmur2(text, 0x67726164)).toBe(ours);
});
