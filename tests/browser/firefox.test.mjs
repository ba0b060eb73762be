// Firefox finds what Chromium finds: over http, below a path, in an unpacked bundle and in one file. Without Debian's Firefox
// the test is left out; scripts/test installs it where it can.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { openBrowser } from "./browser.mjs";
import { none } from "./reader.mjs";
import { serving } from "./server.mjs";
import { openSites } from "./sites.mjs";

/** Whole sentences, half words, slips, filters, a phrase, and what nobody should type. */
const QUERIES = [
  "the customer wants to speak to a manager", "my colleague looked stuck", "she has been crying after a call", "escal", "quiet ofer", "wher is my repare",
  "kind:script angry", "tag:returns money", '"step in" kind:guide', "Um Hilfe bitten", "a", "__proto__", "(.*)+?", "\u202eangry\u202c", "😀", "zzzzqqq",
];

const FIREFOX = execFileSync("sh", ["-c", "command -v firefox-esr || command -v firefox || true"], { encoding: "utf8" }).trim();
const skip = FIREFOX === "" && "there is no Firefox";
/** A browser that starts on a busy machine. */
const PATIENT = { timeout: 180_000, protocolTimeout: 180_000 };

let chromium, firefox, sites, wanted;

before(async () => {
  if (skip) return;
  sites = await openSites();
  chromium = await openBrowser();
  firefox = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true, ...PATIENT });
  const page = await chromium.newPage();
  wanted = await serving((await sites.shipped()).folder, async ({ root }) => {
    await page.goto(`${root}index.html`);
    return page.evaluate(found, QUERIES);
  });
  assert.ok(wanted[0].length > 3, `${wanted[0]}`);
});
after(async () => {
  await firefox?.close();
  await chromium?.close();
  await sites?.remove();
});

/** What a page finds: scores and titles, because an address is another one in each place. Runs in the page. */
async function found(queries) {
  await cuebook.ready();
  const answers = [];
  for (const query of queries) answers.push((await cuebook.search(query)).map(({ score, title }) => `${score} ${title}`));
  return answers;
}

/** Opens `address`, which may ask for nothing outside `home`. */
async function reading(home, address, use) {
  const faults = [];
  const page = await firefox.newPage();
  page.setDefaultTimeout(PATIENT.timeout);
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(home) && !request.url().startsWith("data:")) faults.push(`asks for ${request.url()}`);
  });
  try {
    await page.goto(address, { waitUntil: "load" });
    await use(page);
  } finally {
    await page.close();
  }
  none(faults);
}

/** Asks at `address` what was asked of Chromium. */
const finds = (home, address) => reading(home, address, async (page) => {
  assert.deepEqual(await page.evaluate(found, QUERIES), wanted, address);
});

test("over http, and below a path", { skip }, async () => {
  const { folder } = await sites.shipped();
  await serving(folder, async ({ root, subfolder }) => {
    for (const home of [root, subfolder]) await finds(home, `${home}scripts/quiet-offer.html`);
  });
});

test("in an unpacked bundle", { skip }, async () => {
  const { folder, inner } = await sites.bundle();
  const home = pathToFileURL(join(folder, inner)).href;
  await finds(home, `${home}/index.html`);
});

test("by keyboard alone, from a file", { skip }, async () => {
  const { folder } = await sites.shipped();
  const home = pathToFileURL(folder).href;
  await reading(home, `${home}/guides/listening-well.html`, async (page) => {
    await page.keyboard.press("/");
    await page.waitForSelector("dialog[open] [role=combobox]");
    await page.keyboard.type("quiet offer");
    await page.waitForSelector("dialog[open] [role=option][aria-selected=true]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("main article.kind-script .say-words");
    assert.match(page.url(), /\/scripts\/quiet-offer\.html/);
  });
});

test("in one file", { skip }, async () => {
  const { folder, file } = await sites.single();
  const home = pathToFileURL(join(folder, file)).href;
  await finds(home, home);
});
