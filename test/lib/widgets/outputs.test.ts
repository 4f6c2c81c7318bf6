/** Outputs one below the other. */
import { describe, expect, test } from "@jest/globals";
import { Outputs } from "../../../lib/widgets/outputs.ts";

const bundle = (text: string) => ({ data: { "text/plain": text }, metadata: {} });

describe("outputs", () => {
  test("keep text of one stream together, and that of two apart", () => {
    const outputs = new Outputs();
    for (const text of ["a\n", "b\n"]) outputs.write("stdout", text);
    outputs.write("stderr", "c\n");
    outputs.write("stdout", "d\n");
    expect(outputs.list()).toEqual([
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "stream", name: "stderr", text: "c\n" },
      { output_type: "stream", name: "stdout", text: "d\n" },
    ]);
  });

  test("write over a line that returns to its start, as terminals do", () => {
    const outputs = new Outputs();
    for (const text of ["one\n1 %", "\r2 %", "\r", "3 %\r\n", "end"]) outputs.write("stdout", text);
    expect(String(outputs)).toBe("one\n3 %\nend");
  });

  test("hold the place of what is still being made", () => {
    const outputs = new Outputs();
    const slot = outputs.place("chart", { update: false });
    outputs.write("stdout", "after");
    expect(String(outputs)).toBe("after");
    slot!.fill(bundle("chart"));
    expect(String(outputs)).toBe("chart\nafter");
  });

  test("may be others later, where they stand; what is gone stays away", () => {
    const outputs = new Outputs();
    outputs.place("a", { update: false })!.fill(bundle("first"));
    outputs.write("stdout", "text\n");
    outputs.place("a", { update: true })!.fill(bundle("second"));
    expect(String(outputs)).toBe("second\ntext\n");
    outputs.clear({ wait: false });
    expect(outputs.place("a", { update: true })).toBeNull();
    expect(outputs.list()).toEqual([]);
  });

  test("stay until the next comes where they are told to wait", () => {
    const outputs = new Outputs();
    outputs.write("stdout", "old");
    outputs.clear({ wait: true });
    expect(String(outputs)).toBe("old");
    outputs.write("stdout", "new");
    expect(String(outputs)).toBe("new");
  });
});
