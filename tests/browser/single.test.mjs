// A whole playbook in one file: opened from a mail, without any network, by somebody whose clock goes on.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { DESK, PHONE, openBrowser, openPage } from "./browser.mjs";
import { isFocused, isInView, none, readingWith, tabTo } from "./reader.mjs";
import { BUNDLED, openSites } from "./sites.mjs";

let browser, sites, single, everything, shipped;

before(async () => {
  sites = await openSites();
  single = await sites.single('\n[bundle]\nrefresh-after = "1 month"\nstop-after = "6 months"\n');
  everything = await sites.singleOfEverything();
  shipped = await sites.shipped();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

/** The file, opened at an address in it so many days after it was made; all that it may ask for is itself. */
async function reading(book, at, use, { days = 0, ...options } = {}) {
  const file = pathToFileURL(join(book.folder, book.file)).href, faults = [];
  const page = await openPage(browser, file, faults, options);
  try {
    await page.context().setOffline(true);
    const day = new Date(`${BUNDLED}T12:00:00`);
    day.setDate(day.getDate() + days);
    await page.clock.setFixedTime(day);
    await page.goto(file + at);
    if (options.javaScriptEnabled !== false) await page.locator("html:not(.copy-opening) body h1").first().waitFor();
    await use(page, file);
    assert.deepEqual([...new Set(page.requested.map((url) => url.split(/[?#]/)[0]))].filter((url) => !url.startsWith("data:")), [file]);
  } finally {
    await page.context().close();
  }
  none(faults.filter((fault) => !fault.includes("asks for data:")));
}

const title = (page) => page.getByRole("main").getByRole("heading", { level: 1 });
const opens = (page, name) => title(page).filter({ hasText: name }).waitFor();
const scrolled = (page) => page.evaluate(() => scrollY);

describe("a playbook in one file", () => {
  test("opens with its front page, and says what it is", () => reading(single, "", async (page) => {
    const foot = page.locator(".copy-foot");
    await foot.getByText("Berlin desk").waitFor();
    await foot.getByText("This copy is 3 days old.").waitFor();
    await isFocused(page.locator(".search-field").first());
    assert.ok(!(await page.getByText("JavaScript").count()), "what is for readers without script is gone");
  }, { days: 3 }));

  test("leads from page to page and back, with title, focus and place", () => reading(single, "#scripts/quiet-offer", async (page) => {
    await opens(page, "quiet offer");
    assert.match(await page.title(), /quiet offer/i);
    await page.evaluate(() => scrollTo(0, 300));
    const link = page.locator(".about a[href^='#']").first(), href = await link.getAttribute("href");
    const place = await scrolled(page);
    await link.evaluate((element) => element.click());
    await page.waitForFunction((hash) => location.hash === hash && !document.title.includes("quiet offer"), href);
    await isFocused(title(page));
    assert.equal(await scrolled(page), 0);
    const there = await page.title();
    await page.goBack();
    await opens(page, "quiet offer");
    assert.equal(await scrolled(page), place);
    await page.goForward();
    await page.waitForFunction((title) => document.title === title, there);
    await page.getByRole("banner").getByRole("link").first().click();
    await page.locator(".front-title").waitFor();
    assert.equal(new URL(page.url()).hash, "#index");
  }));

  test("opens at a heading, by its address and by a link on the page", () => reading(single, "#decisions/should-i-step-in", async (page, file) => {
    const link = page.locator(".contents a").last(), href = await link.getAttribute("href");
    assert.match(href, /^#decisions\/should-i-step-in\/./);
    await link.evaluate((element) => element.click());
    const heading = page.locator(`[id="${decodeURIComponent(href.split("/").at(-1))}"]`);
    await page.waitForFunction(() => document.activeElement.closest("main .entry-body"));
    assert.ok(await isInView(page, heading));
    await page.goto("about:blank");
    await page.goto(file + href);
    await heading.waitFor();
    assert.ok(await isInView(page, heading));
    await page.evaluate(() => { location.hash = "#scripts/soft-offer"; });
    await opens(page, "quiet offer");
    assert.equal(new URL(page.url()).hash, "#scripts/quiet-offer", "its old address leads to it");
    await page.evaluate(() => { location.hash = "#no/such/page"; });
    await page.getByRole("status").filter({ hasText: "Page not found" }).waitFor();
  }));

  test("every link leads to a page that is there, and to a heading that the page has", () => reading(everything, "", async (page) => {
    const broken = await page.evaluate(async () => {
      const parse = (html) => new DOMParser().parseFromString(html, "text/html");
      const policy = trustedTypes.createPolicy("cuebook", { createHTML: (html) => html });
      const packs = Array.from(document.querySelectorAll("[data-pack]"), async (pack) => {
        const bytes = Uint8Array.from(atob(pack.textContent), (c) => c.charCodeAt(0));
        return (await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text()).split("\0");
      });
      const files = new Map((await Promise.all(packs)).flat().map((file) => [file.slice(0, file.indexOf("\n")), file.slice(file.indexOf("\n") + 1)]));
      const lost = [];
      for (const [path, html] of files) {
        if (!path.endsWith(".html")) continue;
        for (const link of parse(policy.createHTML(html)).querySelectorAll("body a[href]")) {
          const url = new URL(link.getAttribute("href"), "file:///" + path);
          if (url.protocol !== "file:") continue;
          const target = url.pathname.slice(1), block = document.querySelector(`[data-file="${CSS.escape(target)}"]`);
          if (block) continue;
          const back = cuebook.from(new URL(cuebook.to(target + url.hash), location.href).href);
          if (decodeURIComponent(back) !== decodeURIComponent(target + url.hash)) lost.push(`${path}: ${target}${url.hash} is ${back}`);
          else if (!files.has(target)) lost.push(`${path}: ${target}`);
          else if (url.hash && !parse(policy.createHTML(files.get(target))).getElementById(decodeURIComponent(url.hash.slice(1)))) lost.push(`${path}: ${target}${url.hash}`);
        }
      }
      return lost;
    });
    assert.deepEqual(broken, []);
  }));

  test("finds the same as the site, in the same order", async () => {
    const queries = ["she has been crying after a call", "wher is my repare", "escal", "kind:script angry", '"the rule says no"', "refund", "um hilfe bitten"];
    const ask = (page) => page.evaluate((queries) => Promise.all(queries.map(async (query) => {
      const found = await cuebook.search(query, { limit: 10 });
      return found.map((result) => [cuebook.from(new URL(result.url, location.href).href), result.score, result.title]);
    })), queries);
    let ours, theirs;
    await reading(single, "", async (page) => { ours = await ask(page); });
    await readingWith(browser, shipped, {}, async (page, home) => {
      await page.goto(home + "index.html");
      theirs = await ask(page);
    });
    assert.ok(theirs.every((found) => found.length), JSON.stringify(theirs));
    assert.deepEqual(ours, theirs);
  });

  test("is searched by keyboard alone, and marks what was found", () => reading(single, "", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("quiet offer");
    const row = page.getByRole("option").first();
    await row.filter({ hasText: "quiet offer" }).waitFor();
    assert.match(await row.getAttribute("href"), /^\?h=.*#scripts\/quiet-offer$/);
    await page.keyboard.press("Enter");
    await opens(page, "quiet offer");
    await isFocused(title(page));
    const bar = page.getByRole("group", { name: "Search results" });
    await bar.waitFor();
    await page.keyboard.press("n");
    await bar.getByText(/^1 of/).waitFor();
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await tabTo(page, page.getByRole("main").getByRole("link").first());
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.localName === "h1");
    // The page before is shown once: its keys are gone with it.
    await page.keyboard.press("/");
    assert.equal(await page.getByRole("dialog").count(), 1);
    await page.keyboard.type("refund");
    await page.getByRole("option").first().waitFor();
    await page.getByRole("link", { name: "All results" }).click();
    await page.locator(".search-page [role=option]").first().waitFor();
    assert.match(page.url(), /\?q=refund#search$/);
    await page.reload();
    await page.locator(".search-page [role=option]").first().waitFor();
  }));

  test("keeps theme and ticks, and does everything that a page does", () => reading(everything, "#checklists/before-the-call", async (page) => {
    const box = page.getByRole("checkbox", { name: "Record open" }), progress = page.getByRole("status");
    await box.check();
    await progress.filter({ hasText: "1 of 3" }).waitFor();
    await page.getByRole("button", { name: "Dark", exact: true }).click();
    await page.evaluate(() => { location.hash = "#scripts/a-quiet-offer"; });
    await opens(page, "quiet offer");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.locator(".copy").first().click();
    await page.getByRole("status").filter({ hasText: /Copied|Could not copy/ }).waitFor();
    await page.getByRole("button", { name: "Contents" }).click();
    await page.locator("[data-tree] summary").first().click();
    assert.match(await page.locator("[data-tree] details a").first().getAttribute("href"), /^#/);
    await page.goBack();
    await opens(page, "Before the call");
    assert.ok(await box.isChecked(), "the tick is there when the reader comes back");
    await page.reload();
    await opens(page, "Before the call");
    assert.ok(await page.getByText("Saved on this device").isVisible());
    assert.ok(await box.isChecked() && await page.evaluate(() => document.documentElement.dataset.theme) === "dark");
  }));

  test("without storage a choice holds until the file is closed", () => reading(everything, "#checklists/before-the-call", async (page) => {
    await page.evaluate(() => { Object.defineProperty(window, "localStorage", { get() { throw new DOMException("off"); } }); });
    const box = page.getByRole("checkbox", { name: "Record open" });
    await box.check();
    await page.getByRole("button", { name: "Dark", exact: true }).click();
    await page.evaluate(() => { location.hash = "#scripts/a-quiet-offer"; });
    await opens(page, "quiet offer");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.goBack();
    await opens(page, "Before the call");
    assert.ok(await box.isChecked());
    assert.ok(!(await page.getByText("Saved on this device").isVisible()));
  }));

  test("shows pictures, what stands behind a link, cards of a role-play and another language", () => reading(single, "#guides/the-radio-for-christmas", async (page) => {
    await page.evaluate(async () => {
      const pages = Array.from(JSON.parse(document.getElementById("copy-files").textContent)).flat();
      window.cards = pages.filter((path) => /^roleplays\/.+\..+\.html$/.test(path));
    });
    const link = page.locator(".entry-body a[href^='#']").first();
    await link.hover();
    await page.locator(".preview").waitFor();
    const cards = await page.evaluate(() => cards);
    assert.ok(cards.length > 4, `${cards}`);
    await page.evaluate(() => { location.hash = cuebook.to(cards[0]); });
    await page.locator("body.page-card").waitFor();
    await page.evaluate(() => { location.hash = "#scripts/um-hilfe-bitten"; });
    await page.locator("html[lang=de] body h1").waitFor();
    await page.locator("body:has([data-tools]:not([hidden]))").waitFor();
    assert.ok(await page.getByRole("button", { name: "Drucken" }).isVisible(), "its script speaks its language");
    await page.keyboard.press("/");
    await page.keyboard.type("hilfe");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Escape");
    const drawn = await page.evaluate(async () => {
      const packs = Array.from(document.querySelectorAll("[data-file$='.svg']"), (block) => block.dataset.file);
      return packs.length;
    });
    assert.ok(drawn > 2, "its pictures are in it");
  }));

  test("a picture is drawn", () => reading(everything, "#guides/everything", async (page) => {
    const picture = page.locator("main img[src^='data:image/svg']").first();
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("main img").naturalWidth > 0);
  }));

  test("prints the page that is open", () => reading(single, "#scripts/quiet-offer", async (page) => {
    await opens(page, "quiet offer");
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.getByRole("banner").isVisible()) && !(await page.locator(".menu").isVisible()));
    assert.ok(await page.locator(".foot-print").isVisible());
    assert.ok((await page.pdf()).length > 10_000);
  }));

  test("says when it is time for a newer one, and asks before it is read when it is too old", async () => {
    await reading(single, "#scripts/quiet-offer", async (page) => {
      await page.getByText("There may be a newer copy").waitFor();
      assert.ok(!(await page.getByText("too old to be relied on").isVisible()));
    }, { days: 40 });
    await reading(single, "#scripts/quiet-offer", async (page) => {
      const pass = page.getByRole("button", { name: "Read the old copy all the same" });
      await pass.waitFor();
      await isFocused(pass);
      await page.keyboard.press("Enter");
      await isFocused(page.getByRole("main"));
      await page.locator(".about a[href^='#']").first().evaluate((element) => element.click());
      await page.waitForFunction(() => !document.title.includes("quiet offer"));
      assert.ok(!(await page.getByText("too old to be relied on").isVisible()), "it is passed once");
    }, { days: 400 });
  });

  test("without script it says what to do and what is in it", () => reading(single, "", async (page) => {
    assert.ok(await page.getByText("open it in a current browser").isVisible());
    assert.ok(await page.getByText("Berlin desk").isVisible());
    assert.ok(await page.getByRole("listitem").filter({ hasText: "quiet offer" }).first().isVisible());
  }, { javaScriptEnabled: false }));

  test("axe finds nothing, on any kind of page, in either theme, on any screen", async () => {
    const pages = ["", "#scripts/quiet-offer", "#decisions/should-i-step-in", "#roleplays/the-regular", "#checklists/debrief", "#glossary/glossary", "#kinds/script", "#search"];
    for (const viewport of [DESK, PHONE]) {
      for (const colorScheme of ["light", "dark"]) {
        for (const at of pages) {
          await reading(single, at, async (page) => { assert.deepEqual(await findings(page), [], at); }, { viewport, colorScheme, days: 40 });
        }
        await reading(single, "", async (page) => {
          await page.keyboard.press("/");
          await page.keyboard.type("refund");
          await page.getByRole("option").first().waitFor();
          assert.deepEqual(await findings(page), [], "with the search open");
        }, { viewport, colorScheme });
      }
    }
  });
});
