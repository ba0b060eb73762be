// Collections of entries with queries: those of a folder, and made-up ones of any size.

import { execFileSync } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The forms in which each query is asked. */
export const FORMS = ["plain", "typo", "prefix", "kw"];

const GENERATOR = fileURLToPath(new URL("../generate.py", import.meta.url));

/** How many queries of each length are asked of a made-up book. */
const ASKED = 8;

const linesOf = async (path) => (await readFile(path, "utf8")).split("\n").filter(Boolean);

/**
 * A set: `{name, docs, queries, book}`. A document is `{id, title, tags, body}`; a query has its forms and `grades`, from
 * document to grade; `book` is the folder that Cuebook builds.
 */
export async function setIn(folder, work, most) {
  const name = basename(folder);
  const docs = (await linesOf(join(folder, "docs.jsonl"))).map((line) => JSON.parse(line));
  const grades = new Map();
  for (const line of await linesOf(join(folder, "qrels.tsv"))) {
    const [query, id, grade] = line.split("\t");
    if (Number.isNaN(Number(grade))) continue;
    if (!grades.has(query)) grades.set(query, new Map());
    grades.get(query).set(id, Number(grade));
  }
  const queries = (await linesOf(join(folder, "queries.jsonl"))).map((line) => JSON.parse(line));
  const book = join(work, name, "book");
  await mkdir(join(book, "content"), { recursive: true });
  await writeFile(join(book, "book.toml"), `[book]\ntitle = ${JSON.stringify(name)}\n`);
  for (const doc of docs) {
    const front = `title: ${JSON.stringify(doc.title)}\ntags: ${JSON.stringify(doc.tags)}\n`;
    await writeFile(join(book, "content", `${doc.id}.md`), `---\n${front}---\n\n${doc.body}\n`);
  }
  const judged = queries.filter((query) => grades.has(query.qid)).slice(0, most);
  return { name, docs, book, queries: judged.map((query) => ({ ...query, grades: grades.get(query.qid) })) };
}

/** A made-up playbook of `n` entries: `{name, docs, book, short, long}`; queries of two words and of 17. */
export async function madeUp(n, work) {
  const name = `${n} made-up entries`;
  const folder = join(work, `made-up-${n}`);
  execFileSync("python3", [GENERATOR, String(n), folder]);
  const book = join(folder, "cuebook");
  const docs = [];
  for (const path of (await readdir(join(book, "content"), { recursive: true })).sort()) {
    if (!path.endsWith(".md") || path === "index.md") continue;
    const [, front, body] = /^---\n(.*?)\n---\n\n(.*)$/s.exec(await readFile(join(book, "content", path), "utf8"));
    const fact = (key) => new RegExp(`^${key}: (.*)$`, "m").exec(front)?.[1] ?? "";
    docs.push({ id: basename(path, ".md"), title: fact("title").replace(/^"|"$/g, ""), tags: fact("tags").slice(1, -1).split(", "), body });
  }
  const some = Array.from({ length: ASKED }, (_, at) => docs[Math.floor(((at + 0.5) * docs.length) / ASKED)]);
  const wordsOf = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const longest = (words) => [...words].sort((a, b) => b.length - a.length).slice(0, 2);
  return {
    name, docs, book,
    short: some.map((doc) => longest(wordsOf(doc.title)).join(" ")),
    // As somebody types who says all of it: the title, and how the entry goes on.
    long: some.map((doc) => wordsOf(`${doc.title} ${doc.body}`).slice(0, 17).join(" ")),
  };
}

/** nDCG@10 of ranked documents (Järvelin & Kekäläinen 2002). */
export function ndcg(ids, grades) {
  const gain = (values) => values.slice(0, 10).reduce((sum, grade, at) => sum + grade / Math.log2(at + 2), 0);
  return gain(ids.map((id) => grades.get(id) ?? 0)) / gain(Array.from(grades.values()).sort((a, b) => b - a));
}
