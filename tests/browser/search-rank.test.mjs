// The script of a site ranks like the program: the same entries, in the same order, with the same scores.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cuebookAt } from "../script/search-site.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = process.env.CUEBOOK ?? join(PROJECT, "target/debug/cuebook");
/** The reader's own day, by which the script judges what has run out. */
const TODAY = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 10);

/** Whole sentences, half words, slips, filters, phrases, and what nobody should type. */
const QUERIES = [
  "the customer wants to speak to a manager", "my colleague looked stuck", "wher is my repare", "escal", "quiet offer", "return refu", "unhelpfullness",
  "Um Hilfe bitten", "kind:script angry", 'tag:"returns" money', "situation:\"customer is angry\"", '"the rule says no"', '"step in" kind:guide', "a",
  "what is", "how long does it take", "__proto__", "constructor", "(.*)+?", "\u202eangry\u202c", "😀", "late late late", "naïve café", "x".repeat(40), "don't know", "swears at me", "reinstall",
  "x".repeat(10_000), "late parcel ".repeat(800), "a\u0301\u0301".repeat(2_000), "返品".repeat(3_000), '"late" "parcel', "kind:__proto__ parcel",
];

let folder;
before(async () => { folder = await mkdtemp(join(tmpdir(), "cuebook-search-")); });
after(() => rm(folder, { recursive: true }));

test("the shipped playbook", () => check("shipped", PROJECT, QUERIES));

test("made-up books, small and in many files, in scripts with and without spaces", async () => {
  for (const [n, words] of [[3, 40], [60, 300], [400, 2_000]]) {
    const { root, queries } = await madeUp(n, words);
    await check(`made-up-${n}`, root, queries);
  }
});

/** Builds a book and asks both rankers. */
function check(name, root, queries) {
  const out = join(folder, `${name}-site`);
  run(["build", "--root", root, "--out", out, "--today", TODAY]);
  const lines = run(["search", "-", "--root", root, "--format", "json", "--limit", "20", "--today", TODAY], queries.join("\n"));
  const wanted = lines.trim().split("\n").map((line) => JSON.parse(line));
  return Promise.all(queries.map(async (query, at) => {
    const found = await cuebookAt(out).find(query, { limit: 20 });
    const rows = (results) => results.map((result) => `${result.score} ${result.url}`);
    assert.equal(found.total, wanted[at].total, query);
    assert.deepEqual([...rows([...found.results])], rows(wanted[at].results), query);
  }));
}

function run(args, input = "") {
  try {
    return execFileSync(PROGRAM, args, { input, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
  } catch (failed) {
    // Mistakes in the content, and queries that find nothing, end with 1.
    if (failed.status === 1) return failed.stdout;
    throw failed;
  }
}

/** A book of `n` entries over so many made-up words, and queries of those words, some of them spoilt. */
async function madeUp(n, words) {
  let seed = 1;
  const random = (below) => {
    // Park and Miller 1988: the same book on every machine.
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const letters = "etaoinshrdlu";
  const odd = ["café", "Übergröße", "返品", "お客様", "คืนเงิน", "don’t", "3.43", "naïve", "ОБМЕН"];
  const all = Array.from({ length: words }, (_, at) => {
    if (at < odd.length) return odd[at];
    return Array.from({ length: 2 + random(8) }, () => letters[random(letters.length)]).join("") + ["", "s", "ing", "ed"][random(4)];
  });
  // Some words are everywhere and most are rare, as in any text.
  const word = () => all[random(1 + random(all.length))];
  const line = (length) => Array.from({ length }, word).join(" ");
  const root = join(folder, `made-up-${n}`);
  await mkdir(join(root, "content"), { recursive: true });
  await writeFile(join(root, "book.toml"), `[book]\ntitle = "Made up"\n\n[search]\nstop-words = ["${all[20]}"]\n\n[search.synonyms]\n"${all[21]} ${all[22]}" = "${all[23]}"\n"moneyback" = "${all[24]}"\n`);
  for (let at = 0; at < n; at++) {
    const text = [
      "---", `title: ${line(1 + random(4))}`, `tags: [${line(1)}]`, at % 7 === 0 ? `valid-until: 20${10 + random(40)}-01-01` : "status: ready", "---", "",
      line(10 + random(60)), "", `## ${line(2)}`, "", line(20),
    ];
    await writeFile(join(root, "content", `entry-${at}.md`), `${text.join("\n")}\n`);
  }
  const spoilt = (typed) => typed.slice(0, 1 + random(typed.length)) + letters[random(12)] + typed.slice(2 + random(typed.length));
  const queries = Array.from({ length: 120 }, (_, at) => {
    const asked = line(1 + random(6));
    return [asked, asked.slice(0, -1), spoilt(asked), `"${line(2)}" ${asked}`, `${all[21]} ${all[22]} moneyback ${asked}`][at % 5];
  });
  return { root, queries };
}
