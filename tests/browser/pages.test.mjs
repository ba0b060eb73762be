// Every page of every site opens without a fault: from a web server at `/` and at `/a/b/`, and from a folder of files.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { openBrowser, openPage, sentences } from "./browser.mjs";
import { serving } from "./server.mjs";
import { files, isRedirect, openSites } from "./sites.mjs";

let browser, sites;
const built = [];

before(async () => {
  sites = await openSites();
  for (const build of [sites.shipped, sites.everything, sites.long]) built.push(await build());
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

test("a page that breaks the rules is noticed, whatever it does", async () => {
  const folder = join(sites.folder, "broken");
  await mkdir(folder);
  const elsewhere = "http://127.0.0.1:9/picture.png";
  await writeFile(join(folder, "index.html"), `<!doctype html><title>x</title><script src="x.js"></script><script>1</script><p style="color: red">x<img src="missing.png"><img src="${elsewhere}">`);
  await writeFile(join(folder, "x.js"), 'console.error("a mistake"); document.createElement("p").innerHTML = "<b>x</b>"; undefinedName();');
  const found = [];
  await serving(folder, (server) => openAll({ pages: ["index.html"], html: () => "" }, server.root, found));
  for (const fault of [/console error: a mistake/, /policy: script-src-elem blocked inline/, /policy: style-src-attr/, /policy: img-src blocked http:/, /policy: require-trusted-types-for/, /page error: /, /status 404: .*missing\.png/]) {
    assert.ok(found.some((line) => fault.test(line)), `${fault} is not among\n${sentences(found)}`);
  }
  const onFile = [];
  await openAll({ pages: ["index.html"], html: () => "" }, pathToFileURL(folder).href + "/", onFile);
  for (const fault of [/asks for http:\/\/127/, /request failed: .*missing\.png/]) {
    assert.ok(onFile.some((line) => fault.test(line)), `${fault} is not among\n${sentences(onFile)}`);
  }
});

test("every page opens at / under the strict policy, all its links lead somewhere, and links lead to every page", () => check(linksHold));

test("the agents' copy opens as well, and none of its links leads to what agents may not see", async () => {
  await checkSites([await sites.agents()], linksHold);
});

test("every page opens at /a/b/ with the same bytes", () => check(async (site, faults) => {
  await serving(site.folder, async (server) => {
    await openAll(site, server.subfolder, faults);
    for (const path of await files(site.folder)) {
      const answer = await fetch(server.subfolder + encodeURI(path));
      const same = Buffer.from(await answer.arrayBuffer()).equals(await readFile(join(site.folder, path)));
      if (!same) faults.push(`${path} is not the file's bytes`);
    }
  });
}));

test("every page opens from a folder of files", () => check((site, faults) => openAll(site, pathToFileURL(site.folder).href + "/", faults)));

test("the tree in the menu leads to pages", () => check(async (site, faults) => {
  const known = new Set(await files(site.folder));
  await serving(site.folder, async (server) => {
    const page = await openPage(browser, server.root, faults);
    const deep = site.pages.find((page) => page.split("/").length > 2) ?? site.pages.at(-1);
    for (const path of ["index.html", deep]) {
      await page.goto(server.root + encodeURI(path));
      await page.getByRole("navigation", { name: "Navigation" }).getByRole("button", { name: "Contents" }).click();
      await page.waitForFunction(() => document.querySelector("[data-tree] li"));
      const rows = await page.evaluate(unfold);
      if (rows.length < 2) faults.push(`the tree on ${path} has ${rows.length} rows`);
      for (const href of rows) {
        const to = decodeURIComponent(href.slice(server.root.length));
        if (!known.has(to)) faults.push(`the tree on ${path} leads to ${href}`);
      }
    }
    await page.context().close();
  });
}));

test("no page names an address from the root of a host, or anything that a strict policy forbids", () => check(async (site, faults) => {
  const forbidden = [
    /\s(?:href|src|action|poster|data|srcset)="\/[^"]*"/g, /\s(?:crossorigin|integrity|style|on[a-z]+)="[^"]*"/g,
    /<style\b/g, /<script(?![^>]*\ssrc=)(?![^>]*type="application\/json")[^>]*>/g, /<script[^>]*type="module"/g,
    /\s(?:src|data|poster)="(?:data|blob|https?):[^"]{0,40}/g, /<base\b/g,
  ];
  for (const page of site.pages) {
    const html = await site.html(page);
    for (const pattern of forbidden) for (const [found] of html.matchAll(pattern)) faults.push(`${page}: ${found.trim()}`);
  }
}));

/** Runs `look` on each site; whatever faults it adds are reported together. */
function check(look) {
  return checkSites(built, look);
}

async function checkSites(chosen, look) {
  const found = [];
  for (const site of chosen) {
    const faults = [];
    await look(site, faults);
    found.push(...faults.map((fault) => `${site.name}: ${fault}`));
  }
  if (found.length) assert.fail(sentences(found));
}

/** Opens all pages from `/`, and follows their links on paper. */
async function linksHold(site, faults) {
  const { links, anchors } = await serving(site.folder, (server) => openAll(site, server.root, faults));
  const known = new Set(await files(site.folder));
  for (const { from, to } of links) {
    const [path, anchor] = to.split("#").map(decodeURIComponent);
    if (!known.has(path)) faults.push(`${from}: a link to ${path}, which is no file`);
    else if (anchor && anchors.has(path) && !anchors.get(path).has(anchor)) faults.push(`${from}: a link to ${path}#${anchor}, where nothing has that name`);
  }

  const reached = new Set(["index.html"]);
  // A set hands out what is added to it while it is walked.
  for (const page of reached) {
    for (const { from, to } of links) if (from === page) reached.add(decodeURIComponent(to.split("#")[0]));
  }
  for (const page of anchors.keys()) if (!reached.has(page) && page !== "404.html") faults.push(`no links lead to ${page}`);
}

/** Opens the pages below `home`: where their links lead, and what can be linked to in each. */
async function openAll(site, home, faults) {
  const page = await openPage(browser, home, faults);
  const links = [], anchors = new Map();
  for (const path of site.pages) {
    await page.goto(home + encodeURI(path));
    if (isRedirect(await site.html(path))) {
      await page.waitForURL((url) => url.href !== home + encodeURI(path));
      const to = page.url().slice(home.length);
      if (!site.pages.includes(to)) faults.push(`${path}: sends the reader to ${page.url()}`);
      continue;
    }
    const found = await page.evaluate(() => ({
      links: Array.from(document.querySelectorAll("a[href], area[href]"), (link) => link.href),
      ids: Array.from(document.querySelectorAll("[id], a[name]"), (named) => named.id || named.name),
    }));
    anchors.set(path, new Set(found.ids));
    for (const href of found.links) {
      if (href.startsWith(home)) links.push({ from: path, to: href.slice(home.length).replace(/\?[^#]*/, "") });
      else if (href.startsWith(new URL("/", home).href)) faults.push(`${path}: a link to ${href}, outside the site`);
    }
  }
  await page.context().close();
  return { links, anchors };
}

/** Opens every folder of the tree; the addresses in it. Runs in the page. */
async function unfold() {
  const place = document.querySelector("[data-tree]");
  for (let closed; (closed = place.querySelector("details:not([open])")); ) {
    const opened = new Promise((toggled) => closed.addEventListener("toggle", toggled, { once: true }));
    closed.open = true;
    await opened;
  }
  return Array.from(place.querySelectorAll("a"), (link) => link.href);
}
