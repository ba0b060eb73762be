// The examples of CommonMark 0.31.2 keep their meaning through the whole pipeline.
//
// Each example is a page of a folder that is built; what stands on the page is compared with what the standard says, as
// trees of a browser. What is left out of the comparison, on both sides, is what the site adds to every page or leaves to
// its style: classes, ids, boxes around tables and prose, titles of links, and the level of the first heading (a page has
// one title). A link or picture that leads to no file of the folder is text: the examples have no files.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import spec from "commonmark-spec";
import { openBrowser } from "./browser.mjs";
import { PROGRAM } from "./sites.mjs";

const LANGUAGE = "the language of a block of code is letters, digits, +, - and _";
const UNKNOWN = "a tag that HTML does not know is left out, and what stands in it stays";
const BLANK = "a word in angle brackets that nothing closes is a blank to fill in, and is shown";
const COMPONENT = "an element with a capital is a component of MDX";
const NOT_ALLOWED = "no field of a form stands in an entry";
const COMMENT = "comments are cut out before anything is parsed";
const NEVER_SHOWN = "comments, instructions and declarations never reach a page";
const NAMED = "a link without words, and a picture that is missing and not described, has the name of its target";
const WIKILINK = "two brackets are a wikilink";
const UNENDED = "a tag or element that never ends takes nothing of what follows with it";
const BARE_ADDRESS = "a bare address is a link, as in GitHub's Markdown";

/** Why an example looks otherwise on purpose. */
const EXCEPTIONS = {
  144: LANGUAGE,
  150: UNKNOWN,
  156: UNENDED,
  157: UNENDED,
  163: COMPONENT,
  171: NOT_ALLOWED,
  173: UNENDED,
  177: COMMENT,
  201: BLANK,
  308: NEVER_SHOWN,
  309: NEVER_SHOWN,
  475: NAMED,
  484: NAMED,
  491: UNKNOWN,
  524: UNKNOWN,
  536: UNKNOWN,
  548: WIKILINK,
  559: WIKILINK,
  581: NAMED,
  590: WIKILINK,
  602: BARE_ADDRESS,
  608: BARE_ADDRESS,
  611: BARE_ADDRESS,
  613: BLANK,
  614: UNKNOWN,
  615: UNKNOWN,
  617: UNKNOWN,
  625: NEVER_SHOWN,
  626: NEVER_SHOWN,
  627: NEVER_SHOWN,
  628: NEVER_SHOWN,
  629: NEVER_SHOWN,
};

const folder = mkdtempSync(join(tmpdir(), "cuebook-commonmark-"));
after(() => rmSync(folder, { recursive: true }));

test("the examples of CommonMark keep their meaning, and each exception is one", async () => {
  assert.equal(spec.tests.length, 652);
  const name = (number) => `e${String(number).padStart(3, "0")}`;
  mkdirSync(join(folder, "pages"));
  for (const { number, markdown } of spec.tests) {
    writeFileSync(join(folder, "pages", `${name(number)}.md`), `---\ntitle: ${name(number)}\n---\n${markdown.replaceAll("→", "\t")}`);
  }
  const out = join(folder, "site");
  execFileSync(PROGRAM, ["build", "--root", join(folder, "pages"), "--out", out], {
    stdio: ["ignore", "ignore", "ignore"], env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  const examples = spec.tests.map(({ number, html }) => ({
    number, standard: html.replaceAll("→", "\t"), page: readFileSync(join(out, `${name(number)}.html`), "utf8"),
  }));
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const compared = await page.evaluate(compare, examples);
    const differ = compared.filter(({ same }) => !same);
    if (process.env.SHOW) {
      for (const { number, standard, got } of differ) console.log(`${number}\n  - ${JSON.stringify(standard)}\n  + ${JSON.stringify(got)}`);
    }
    assert.deepEqual(differ.map(({ number }) => String(number)), Object.keys(EXCEPTIONS));
  } finally {
    await browser.close();
  }
});

/** Runs in the browser: each example as the standard has it and as the page has it, in one form. */
function compare(examples) {
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const replace = (element) => element.replaceWith(...element.childNodes);

  function plain(root) {
    for (const element of [...root.querySelectorAll("script, style, iframe, svg, button")]) element.remove();
    for (const element of [...root.querySelectorAll("*")]) {
      const name = element.localName;
      const href = element.getAttribute("href") ?? "";
      const isAddress = /^(https?|mailto):/i.test(href);
      const isOurs = element.matches("div.prose, div.table, section, span.blank, .missing, .missing-link, .missing-picture, .external-mark");
      if (name === "img") element.replaceWith(element.getAttribute("alt") ?? "");
      else if (isOurs || (name === "a" && !isAddress) || element.matches("a.picture-link")) replace(element);
      else if (name === "h1") {
        const heading = element.ownerDocument.createElement("h2");
        heading.append(...element.childNodes);
        element.replaceWith(heading);
      }
    }
    for (const element of root.querySelectorAll("*")) {
      for (const { name } of [...element.attributes]) {
        if (!["href", "start"].includes(name) && !(name === "class" && element.localName === "code")) element.removeAttribute(name);
      }
      if (element.getAttribute("href")) element.setAttribute("href", decodeURI(encodeURI(decodeURI(element.href))));
    }
    root.normalize();
    // White space between blocks means nothing.
    const html = root.innerHTML;
    const block = "(?:p|h[1-6]|ul|ol|li|blockquote|pre|hr|div|table|thead|tbody|tr|td|th)";
    return html
      .replace(new RegExp(`\\s*(</?${block}(?: [^>]*)?>)\\s*`, "g"), "$1")
      .replace(/\s*<br>\s*/g, "<br>").replace(/[ \t]*\n[ \t]*/g, "\n").trim();
  }

  return examples.map(({ number, standard, page }) => {
    const body = parse(page).querySelector(".entry-body");
    for (const around of [...body.querySelectorAll("aside, footer, .footnotes, nav")]) around.remove();
    const expected = plain(parse(standard).body);
    const got = plain(body);
    return { number, standard: expected, got, same: expected === got };
  });
}
