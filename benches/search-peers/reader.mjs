// A reader with a browser, who asks an engine; and the server that counts what the answers cost.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript; charset=utf-8", ".json": "application/json" };

/** A round trip, in milliseconds: long enough that what is asked for at once is told from what waits for an answer. */
const ROUND_TRIP = 150;

/** Queries that one engine is asked before it is the next one's turn: whatever else the machine does falls on all. */
const A_TURN = 25;

export function openBrowser() {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });
}

/** Serves a folder on a free port of this machine: `{home, requests, delay, close}`; a request has its time and bytes. */
export async function serve(folder) {
  const packed = new Map();
  const server = createServer(async (request, response) => {
    const seen = { path: decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1), start: performance.now(), end: Infinity, bytes: 0 };
    served.requests.push(seen);
    const file = normalize(join(folder, seen.path));
    if (!packed.has(file)) packed.set(file, file.startsWith(folder + sep) ? await readFile(file).then((bytes) => gzipSync(bytes), () => null) : null);
    const bytes = packed.get(file);
    if (served.delay) await new Promise((later) => setTimeout(later, served.delay));
    seen.bytes = bytes?.length ?? 0;
    seen.end = performance.now();
    response.writeHead(bytes ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "cache-control": "no-store", ...(bytes && { "content-encoding": "gzip" }) });
    response.end(bytes ?? "not here");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const served = {
    home: `http://127.0.0.1:${server.address().port}/`, requests: [], delay: 0,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
  return served;
}

/** A page in a profile of its own, with nothing of the search loaded yet. */
export async function open(browser, engine, home) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(new URL(engine.page, home).href, { waitUntil: "networkidle" });
  await page.evaluate(`window.ask = async query => { ${engine.ask} }; 0`);
  return { page, session: await context.newCDPSession(page), close: () => context.close() };
}

/** Answers to queries in one page: `{ids, ms}` each. A query that throws finds nothing. */
export function ask(page, queries) {
  return page.evaluate(async (queries) => {
    const answers = [];
    for (const query of queries) {
      const start = performance.now();
      const ids = await ask(query).catch((mistake) => { console.error(mistake); return []; });
      answers.push({ ids, ms: performance.now() - start });
    }
    return answers;
  }, queries);
}

/** The same queries for all engines, turn by turn: the answers of each engine. `pages` are theirs, in the same order. */
export async function askInTurns(pages, queries) {
  const answers = pages.map(() => []);
  for (let at = 0; at < queries.length; at += A_TURN) {
    for (const [n, page] of pages.entries()) answers[n].push(...(await ask(page, queries.slice(at, at + A_TURN))));
  }
  return answers;
}

/** Bytes in use in the page after a collection: objects, and the memory behind buffers and WebAssembly. */
export async function heap({ session }) {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
  return usedSize + backingStorageSize;
}

/** What the first answer to a query costs a fresh browser: compressed bytes, requests, round trips that wait for another. */
export async function firstAnswer(browser, engine, query) {
  const server = await serve(engine.folder);
  const reader = await open(browser, engine, server.home);
  try {
    server.requests.length = 0;
    server.delay = ROUND_TRIP;
    await reader.page.evaluate(() => {
      performance.clearResourceTimings();
      performance.setResourceTimingBufferSize(1000);
    });
    await ask(reader.page, [query]);
    // What is still on its way was not needed for the answer.
    const needed = server.requests.filter((request) => request.end < Infinity && request.path !== "favicon.ico");
    // When the page asked, not when the browser had a connection free: of those it has six.
    const asked = await reader.page.evaluate(() => performance.getEntriesByType("resource").map(({ startTime, responseEnd }) => [startTime, responseEnd]));
    const depths = [];
    for (const [start] of asked.sort((a, b) => a[0] - b[0])) {
      depths.push(1 + Math.max(0, ...depths.filter((_, at) => asked[at][1] && asked[at][1] <= start)));
    }
    return { bytes: needed.reduce((sum, request) => sum + request.bytes, 0), requests: needed.length, trips: Math.max(0, ...depths) };
  } finally {
    await reader.close();
    await server.close();
  }
}

/** Milliseconds to the first answer of a fresh browser on slow 4G: 150 ms a round trip, 1.6 Mbit/s. */
export async function onSlowLine(browser, engine, query) {
  const server = await serve(engine.folder);
  const reader = await open(browser, engine, server.home);
  try {
    await reader.session.send("Network.enable");
    await reader.session.send("Network.emulateNetworkConditions", { offline: false, latency: ROUND_TRIP, downloadThroughput: 200_000, uploadThroughput: 90_000 });
    return (await ask(reader.page, [query]))[0].ms;
  } finally {
    await reader.close();
    await server.close();
  }
}

/** The answers from the files themselves, without a server; null if the engine gives none. */
export async function fromFiles(browser, engine, queries) {
  const reader = await open(browser, engine, `${pathToFileURL(engine.folder).href}/`);
  try {
    const answers = await ask(reader.page, queries);
    return answers.some((answer) => answer.ids.length) ? answers : null;
  } finally {
    await reader.close();
  }
}
