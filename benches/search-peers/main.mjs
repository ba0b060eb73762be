// Measures the search of built sites in Chromium, beside peers on the same pages; `run` says how it is called.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { engines } from "./engines.mjs";
import { ask, askInTurns, firstAnswer, fromFiles, heap, onSlowLine, open, openBrowser, serve } from "./reader.mjs";
import { FORMS, madeUp, ndcg, setIn } from "./sets.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Queries that are typed key by key. */
const TYPED = 3;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { cuebook: { type: "string" }, queries: { type: "string" }, entries: { type: "string", multiple: true } },
});
const folders = [...positionals, ...(process.env.CUEBOOK_SETS ?? "").split(":").filter(Boolean)];
const sizes = (options.entries ?? ["1000", "10000"]).map(Number).filter(Boolean);
const program = resolve(options.cuebook ?? built());
const work = await mkdtemp(join(tmpdir(), "cuebook-search-peers-"));
const browser = await openBrowser();
try {
  for (const folder of folders) await quality(await setIn(resolve(folder), work, Number(options.queries ?? Infinity)));
  for (const size of sizes) await costs(await madeUp(size, work));
} finally {
  await browser.close();
  await rm(work, { recursive: true });
}

/** How well the engines rank the documents of a set, and how long an answer takes. */
async function quality(set) {
  const rows = await withReaders(set, async (all, readers) => {
    const answers = new Map();
    for (const form of FORMS) answers.set(form, await askInTurns(readers.map((reader) => reader.page), set.queries.map((query) => query[form])));
    return Promise.all(all.map(async (engine, n) => {
      const scores = FORMS.map((form) => mean(set.queries.map((query, at) => ndcg(answers.get(form)[n][at].ids, query.grades))));
      const times = FORMS.flatMap((form) => answers.get(form)[n].map((answer) => answer.ms));
      const asked = FORMS.flatMap((form) => set.queries.map((query) => query[form]));
      const known = FORMS.flatMap((form) => answers.get(form)[n].map((answer) => answer.ids.join(" ")));
      return { name: engine.name, scores, times, files: await sameFromFiles(engine, asked, known) };
    }));
  });
  const peer = median(rows[1].times);
  print(`${set.name}: ${set.docs.length} entries, ${set.queries.length} queries in ${FORMS.length} forms`, [
    ["", ...FORMS.map((form) => `nDCG@10 ${form}`), "median ms", "p95 ms", "median by MiniSearch's", "file://"],
    ...rows.map((row) => [
      row.name, ...row.scores.map((score) => score.toFixed(3)), ...timed(row.times), (median(row.times) / peer).toFixed(2), row.files,
    ]),
  ]);
}

/** Whether an engine gives the same from files as from a server. One that gives nothing for a few queries is not asked all. */
async function sameFromFiles(engine, queries, known) {
  if (!(await fromFiles(browser, engine, queries.slice(0, 3)))) return "no";
  const answers = await fromFiles(browser, engine, queries);
  const others = answers.filter((answer, at) => answer.ids.join(" ") !== known[at]).length;
  return others ? `${others} of ${known.length} differ` : "the same";
}

/** What answers cost in a book of that size. */
async function costs(set) {
  const keys = set.short.slice(0, TYPED).flatMap((query) => Array.from(query, (_, at) => query.slice(0, at + 1)));
  const rows = await withReaders(set, async (all, readers) => {
    const before = await Promise.all(readers.map(heap));
    for (const { page } of readers) await ask(page, set.short.slice(0, 1));
    const first = await Promise.all(readers.map(heap));
    const pages = readers.map((reader) => reader.page);
    // The first time, what the keys need is loaded.
    await askInTurns(pages, keys);
    const answers = await askInTurns(pages, keys);
    const later = await Promise.all(readers.map(heap));
    const found = [];
    for (const [n, engine] of all.entries()) {
      const cold = async (queries) => {
        const seen = [];
        for (const query of queries) seen.push(await firstAnswer(browser, engine, query));
        return seen;
      };
      const slow = [];
      for (const query of set.short.slice(0, 3)) slow.push(await onSlowLine(browser, engine, query));
      found.push({
        name: engine.name, short: await cold(set.short), long: await cold(set.long), slow: median(slow) / 1000, index: await sizeOf(engine),
        heap: [first[n] - before[n], later[n] - before[n]], times: answers[n].map((answer) => answer.ms),
      });
    }
    return found;
  });
  const peer = median(rows[1].times);
  const kib = (bytes) => (bytes / 1024).toFixed(0);
  const first = (seen) => `${kib(median(seen.map((one) => one.bytes)))} (${kib(Math.max(...seen.map((one) => one.bytes)))})`;
  print(`${set.name}: what the first answer of a fresh browser costs, ${set.short.length} queries of each length: median (most)`, [
    ["", "2 words: KiB", "requests", "round trips", "17 words: KiB", "requests", "round trips", "s on slow 4G"],
    ...rows.map((row) => [
      row.name,
      ...[row.short, row.long].flatMap((seen) => [first(seen), median(seen.map((one) => one.requests)), Math.max(...seen.map((one) => one.trips))]),
      row.slow.toFixed(2),
    ]),
  ]);
  print(`${set.name}: the index, the memory of the page, and a key press once all is loaded (${keys.length} presses)`, [
    ["", "index KiB", "files", "heap KiB, first", "after all", "median ms", "p95 ms", "median by MiniSearch's"],
    ...rows.map((row) => [row.name, kib(row.index.bytes), row.index.files, ...row.heap.map(kib), ...timed(row.times), (median(row.times) / peer).toFixed(2)]),
  ]);
}

/** All engines over a set, each with a page of its own on a server, while `use` runs. */
async function withReaders(set, use) {
  const all = await engines(program, set, work);
  const servers = await Promise.all(all.map((engine) => serve(engine.folder)));
  const readers = await Promise.all(all.map((engine, n) => open(browser, engine, servers[n].home)));
  try {
    return await use(all, readers);
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** What the files of an index are, compressed one by one. */
async function sizeOf({ folder, index }) {
  let bytes = 0;
  for (const path of index) bytes += gzipSync(await readFile(join(folder, path))).length;
  return { bytes, files: index.length };
}

function built() {
  const lines = execFileSync("cargo", ["build", "--release", "--quiet", "--message-format=json", "--bin", "cuebook"], { cwd: PROJECT, encoding: "utf8", maxBuffer: 1 << 28 });
  return lines.trim().split("\n").map((line) => JSON.parse(line)).findLast((made) => made.executable).executable;
}

function mean(numbers) {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

function median(numbers) {
  return quantile(numbers, 0.5);
}

function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function timed(times) {
  return [median(times).toFixed(1), quantile(times, 0.95).toFixed(1)];
}

function print(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const lines = rows.map((row) => row.map((cell, column) => (column ? String(cell).padStart(widths[column]) : String(cell).padEnd(widths[column]))).join("  "));
  console.log(`\n${title}\n\n${lines.join("\n")}`);
}
