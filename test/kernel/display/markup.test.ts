/** Markup and templates that cells have in scope. */
import { describe, expect, test } from "@jest/globals";
import { bundleOf } from "../../../kernel/display/bundle.ts";
import { Json } from "../../../kernel/display/json.ts";
import { HTML, Latex, Markdown, SVG } from "../../../kernel/display/markup.ts";
import { pictureType } from "../../../kernel/display/media-type.ts";
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

  test("that is a drawing is a picture for pages, since notebooks that are not trusted keep no other, and a PNG of twice the size for papers", async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="10" height="5" fill="red"/></svg>';
    const { data, metadata } = await shown(new SVG(source));
    expect(Object.keys(data).sort()).toEqual(["image/png", "text/html", "text/plain"]);
    const inside = /^<img style="[^"]*" src="data:image\/svg\+xml;base64,([^"]*)">$/.exec(String(data["text/html"]));
    expect(Buffer.from(inside![1]!, "base64").toString()).toContain('<rect width="10" height="5" fill="red"/>');
    const png = Buffer.from(String(data["image/png"]), "base64");
    expect(pictureType(png)).toBe("image/png");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20, 10]);
    expect(metadata).toEqual({ "image/png": { width: 10, height: 5 } });
  });

  test("that is a drawing without a namespace, as it may be in HTML, is drawn all the same", async () => {
    const { data } = await shown(new SVG('<svg width="4" height="4"><text>a</text></svg>'));
    const address = /base64,([^"]*)/.exec(String(data["text/html"]))![1]!;
    expect(Buffer.from(address, "base64").toString()).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(data).toHaveProperty(["image/png"]);
  });

  test("that is a drawing no rasterizer understands is left to the front end", async () => {
    const source = "<svg><b>&nbsp;</b></svg>";
    expect((await shown(new SVG(source))).data).toEqual({ "text/html": source, "text/plain": source });
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
