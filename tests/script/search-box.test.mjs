// What the search box computes, without a page: where hits stand in a text, and who is on now.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const cuebook = load("80-search-marks.js", "81-search-hours.js", "82-search-rows.js");

/** A text with its hits in brackets. */
function marked(text, ...terms) {
  return cuebook.marked(text, cuebook.hitPattern(terms)).map((piece) => (typeof piece === "string" ? piece : `[${piece.mark}]`)).join("");
}

test("hits are whole words, in any case", () => {
  assert.equal(marked("Return, and returning; a RETURN", "return"), "[Return], and returning; a [RETURN]");
  assert.equal(marked("a repaired repair", "repair", "repaired"), "a [repaired] [repair]");
  assert.equal(marked("Ärger über Überraschung", "über"), "Ärger [über] Überraschung");
  assert.equal(marked("I don’t know", "don't"), "I [don’t] know");
});

test("scripts without spaces between words are hit anywhere", () => {
  assert.equal(marked("お電話ありがとう", "電話"), "お[電話]ありがとう");
});

test("terms are words, never patterns", () => {
  assert.equal(marked("a.b (c) x", ".", "(c", "[", "a|x", "\\"), "a.b [(c]) x");
  assert.equal(marked("nothing", ""), "nothing");
  assert.equal(marked("nothing"), "nothing");
});

test("an address carries the words to mark before its heading", () => {
  assert.equal(cuebook.withTerms("../a.html#b", ["x", "y z"]), "../a.html?h=x+y+z#b");
  assert.equal(cuebook.withTerms("a.html", []), "a.html");
});

test("who is on now, by hours as people type them", () => {
  const monday = "2026-11-23", saturday = "2026-11-28", sunday = "2026-11-29";
  for (const [hours, day, time, on] of [
    ["Mon-Fri 08:00-20:00", monday, "08:00", true],
    ["Mon-Fri 08:00-20:00", monday, "20:00", false],
    ["Mon-Fri 08:00-20:00", saturday, "12:00", false],
    ["Mon–Fri 8–20, Sat 9–14", saturday, "13:59", true],
    ["Mon to Fri 9 to 17", monday, "16:59", true],
    ["Mon, Wed, Fri 9-12", monday, "10:00", true],
    ["Tue, Thu 9-12", monday, "10:00", false],
    ["Mon-Fri 9-12, 13-17", monday, "12:30", false],
    ["Mon-Fri 9-12, 13-17", monday, "13:30", true],
    ["weekdays 8am-5pm", monday, "16:00", true],
    ["daily 22:00-06:00", sunday, "23:00", true],
    ["daily 22:00-06:00", sunday, "05:00", true],
    ["Sat 22:00-06:00", sunday, "05:00", true],
    ["Sat-Mon 0900-1700", sunday, "09:30", true],
    ["Sundays 10:00-noon", sunday, "11:00", true],
    ["24/7", sunday, "03:00", true],
    ["Mo-Fr 8-18 Uhr", monday, "10:00", true],
    ["lun-ven 8:00-18:00", monday, "10:00", true],
    ["Mon-Fri 8-20 except holidays", monday, "10:00", null],
    ["ask the desk", monday, "10:00", null],
    ["Mon-Fri", monday, "10:00", null],
    ["Mon-Fri 8-99", monday, "10:00", null],
  ]) assert.equal(cuebook.isOn(hours, new Date(`${day}T${time}:00`), "fr"), on, `${hours} on ${day} at ${time}`);
});

/** These files of the theme, with elements that are plain objects. */
function load(...names) {
  const page = vm.createContext({ Intl, Date, URLSearchParams, cuebook: { make: (name, _, content) => ({ [name]: content }) } });
  for (const name of names) {
    const path = fileURLToPath(new URL(`../../themes/default/js/${name}`, import.meta.url));
    vm.runInContext(readFileSync(path, "utf8"), page, { filename: path });
  }
  return page.cuebook;
}
