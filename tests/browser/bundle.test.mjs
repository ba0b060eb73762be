// A bundle, unpacked: opened from its folder, without any network, by somebody whose clock goes on.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { DESK, PHONE, openBrowser } from "./browser.mjs";
import { isFocused, readingWith } from "./reader.mjs";
import { BUNDLED, files, openSites } from "./sites.mjs";

let browser, sites, bundle, shipped;

before(async () => {
  sites = await openSites();
  bundle = await sites.bundle('\n[bundle]\nrefresh-after = "1 month"\nstop-after = "6 months"\n');
  shipped = await sites.shipped();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

/** A page of the bundle on a day so many days after it was made. */
const later = (days, options, use) => readingWith(browser, bundle, { from: "file", ...options }, async (page, home) => {
  await page.context().setOffline(true);
  const day = new Date(`${BUNDLED}T12:00:00`);
  day.setDate(day.getDate() + days);
  await page.clock.setFixedTime(day);
  await use(page, home);
});

/** What a page says of its age. */
const foot = (page) => page.locator(".copy-foot");

describe("an unpacked bundle", () => {
  test("leads from its start page into the playbook, and says what it is", () => later(3, {}, async (page, home) => {
    await page.goto(home + "START.html");
    await foot(page).getByText("Berlin desk").waitFor();
    await foot(page).getByText("This copy is 3 days old.").waitFor();
    assert.ok(!(await page.getByText("Unpack the folder first").isVisible()), "it is unpacked");
    await page.getByRole("link", { name: "Open the playbook" }).click();
    await foot(page).getByText("This copy is 3 days old.").waitFor();
  }));

  test("says on its own day that it is of today", () => later(0, {}, async (page, home) => {
    await page.goto(home + "START.html");
    await foot(page).getByText("This copy was made today.").waitFor();
  }));

  test("finds the same as the site, in the same order", async () => {
    const found = async (page, home, folder) => {
      await page.goto(home + folder + "index.html");
      await page.evaluate(() => cuebook.ready());
      return page.evaluate(async () => (await cuebook.search("she has been crying after a call")).map((result) => result.path ?? result.address ?? result.url));
    };
    let ours, theirs;
    await later(0, {}, async (page, home) => { ours = await found(page, home, bundle.inner + "/"); });
    await readingWith(browser, shipped, {}, async (page, home) => { theirs = await found(page, home, ""); });
    assert.ok(ours.length > 3, `${ours}`);
    assert.deepEqual(ours, theirs);
  });

  test("says that there is a newer one when it is time, and asks before it is read when it is too old", async () => {
    const script = () => `${bundle.inner}/scripts/quiet-offer.html`;
    await later(20, {}, async (page, home) => {
      await page.goto(home + script());
      await foot(page).getByText("This copy is 20 days old.").waitFor();
      assert.ok(!(await page.getByText("There may be a newer copy").isVisible()));
    });
    await later(40, {}, async (page, home) => {
      await page.goto(home + script());
      await page.getByText("There may be a newer copy").waitFor();
      assert.ok(!(await page.getByText("too old to be relied on").isVisible()));
    });
    await later(400, {}, async (page, home) => {
      await page.goto(home + script());
      const pass = page.getByRole("button", { name: "Read the old copy all the same" });
      await pass.waitFor();
      await isFocused(pass);
      assert.ok(await page.getByRole("main").evaluate((main) => main.inert), "nothing behind the notice is reached");
      await page.keyboard.press("Enter");
      await page.getByText("too old to be relied on").waitFor({ state: "hidden" });
      await isFocused(page.getByRole("main"));
    });
  });

  test("axe finds nothing, young or old, in either theme, on any screen", async () => {
    for (const viewport of [DESK, PHONE]) {
      for (const colorScheme of ["light", "dark"]) {
        for (const days of [1, 40, 400]) {
          await later(days, { viewport, colorScheme }, async (page, home) => {
            for (const address of ["START.html", `${bundle.inner}/scripts/quiet-offer.html`]) {
              await page.goto(home + address);
              await foot(page).getByText(/This copy is/).waitFor();
              assert.deepEqual(await findings(page), [], `${address} after ${days} days`);
            }
          });
        }
      }
    }
  });

  test("every link of every page leads to a file that is there", async () => {
    const all = new Set(await files(bundle.folder));
    const broken = [];
    for (const page of [...all].filter((name) => name.endsWith(".html"))) {
      const html = await readFile(join(bundle.folder, page), "utf8");
      for (const [, link] of html.matchAll(/(?:href|src)="([^"#?]+)[^"]*"/g)) {
        if (/^[a-z]+:/i.test(link)) continue;
        const target = new URL(link.replaceAll("&amp;", "&"), `file:///${encodeURI(page)}`).pathname.slice(1);
        if (!all.has(decodeURIComponent(target))) broken.push(`${page}: ${link}`);
      }
    }
    assert.deepEqual(broken, []);
  });
});
