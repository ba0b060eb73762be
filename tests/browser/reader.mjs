// A reader in front of one page of a site: what has the focus, what is on the screen.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { openPage, sentences } from "./browser.mjs";
import { serving } from "./server.mjs";

/** Opens `site` from a server, or from its files, and fails if anything went wrong in the page meanwhile. */
export async function readingWith(browser, site, { from = "http", ...options }, use) {
  const faults = [];
  const read = async (home) => {
    const page = await openPage(browser, home, faults, options);
    try {
      await use(page, home);
    } finally {
      await page.context().close();
    }
  };
  if (from === "file") await read(pathToFileURL(site.folder).href + "/");
  else await serving(site.folder, (server) => read(server.root));
  none(faults);
}

/** Presses Tab until `locator` has the focus. */
export async function tabTo(page, locator) {
  const passed = [];
  while (passed.length < 200) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
    passed.push(await page.evaluate(() => document.activeElement.textContent.trim().slice(0, 30)));
  }
  assert.fail(`${locator} is not reached by Tab, only: ${passed.join(", ")}`);
}

export async function isFocused(locator) {
  assert.ok(await locator.evaluate((element) => element === document.activeElement), `${locator} has the focus`);
}

/** Whether all of it lies on the screen, and nothing over it. */
export async function isInView(page, locator) {
  return locator.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const inside = box.width > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return inside && Boolean(top) && (element.contains(top) || top.contains(element));
  });
}

export function none(faults) {
  if (faults.length) assert.fail(sentences(faults));
}
