// What the search engine computes, without a page: words, queries, postings, slips, and a small index asked in every way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cuebookOf } from "./search-site.mjs";

/** Two entries with the words `late` (both), `parcel` (the first) and `lately` (the second); names are hashed titles. */
function index(engine) {
  const { hash } = engine.searchTerms;
  const map = {
    n: 2, cardsIn: 8, textsIn: 16, kinds: ["script", "guide"], ofKind: "AB", expires: [[1, "2001-01-01"]], terms: [["lat", "t0"], ["par", "t1"]],
    own: [], words: "w", facets: "f", cards: ["c"],
  };
  const late = `late;0,0ly;10;AUBK\n parcel;5;AU\n=${hash("late parcel")};A`;
  const card = (title, url, line, pairs) => [title, url, "Scripts", "A summary.", line, "", [], pairs, [["Say", "say"]]];
  return {
    "search.js": `cuebook.shelf("map", ${JSON.stringify(map)});`,
    "search/t0.js": `cuebook.shelf("t0", ${JSON.stringify(late)});`,
    "search/t1.js": `cuebook.shelf("t1", "parcel;0,0s;20;AU");`,
    "search/w.js": `cuebook.shelf("w", "0late,4ly,0parcel,6s");`,
    "search/f.js": `cuebook.shelf("f", [["tag:late parcels", "B"]]);`,
    "search/c.js": `cuebook.shelf("c", ${JSON.stringify(["x", [
      card("Late parcel", "late.html", "It is on its way.", [["Your parcel is late", "Let me look."]]), card("Lately", "lately.html", "", []),
    ]])});`,
    "search/x.js": `cuebook.shelf("x", [["", "The parcel is late.\\nIt comes."], ["", "Late again."]]);`,
  };
}

function engine() {
  const files = {};
  const asked = [];
  const made = cuebookOf((path) => {
    asked.push(path);
    if (!(path in files)) throw new Error(`there is no ${path}`);
    return files[path];
  });
  Object.assign(files, index(made));
  return { cuebook: made, files, asked };
}

/** Values of the page's world as ones of ours. */
const plain = (value) => JSON.parse(JSON.stringify(value));

test("text is cut into words as src/search/tokens.rs does", () => {
  const { words } = cuebookOf(() => "").searchWords;
  for (const [text, wanted] of [
    ["Where is my PARCEL, #42?", ["where", "is", "my", "parcel", "42"]],
    ["3.43.0", ["3", "43", "0"]],
    ["  …!? ", []],
    ["don't can’t customers’", ["dont", "cant", "customers"]],
    ["l’entrée qu'il I'm 'o' ''", ["l", "entree", "qu", "il", "i", "m", "o"]],
    ["Übergröße ŁÓDŹ Ærø Ｆｕｌｌ", ["ubergrosse", "lodz", "aero", "full"]],
    ["한국어 हिन्दी", ["한국어", "हिन्दी"]],
    ["ΛΟΓΟΣ λόγος", ["λογοσ", "λογοσ"]],
    ["返品できますか", ["返品", "品で", "でき", "きま", "ます", "すか"]],
    ["税 VAT税率", ["税", "vat", "税率"]],
    ["คืนเงิน", ["คื", "ืน", "นเ", "เง", "งิ", "ิน"]],
  ]) assert.deepEqual(plain(words(text)), wanted, text);
});

test("a query is words, phrases and filters, as src/search/query.rs has it", () => {
  const { parse } = cuebookOf(() => "").searchWords;
  for (const [typed, words, phrases, filters, open] of [
    ["Where is my parc", ["where", "is", "my", "parc"], [], [], true],
    ["late parcel?", ["late", "parcel"], [], [], false],
    ['"late parcel" kind:script', ["late", "parcel"], [["late", "parcel"]], ["kind:script"], false],
    ['Tag:"late parcels" refund', ["refund"], [], ["tag:late parcels"], true],
    ["unkind:script", ["unkind", "script"], [], [], true],
    ['"late parcel', ["late", "parcel"], [], [], true],
    ["kind: (.*+?^$", ["kind"], [], [], false],
  ]) assert.deepEqual(plain(parse(typed)), { words, open, phrases, filters }, typed);
});

test("slips are counted, and no more than asked for", () => {
  const { slips } = cuebookOf(() => "").searchTerms;
  for (const [typed, meant, n] of [["refund", "refund", 0], ["refnud", "refund", 1], ["recieve", "receive", 1], ["howver", "however", 1], ["abcd", "wxyz", 3]]) {
    assert.equal(slips([...typed], [...meant], 2), n, typed);
  }
});

test("the best entry stands first, with its line, its sections and what was found", async () => {
  const { cuebook } = engine();
  const found = await cuebook.find("late parcel");
  assert.deepEqual(plain(found.results.map((result) => [result.url, result.kind])), [["late.html", "script"], ["lately.html", "guide"]]);
  assert.deepEqual(plain(found.results[0].line), { form: "try", text: "Let me look.", why: "Your parcel is late" });
  assert.deepEqual(plain([...found.counts]), [["script", 1], ["guide", 1]]);
  assert.deepEqual(plain(found.terms), ["late", "lately", "parcel", "parcels"]);
  assert.equal(found.didYouMean, null);
  assert.equal(await cuebook.excerpt(found.results[0]), "The parcel is late.");
  assert.deepEqual(plain(await cuebook.search("late parcel", { limit: 1 })).map((result) => result.title), ["Late parcel"]);
});

test("words that say little are not marked, but where there are no others", async () => {
  const { cuebook, files } = engine();
  files["search/t1.js"] = `cuebook.shelf("t1", "parcel;0,0s;20;AU\\nthe;0;!5;ABBC");`;
  files["search.js"] = files["search.js"].replace('"own":[]', '"own":[[["the"],"t1",0]]');
  const marked = async (query) => plain((await cuebook.find(query)).terms);
  assert.deepEqual(await marked("the parcel"), ["parcel", "parcels"]);
  assert.deepEqual(await marked("the"), ["the"]);
});

test("two words that stand together count more, with whichever of them they lie", async () => {
  const scores = [];
  for (const [late, parcel] of [["\n parcel;5;AU", ""], ["", "\n<late;5;AU"], ["", ""]]) {
    const { cuebook, files } = engine();
    files["search/t0.js"] = `cuebook.shelf("t0", ${JSON.stringify(`late;0,0ly;10;AUBK${late}`)});`;
    files["search/t1.js"] = `cuebook.shelf("t1", ${JSON.stringify(`parcel;0,0s;20;AU${parcel}`)});`;
    scores.push((await cuebook.find("late parcels")).results[0].score);
  }
  assert.equal(scores[0], scores[1]);
  assert.ok(scores[0] > scores[2], `${scores}`);
});

test("a word that has a file of its own needs no other, and completes what is being typed", async () => {
  const made = () => {
    const of = engine();
    of.files["search/o.js"] = `cuebook.shelf("o", "parcel;0,0s;20;AU");`;
    of.files["search.js"] = of.files["search.js"].replace('"own":[]', '"own":[[["parcel","parcels"],"o",1]]');
    of.files["search/t1.js"] = `cuebook.shelf("t1", "");`;
    return of;
  };
  const whole = made();
  assert.equal((await whole.cuebook.find("late parcels.")).results[0].title, "Late parcel");
  assert.deepEqual(whole.asked, ["search.js", "search/t0.js", "search/o.js", "search/c.js"]);
  assert.equal((await made().cuebook.find("late parc")).results[0].title, "Late parcel");
});

test("a name that was typed stands first, and an entry that has run out counts half", async () => {
  const { cuebook } = engine();
  const [first, second] = (await cuebook.find("late parcel")).results;
  assert.equal(first.score, (20 * 10 * 100 + 20 * 20 * 100 + 20 * 5 * 100 + 1e8) / 1e5);
  assert.deepEqual([second.score, second.expires], [(10 * 10 * 100) / 2 / 1e5, "2001-01-01"]);
});

test("a word that the book lacks is mended, and that is said", async () => {
  const { cuebook } = engine();
  assert.equal((await cuebook.find("Parcle?")).didYouMean, "parcel?");
  assert.equal((await cuebook.find("parceling ")).results[0].title, "Late parcel");
});

test("filters and phrases narrow", async () => {
  const { cuebook } = engine();
  const titles = async (query, options) => plain((await cuebook.find(query, options)).results.map((result) => result.title));
  assert.deepEqual(await titles("late kind:guide"), ["Lately"]);
  assert.deepEqual(await titles("late", { kind: "guide" }), ["Lately"]);
  assert.deepEqual(await titles('late tag:"late parcels"'), ["Lately"]);
  assert.deepEqual(await titles('tag:"late parcels"'), ["Lately"]);
  assert.deepEqual(await titles("late tag:nothing"), []);
  assert.deepEqual(await titles('"late parcel"'), ["Late parcel"]);
  assert.deepEqual(await titles('"parcel late"'), []);
});

test("what somebody said in quotation marks need not be what an entry says", async () => {
  const { cuebook } = engine();
  const found = await cuebook.find('"my parcel is late again"');
  const without = await cuebook.find("my parcel is late again");
  assert.deepEqual([found.isLoose, without.isLoose], [true, false]);
  assert.deepEqual(plain(found.results.map((result) => result.url)), plain(without.results.map((result) => result.url)));
  assert.equal((await cuebook.find('"late parcel" or so "late parcel"')).isLoose, false);
  assert.deepEqual(plain((await cuebook.find('"my parcel is late again" tag:nothing')).results), []);
});

test("nothing loads before the first call, and then only what is needed", async () => {
  const { cuebook, asked } = engine();
  assert.deepEqual(asked, []);
  await cuebook.ready();
  assert.deepEqual(asked, ["search.js"]);
  await cuebook.find("parcel");
  assert.deepEqual(asked, ["search.js", "search/t1.js", "search/c.js"]);
});

test("a word that begins as one of the book does needs no file of all words; any other needs that one", async () => {
  const { cuebook, asked } = engine();
  await cuebook.find("parcle ");
  assert.deepEqual(asked, ["search.js", "search/t1.js", "search/c.js"]);
  await cuebook.find("aprcel ");
  assert.deepEqual(asked, ["search.js", "search/t1.js", "search/c.js", "search/w.js"]);
});

test("whatever is typed has an answer", async () => {
  const { cuebook } = engine();
  for (const query of [
    "", " ", "__proto__", "constructor hasOwnProperty toString", "(.*)+[^$]\\", "\u202eparcel\u202c", "😀 🧑‍🚒", '"', '""', '"“late', "kind:", "tag:\"",
    "kind:__proto__", "tag:__proto__", "\ud800", "a".repeat(10_000), "late ".repeat(2_000), "'", "=late", "late;parcel\n late", " late",
  ]) {
    const found = await cuebook.find(query);
    assert.ok(Array.isArray(plain(found.results)), query.slice(0, 40));
  }
  assert.equal((await cuebook.find("zzzz")).total, 0);
});

test("a file that is gone is asked for by the new map, once, and then it is an error", async () => {
  const { cuebook, files, asked } = engine();
  await cuebook.ready();
  files["search.js"] = files["search.js"].replace('"t1"', '"t2"');
  files["search/t2.js"] = files["search/t1.js"].replace('"t1"', '"t2"');
  delete files["search/t1.js"];
  assert.equal((await cuebook.find("parcel")).results[0].title, "Late parcel");
  assert.deepEqual(asked.filter((path) => path === "search.js").length, 2);
  delete files["search/t2.js"];
  delete files["search/t0.js"];
  await assert.rejects(cuebook.find("late"), { message: /could not be loaded/ });
});
