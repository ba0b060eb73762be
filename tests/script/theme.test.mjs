// What the theme's script computes, without a page: copied words, summaries, dates, and what a filter keeps.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const cuebook = load([], "00-cuebook.js", "20-copy.js", "40-ticks.js", "50-dates.js", "87-search-filter.js");

test("a copied line has no quotation marks around it", () => {
  for (const [typed, copied] of [
    ['"May I add something?"', "May I add something?"],
    ["„Darf ich kurz?“", "Darf ich kurz?"],
    ["« Puis-je aider ? »", "Puis-je aider ?"],
    ['  Say "now", then wait. ', 'Say "now", then wait.'],
    ["I'm here", "I'm here"],
  ]) assert.equal(cuebook.unquoted(typed), copied);
});

test("a list is copied as text that can be pasted into a message", () => {
  const items = [{ done: true, text: "Headset on" }, { done: false, text: "Record open" }];
  assert.equal(cuebook.summary("Before the call", "1 of 2", items), "Before the call (1 of 2)\n[x] Headset on\n[ ] Record open");
});

test("a day is the reader's own, whatever the hour", () => {
  assert.equal(cuebook.isoDay(new Date(2026, 0, 2, 23, 59)), "2026-01-02");
  assert.equal(cuebook.isoDay(new Date(2026, 10, 12, 0, 1)), "2026-11-12");
});

test("news is old after thirty days", () => {
  assert.equal(cuebook.isOld("2026-10-23", "2026-11-22"), false);
  assert.equal(cuebook.isOld("2026-10-22", "2026-11-22"), true);
});

test("a filter keeps what has every word, in any order, whatever the case and the accents", () => {
  assert.ok(cuebook.matches("Réparation en retard", "retard repar"));
  assert.ok(cuebook.matches("Return refused", ""));
  assert.ok(!cuebook.matches("Return refused", "return accepted"));
});

test("only what lies beside our own script is loaded", () => {
  const asked = [];
  const ours = load(asked, "00-cuebook.js");
  ours.load("nav.js");
  assert.deepEqual(asked, ["https://desk.example/book/nav.js"]);
  for (const foreign of ["https://example.org/nav.js", "//example.org/nav.js", "../../nav.js"]) {
    assert.throws(() => ours.load(foreign), { name: "TypeError" }, foreign);
  }
});

/** The theme's `cuebook` after these of its files, in a page at https://desk.example/book/ that notes what it is asked to load. */
function load(asked, ...names) {
  const tag = { dataset: { site: "test", root: "" }, src: "https://desk.example/book/cuebook.js" };
  const page = vm.createContext({
    URL, window: {}, location: { href: "https://desk.example/book/index.html" }, addEventListener() {},
    document: {
      getElementById: (id) => (id === "cuebook" ? tag : null),
      createElement: () => ({}),
      head: { append: (script) => asked.push(script.src) },
    },
  });
  for (const name of names) {
    const path = fileURLToPath(new URL(`../../themes/default/js/${name}`, import.meta.url));
    vm.runInContext(readFileSync(path, "utf8"), page, { filename: path });
  }
  return page.cuebook;
}
