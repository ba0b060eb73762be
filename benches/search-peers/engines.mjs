// The sites that are measured: Cuebook's own, and one for each peer over the same documents.
//
// An engine is `{name, folder, page, index, ask}`: `page` is opened, nothing of the search is loaded then; `index` are the
// files that hold what is searched; `ask` is the body of a function in the page, `ask(query)`, a promise of at most ten
// documents, best first. Peers are set up as their manuals advise for sentences with slips: MiniSearch and lunr with all
// words, the title over the rest, slips of words from four letters, and the last word as a beginning.

import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const MiniSearch = require("minisearch");
const lunr = require("lunr");
const PAGEFIND = fileURLToPath(new URL("node_modules/.bin/pagefind", import.meta.url));

/** All engines over one set of documents, built below `work`. */
export async function engines(program, set, work) {
  const folder = (name) => join(work, `${set.name}-${name}`);
  return [
    await cuebook(program, set, folder("cuebook")),
    await scripted("MiniSearch", set, folder("minisearch"), require.resolve("minisearch").replace("cjs/index.cjs", "umd/index.js"), miniSearch),
    await scripted("lunr", set, folder("lunr"), require.resolve("lunr"), lunrIndex),
    await pagefind(set, folder("pagefind")),
  ];
}

async function cuebook(program, set, folder) {
  try {
    execFileSync(program, ["build", "--root", set.book, "--out", folder], { stdio: "ignore" });
  } catch (failed) {
    // Mistakes in the content end with 1, and the site is there.
    if (failed.status !== 1) throw failed;
  }
  const index = (await files(folder)).filter((path) => path === "search.js" || path.startsWith("search/"));
  // An address has only what needs no escape of the name of its entry.
  const letters = "[^\\p{L}\\p{N}]+";
  const ids = set.docs.map((doc) => [doc.id.replace(new RegExp(letters, "gu"), "").toLowerCase(), doc.id]);
  if (new Map(ids).size < ids.length) throw new Error(`${set.name}: documents whose names differ in signs only`);
  return {
    name: "Cuebook", folder, page: "index.html", index,
    ask: `
      window.ids ??= new Map(${JSON.stringify(ids)});
      const name = url => decodeURIComponent(url.split("/").pop().replace(/\\.html$/, "")).replace(/${letters}/gu, "").toLowerCase();
      return (await cuebook.search(query, { limit: 10 })).map(found => ids.get(name(found.url)));
    `,
  };
}

/** A library and an index in a script, both loaded by the first question. */
async function scripted(name, set, folder, library, made) {
  const { index, ask } = made(fields(set));
  await mkdir(folder, { recursive: true });
  await copyFile(library, join(folder, "library.js"));
  await writeFile(join(folder, "index.js"), `window.data = ${JSON.stringify(index)};\n`);
  await writeFile(join(folder, "page.html"), '<!DOCTYPE html><meta charset="utf-8"><title>Search</title>\n');
  const load = `
    const load = (src) => new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror })));
    window.loaded ??= Promise.all([load("library.js"), load("index.js")]);
    await window.loaded;
  `;
  return { name, folder, page: "page.html", index: ["index.js"], ask: load + ask };
}

function fields(set) {
  return set.docs.map((doc) => ({ id: doc.id, title: doc.title, tags: doc.tags.join(" "), text: doc.body }));
}

function miniSearch(docs) {
  const index = new MiniSearch({ fields: ["title", "tags", "text"], storeFields: ["title"] });
  index.addAll(docs);
  return {
    index: JSON.stringify(index),
    ask: `
      window.engine ??= MiniSearch.loadJSON(data, { fields: ["title", "tags", "text"], storeFields: ["title"] });
      return engine.search(query, {
        boost: { title: 3, tags: 1.5 },
        fuzzy: term => term.length > 3 ? 0.2 : false,
        prefix: (term, at, all) => at === all.length - 1 && term.length > 2,
      }).slice(0, 10).map(found => found.id);
    `,
  };
}

function lunrIndex(docs) {
  const index = lunr(function () {
    this.ref("id");
    this.field("title", { boost: 3 });
    this.field("tags");
    this.field("text");
    docs.forEach((doc) => this.add(doc));
  });
  return {
    // lunr keeps no titles; a site that shows some has to send them too.
    index: JSON.stringify([index, Object.fromEntries(docs.map((doc) => [doc.id, doc.title]))]),
    ask: `
      window.engine ??= lunr.Index.load(JSON.parse(data)[0]);
      return engine.query(clauses => {
        lunr.tokenizer(query).forEach((token, at, all) => {
          const word = String(token);
          clauses.term(word, { boost: 10 });
          if (at === all.length - 1) clauses.term(word, { boost: 3, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
          if (word.length > 3) clauses.term(word, { boost: 1, editDistance: 1 });
        });
      }).slice(0, 10).map(found => found.ref);
    `,
  };
}

async function pagefind(set, folder) {
  await mkdir(folder, { recursive: true });
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  for (const doc of set.docs) {
    const lines = doc.body.split("\n").map((line) => {
      const heading = /^(#+) (.*)/.exec(line);
      if (heading) return `<h${Math.min(6, heading[1].length)}>${escaped(heading[2])}</h${Math.min(6, heading[1].length)}>`;
      return line.trim() ? `<p>${escaped(line)}</p>` : "";
    });
    const main = `<h1>${escaped(doc.title)}</h1>\n<p>${escaped(doc.tags.join(", "))}</p>\n${lines.join("\n")}`;
    await writeFile(join(folder, `${doc.id}.html`), `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${escaped(doc.title)}</title><main data-pagefind-body>${main}</main></html>\n`);
  }
  execFileSync(PAGEFIND, ["--site", folder, "--quiet"], { stdio: ["ignore", "pipe", "pipe"] });
  await writeFile(join(folder, "page.html"), '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Search</title></html>\n');
  const index = (await files(folder)).filter((path) => /^pagefind\/(index|fragment)\/|\.pf_meta$|entry\.json$/.test(path));
  return {
    name: "Pagefind", folder, page: "page.html", index,
    ask: `
      window.engine ??= await import(new URL("pagefind/pagefind.js", location.href));
      const found = (await engine.search(query)).results.slice(0, 10);
      return (await Promise.all(found.map(one => one.data()))).map(one => decodeURIComponent(one.raw_url.split("/").pop().replace(/\\.html$/, "")));
    `,
  };
}

/** All files of a folder, with forward slashes. */
async function files(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((item) => item.isFile()).map((item) => relative(folder, join(item.parentPath ?? item.path, item.name)).split(sep).join("/"));
}
