/** The values and templates of displays that cells have in scope. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { bundleOf } from "../../../kernel/display/bundle.ts";
import { pictureType } from "../../../kernel/display/pictures.ts";
import { HTML, Image, Json, Latex, Markdown, SVG } from "../../../kernel/display/rich.ts";
import { html, md, tex } from "../../../kernel/display/templates.ts";

async function shown(value: unknown) {
  return bundleOf(value, (problem) => {
    throw new Error(problem);
  });
}

const hostile = `<img src=x onerror="alert('1')">`;

describe("html`…`", () => {
  test("escapes what is put in, and not what is written", () => {
    expect(html`<b title="${`"`}">${hostile}</b>`.source).toBe(
      '<b title="&quot;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;</b>',
    );
  });

  test("takes HTML and drawings as they are, lists one after the other, and nothing for null, undefined and false", () => {
    const items = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${null}${undefined}${false}${0}`.source).toBe(
      "<ul><li>a</li><li>&lt;b&gt;</li></ul>0",
    );
    expect(html`<p>${new SVG("<svg/>")}</p>`.source).toBe("<p><svg/></p>");
  });

  test("takes values that show themselves as HTML", () => {
    const value = { [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>own</i>" }) };
    expect(html`<p>${value}</p>`.source).toBe("<p><i>own</i></p>");
  });
});

describe("md`…`", () => {
  test("takes what is put in for text", () => {
    expect(md`**${"a*b_c`d"}** ${"<script>"} ${"[x](javascript:y)"}`.source).toBe(
      "**a\\*b\\_c\\`d** &lt;script&gt; \\[x\\]\\(javascript:y\\)",
    );
  });

  test("takes Markdown, HTML and formulas as they are", () => {
    expect(md`${new Markdown("*a*")} ${new HTML("<b>b</b>")} ${new Latex("x^2")} ${tex`\\pi`}`.source).toBe(
      "*a* <b>b</b> $x^2$ $\\\\pi$",
    );
  });
});

test("tex`…` leaves backslashes alone and puts values in", async () => {
  const formula = tex`\frac{1}{${2}}`;
  expect(formula.source).toBe("\\frac{1}{2}");
  expect((await shown(formula)).data).toEqual({
    "text/latex": "$\\displaystyle \\frac{1}{2}$",
    "text/plain": "\\frac{1}{2}",
  });
  expect((await shown(new Latex("text with $x$"))).data["text/latex"]).toBe("text with $x$");
});

describe("a value that is markup", () => {
  test.each([
    [new HTML("<b>b</b>"), "text/html", "<b>b</b>"],
    [new Markdown("*m*"), "text/markdown", "*m*"],
  ])("shows itself in its own type and as text", async (value, type, text) => {
    expect((await shown(value)).data).toEqual({ [type]: text, "text/plain": text });
    expect(String(value)).toBe(text);
  });

  test("that is a drawing has a picture of twice the size beside it, and no image/svg+xml, which papers choke on", async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="10" height="5" fill="red"/></svg>';
    const { data } = await shown(new SVG(source));
    expect(Object.keys(data).sort()).toEqual(["image/png", "text/html", "text/plain"]);
    const png = Buffer.from(String(data["image/png"]), "base64");
    expect(pictureType(png)).toBe("image/png");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20, 10]);
  });

  test("that is a drawing no rasterizer understands is shown without a picture", async () => {
    expect(Object.keys((await shown(new SVG("<not-svg"))).data)).toEqual(["text/html", "text/plain"]);
  });

  test("that is JSON is a tree, folded unless asked otherwise", async () => {
    const value = { a: [1, { b: null }] };
    expect(await shown(new Json(value))).toEqual({
      data: { "application/json": value, "text/plain": JSON.stringify(value, null, 2) },
      metadata: { "application/json": { expanded: false } },
    });
    expect((await shown(new Json(value, { expanded: true }))).metadata).toEqual({
      "application/json": { expanded: true },
    });
  });
});

describe("an Image", () => {
  const gif = Buffer.from("GIF89a…");

  test("of bytes or of a file is that picture, in the size that is asked for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradbook-image-"));
    const path = join(folder, "a.gif");
    writeFileSync(path, gif);
    for (const source of [gif, path, `file://${path}`]) {
      expect(await shown(new Image(source, { width: 40 }))).toEqual({
        data: { "image/gif": gif.toString("base64"), "text/plain": `image/gif, ${gif.length} bytes` },
        metadata: { "image/gif": { width: 40 } },
      });
    }
    rmSync(folder, { recursive: true });
  });

  test("of an address is left to the front end, escaped", async () => {
    const { data } = await shown(new Image(new URL('https://x.org/a.png?q="><script>'), { height: 5 }));
    expect(data["text/html"]).toBe('<img src="https://x.org/a.png?q=%22%3E%3Cscript%3E" height="5">');
    expect((await shown(new Image(`data:image/png,"onerror=x`))).data["text/html"]).toBe(
      '<img src="data:image/png,&quot;onerror=x">',
    );
  });

  test("of a file that is missing, or of no picture, is told as text", async () => {
    const problems: string[] = [];
    await bundleOf(new Image("/nowhere/a.png"), (problem) => problems.push(problem));
    await bundleOf(new Image(Buffer.from("text")), (problem) => problems.push(problem));
    expect(problems).toEqual([
      expect.stringContaining('Cannot show the picture "/nowhere/a.png": there is no such file'),
      expect.stringContaining("Cannot show 4 bytes as a picture: expected a PNG, JPEG, GIF or WebP"),
    ]);
  });
});
