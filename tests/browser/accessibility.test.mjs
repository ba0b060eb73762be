// axe finds nothing to mend (WCAG 2.2, levels A and AA) on any kind of page or index, light and dark, on a phone and at a desk.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findings } from "./axe.mjs";
import { DESK, PHONE, openBrowser, openPage, sentences } from "./browser.mjs";
import { serving } from "./server.mjs";
import { isRedirect, oneOfEach, openSites } from "./sites.mjs";

let browser, sites;

before(async () => {
  sites = await openSites();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

test("entries of every kind, cards and indexes of the book that has everything", async () => {
  const site = await sites.everything();
  const all = site.pages.filter((page) => /^(guides|roleplays|scripts)\//.test(page));
  // A page that only sends its reader on may be left while axe still reads it.
  const sendsOn = await Promise.all(all.map(async (page) => isRedirect(await site.html(page))));
  await judge(site, [...new Set([...all.filter((_, at) => !sendsOn[at]), ...(await oneOfEach(site))])]);
});

test("a page of each kind in the shipped playbook, and each of its indexes", async () => {
  const site = await sites.shipped();
  await judge(site, await oneOfEach(site));
});

test("long lists that come in parts", async () => {
  const site = await sites.long();
  await judge(site, site.pages.filter((page) => /^(a-z|kinds\/guide)-\d/.test(page)));
});

test("the menu of a phone, open, with the whole tree", async () => {
  const site = await sites.everything();
  await serving(site.folder, async (server) => {
    const faults = [];
    const page = await openPage(browser, server.root, faults, { viewport: PHONE });
    await page.goto(server.root);
    const menu = page.getByRole("navigation", { name: "Navigation" });
    await menu.locator("summary").first().press("Enter");
    await menu.getByRole("button", { name: "Contents" }).click();
    await menu.getByText("Guides").last().click();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      faults.push(...(await findings(page)).map((finding) => `the open menu, ${colorScheme}: ${finding}`));
    }
    if (faults.length) assert.fail(sentences(faults));
  });
});

/** Reports what axe finds on `pages` in both themes and at both sizes. */
async function judge(site, pages) {
  const faults = [];
  await serving(site.folder, async (server) => {
    const page = await openPage(browser, server.root, faults);
    for (const path of pages) {
      await page.goto(server.root + encodeURI(path));
      for (const viewport of [PHONE, DESK]) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          faults.push(...(await findings(page)).map((finding) => `${path} ${colorScheme}, ${viewport.width} px: ${finding}`));
        }
      }
    }
  });
  if (faults.length) assert.fail(sentences(faults));
}
