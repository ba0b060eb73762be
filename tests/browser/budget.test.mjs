// The first page is small: at most 60 KB, unpacked, in at most 5 requests. The index of the search is not asked for.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage } from "./browser.mjs";
import { serving } from "./server.mjs";
import { openSites } from "./sites.mjs";

const MOST_BYTES = 60 * 1024;
const MOST_REQUESTS = 5;

let browser, sites;

before(async () => {
  sites = await openSites();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

for (const path of ["index.html", "scripts/quiet-offer.html"]) {
  test(`${path} of the shipped playbook is within its budget`, async () => {
    const site = await sites.shipped();
    const faults = [];
    const asked = await serving(site.folder, async (server) => {
      const page = await openPage(browser, server.root, faults);
      await page.goto(server.root + path, { waitUntil: "networkidle" });
      // Every browser asks for the icon; one without a window may not.
      const icon = await page.evaluate(() => document.querySelector("link[rel=icon]")?.href);
      return [...new Set([...page.requested, icon])].map((url) => url.slice(server.root.length));
    });
    const sizes = await Promise.all(asked.map(async (file) => [file, (await stat(join(site.folder, file))).size]));
    const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
    const list = sizes.map(([file, size]) => `${file} ${size}`).join(", ");
    assert.ok(bytes <= MOST_BYTES, `${bytes} bytes are more than ${MOST_BYTES}: ${list}`);
    assert.ok(asked.length <= MOST_REQUESTS, `${asked.length} requests: ${list}`);
    assert.deepEqual(faults, []);
  });
}
