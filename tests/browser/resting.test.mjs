// What stands behind a link is shown where a reader rests on it; a page has a map; long lists are narrowed.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { PHONE, openBrowser } from "./browser.mjs";
import { none, readingWith, tabTo } from "./reader.mjs";
import { openSites } from "./sites.mjs";

const PAGE = "guides/shared-words.html";

let browser, sites, book, shipped;
const reading = (site, options, use) => readingWith(browser, site, options, use);

before(async () => {
  sites = await openSites();
  book = await sites.everything();
  shipped = await sites.shipped();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

for (const from of ["http", "file"]) {
  describe(`resting on a link, ${from}`, () => {
    test("a pointer shows an entry, may enter the box, and Escape takes it away", () => reading(shipped, { from }, async (page, home) => {
      await page.goto(home + "scripts/quiet-offer.html");
      const link = page.locator(".entry-body a[href$='should-i-step-in.html']").first();
      await link.hover();
      const box = page.getByRole("tooltip");
      await box.waitFor();
      assert.match(await box.textContent(), /Should I step in\?/);
      assert.equal(await link.getAttribute("aria-describedby"), await box.getAttribute("id"));
      none(await findings(page));
      await box.hover();
      await page.keyboard.press("Escape");
      await box.waitFor({ state: "detached" });
    }));

    test("the focus shows what a word of the glossary means", () => reading(book, { from }, async (page, home) => {
      await page.goto(home + PAGE);
      const word = page.locator("a.term").first();
      await tabTo(page, word);
      const box = page.getByRole("tooltip");
      await box.waitFor();
      assert.match(await box.textContent(), /carry a conversation on alone/);
      none(await findings(page));
      await page.keyboard.press("Tab");
      await box.filter({ hasText: "carry a conversation on alone" }).waitFor({ state: "detached" });
    }));

    test("a touch shows what a word means, and the box leads to the glossary", () => reading(book, { from, viewport: PHONE, hasTouch: true, isMobile: true }, async (page, home) => {
      await page.goto(home + PAGE);
      await page.locator("a.term").first().tap();
      const box = page.getByRole("tooltip");
      await box.waitFor();
      await box.getByRole("link", { name: "Take over" }).tap();
      await page.waitForURL(/words\.html#take-over$/);
    }));
  });
}

test("without script a word leads to its meaning", () => reading(book, { javaScriptEnabled: false }, async (page, home) => {
  await page.goto(home + PAGE);
  await page.locator("a.term").first().click();
  await page.waitForURL(/words\.html#take-over$/);
}));

for (const colorScheme of ["light", "dark"]) {
  test(`the map of a page shows what links here and what it leads to, as a picture and as lists (${colorScheme})`, () => reading(shipped, { colorScheme, viewport: PHONE }, async (page, home) => {
    await page.goto(home + "scripts/quiet-offer.html");
    await tabTo(page, page.getByRole("button", { name: "Map of this page" }));
    await page.keyboard.press("Enter");
    const picture = page.getByRole("img", { name: "Map of this page" });
    await picture.waitFor();
    const lists = page.locator("#map-lists ul");
    assert.equal(await lists.count(), 2);
    const named = await lists.getByRole("link").allTextContents();
    assert.ok(named.length > 4 && new Set(named).size > 4, `entries around the page: ${named}`);
    assert.ok((await picture.locator("text").count()) > 4);
    none(await findings(page));
  }));
}

test("the phrase bank is narrowed by words and by channel", () => reading(shipped, {}, async (page, home) => {
  await page.goto(home + "phrase-bank.html");
  const shown = page.locator(".phrase:not([hidden])");
  const all = await shown.count();
  // All scripts that are shipped are for all channels.
  await shown.first().evaluate((phrase) => { phrase.dataset.channels = "phone|chat"; });
  await tabTo(page, page.getByRole("button", { name: "counter" }));
  await page.keyboard.press("Enter");
  await page.waitForFunction((all) => document.querySelectorAll(".phrase:not([hidden])").length < all, all);
  const channels = await shown.evaluateAll((phrases) => phrases.map((phrase) => phrase.dataset.channels));
  assert.ok(channels.length && channels.every((own) => own.split("|").includes("counter")), channels.join(" "));
  await page.keyboard.press("Enter");
  await page.waitForFunction((all) => document.querySelectorAll(".phrase:not([hidden])").length === all, all);
  await page.getByRole("textbox").fill("report");
  await page.waitForFunction(() => Array.from(document.querySelectorAll(".phrase:not([hidden])")).every((phrase) => /report/i.test(phrase.textContent)));
  assert.ok((await shown.count()) > 0);
}));

test("what is overdue and what is due soon is judged when the page is read", () => reading(shipped, {}, async (page, home) => {
  await page.clock.setFixedTime(new Date("2027-04-25T12:00:00"));
  await page.goto(home + "reviews.html");
  const due = await page.locator(".row").evaluateAll((rows) => rows.map((row) => {
    const isSeen = (selector) => Boolean(row.querySelector(selector)?.checkVisibility());
    return [row.querySelectorAll("time")[1]?.dateTime, isSeen(".overdue"), isSeen(".soon")];
  }));
  for (const [day, overdue, soon] of due.filter(([day]) => day)) {
    assert.equal(overdue, day < "2027-04-25", `${day} is overdue`);
    assert.equal(soon, !overdue && day < "2027-05-25", `${day} is due soon`);
  }
  assert.ok(due.some(([, overdue]) => overdue) && due.some(([, , soon]) => soon));
}));
