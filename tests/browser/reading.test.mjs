// What a reader can do: by keyboard, on a narrow screen, without script, on paper, and coming back later.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DESK, PHONE, openBrowser } from "./browser.mjs";
import { isFocused, isInView, none, readingWith, tabTo } from "./reader.mjs";
import { isRedirect, oneOfEach, openSites } from "./sites.mjs";

const SCRIPT = "scripts/a-quiet-offer.html";
const CHECKLIST = "checklists/before-the-call.html";

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

describe("by keyboard alone", () => {
  test("the first stop leads past the navigation, into the text", () => reading(book, {}, async (page, home) => {
    await page.goto(home + SCRIPT);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    await isFocused(skip);
    assert.ok(await isInView(page, skip), "the skip link is seen while it has the focus");
    await page.keyboard.press("Enter");
    await isFocused(page.getByRole("main"));
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)), "the next stop is inside the text");
  }));

  test("a phone's menu opens, leads on, and closes with Escape", () => reading(book, { viewport: PHONE }, async (page, home) => {
    await page.goto(home + SCRIPT);
    const menu = page.getByRole("navigation", { name: "Navigation" });
    const link = menu.getByRole("link", { name: "Escalations" });
    assert.ok(!(await link.isVisible()), "the menu is folded");
    await tabTo(page, menu.locator("summary").first());
    await page.keyboard.press("Enter");
    await link.waitFor();
    await page.keyboard.press("Escape");
    await link.waitFor({ state: "hidden" });
    await isFocused(menu.locator("summary").first());
    await page.keyboard.press("Enter");
    await tabTo(page, link);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Escalations" }).waitFor();
  }));

  test("a line to say is copied, and that is said", () => reading(book, { permissions: ["clipboard-read", "clipboard-write"] }, async (page, home) => {
    await page.goto(home + SCRIPT);
    await tabTo(page, page.getByRole("button", { name: "Copy: Anything I can look up for you" }).first());
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Anything I can look up for you, {colleague}?");
  }));

  test("without the clipboard of today, the old way copies", () => reading(book, { permissions: ["clipboard-read"] }, async (page, home) => {
    await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.goto(home + SCRIPT);
    await page.evaluate(() => addEventListener("copy", () => { globalThis.copiedWords = getSelection().toString() || document.activeElement.value; }));
    const button = page.getByRole("button", { name: "Copy: Thumb up or down?" });
    await button.press("Enter");
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => copiedWords), "Thumb up or down?");
    await isFocused(button);
  }));

  for (const viewport of [PHONE, DESK]) {
    test(`the way out is seen, and leads to an escalation, at ${viewport.width} px`, () => reading(book, { viewport }, async (page, home) => {
      for (const path of [SCRIPT, "decisions/should-i-step-in.html", "guides/empty.html", "a-z.html"]) {
        await page.goto(home + path);
        const wayOut = page.getByRole("link", { name: "Escalate" }).or(page.getByRole("link", { name: "Danger or distress" })).first();
        assert.ok(await isInView(page, wayOut), `${path}: no way out on the screen`);
        await tabTo(page, wayOut);
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: /Wellbeing|A parcel that does not come/ }).waitFor();
      }
    }));
  }

  test("whatever has the focus shows it, and the bar never hides it", () => reading(book, {}, async (page, home) => {
    const faults = [];
    for (const path of ["index.html", SCRIPT, CHECKLIST, "escalations/late-parcel.html"]) {
      await page.goto(home + path);
      const seen = new Set();
      for (;;) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate(() => {
          const focused = document.activeElement;
          if (focused === document.body) return null;
          const box = focused.getBoundingClientRect(), style = getComputedStyle(focused);
          const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return {
            what: `${focused.tagName} ${focused.textContent.trim().slice(0, 40)}`,
            place: Array.from(document.querySelectorAll("*")).indexOf(focused),
            ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            free: !over?.closest("header.bar") || Boolean(focused.closest("header.bar")),
          };
        });
        if (!stop || seen.has(stop.place)) break;
        seen.add(stop.place);
        if (!stop.ring) faults.push(`${path}: no ring around ${stop.what}`);
        if (!stop.free) faults.push(`${path}: the bar covers ${stop.what}`);
      }
      assert.ok(seen.size > 10, `${path}: only ${seen.size} stops`);
    }
    none(faults);
  }));
});

describe("on any screen", () => {
  test("nothing is wider than 320 px", () => reading(book, { viewport: { width: 320, height: 640 } }, async (page, home) => {
    const faults = [];
    for (const path of book.pages) {
      if (isRedirect(await book.html(path))) continue;
      await page.goto(home + path);
      const wide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        if (scrollWidth <= clientWidth) return null;
        const outside = Array.from(document.querySelectorAll("main *, header *, footer *")).find((element) => element.getBoundingClientRect().right > clientWidth + 1);
        return `${scrollWidth} px wide: ${outside?.outerHTML.slice(0, 120)}`;
      });
      if (wide) faults.push(`${path}: ${wide}`);
    }
    none(faults);
  }));

  for (const viewport of [PHONE, DESK]) {
    test(`the first words of every script stand on the first screen, larger than all else, at ${viewport.width} px`, async () => {
      const faults = [];
      for (const site of [book, shipped]) {
        await reading(site, { viewport }, async (page, home) => {
          for (const path of site.pages) {
            if (!/<body class="[^"]*\bpage-script\b/.test(await site.html(path))) continue;
            await page.goto(home + path);
            const title = page.getByRole("heading", { level: 1 });
            const words = page.getByRole("main").getByRole("blockquote").first();
            if (!(await isInView(page, title))) faults.push(`${path}: its title is not on the first screen`);
            if (!(await isInView(page, words))) faults.push(`${path}: its first words are not on the first screen`);
            const sizes = await page.evaluate(() => {
              const size = (element) => parseFloat(getComputedStyle(element).fontSize);
              const main = document.querySelector("main"), words = main.querySelector("blockquote");
              const others = Array.from(main.querySelectorAll("*")).filter((other) => !words.contains(other) && other.checkVisibility() && Array.from(other.childNodes).some((node) => node.nodeType === 3 && node.data.trim()));
              return { words: size(words), most: Math.max(...others.map(size)), title: size(main.querySelector("h1")) };
            });
            if (sizes.words < sizes.most) faults.push(`${path}: its first words have ${sizes.words} px, and something else ${sizes.most} px`);
            if (Math.round(sizes.title) > 28) faults.push(`${path}: its title has ${sizes.title} px`);
          }
        });
      }
      none(faults);
    });
  }

  test("the urgent link stands on every page", async () => {
    const faults = [];
    for (const path of book.pages) {
      const html = await book.html(path);
      if (!isRedirect(html) && !/href="[^"]*(?:escalations\/)?wellbeing-and-safety\.html"/.test(html)) faults.push(path);
    }
    none(faults);
  });

  test("on the front page the search has the focus, and a situation leads to the words", () => reading(book, {}, async (page, home) => {
    await page.goto(home);
    await isFocused(page.getByRole("search").getByRole("link"));
    await page.getByRole("link", { name: "return refused", exact: true }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.notEqual(page.url(), home);
  }));
});

describe("without script", () => {
  const off = { javaScriptEnabled: false };

  test("a script's words are all there, and no button that does nothing", () => reading(book, off, async (page, home) => {
    await page.goto(home + SCRIPT);
    const main = page.getByRole("main");
    for (const words of ["Anything I can look up for you", "Shall I paste the line?", "I have a minute. Any use?", "The rule for open boxes.", "Yours again.", "Does nobody here know?"]) {
      assert.ok(await main.getByText(words).first().isVisible(), `not to be seen: ${words}`);
    }
    assert.equal(await page.locator("button:visible, input[type=text]:visible").count(), 0, "buttons that need script are hidden");
  }));

  test("a decision and a conversation are lists whose choices lead to their steps", () => reading(book, off, async (page, home) => {
    await page.goto(home + "decisions/should-i-step-in.html");
    for (const step of ["Wrong information", "Step in now", "Ask quietly", "Talk afterwards"]) {
      assert.ok(await page.getByRole("main").getByRole("heading", { name: step }).first().isVisible(), step);
    }
    await page.getByRole("link", { name: /^No\b/ }).first().click();
    const target = page.locator(`[id="${decodeURIComponent(new URL(page.url()).hash.slice(1))}"]`);
    assert.match(await target.textContent(), /Talk afterwards/);

    await page.goto(home + "roleplays/return-refused-twice.html");
    for (const step of ["Opening", "She explains", "Solved", "She hangs up"]) {
      assert.ok(await page.getByRole("main").getByRole("heading", { name: step }).first().isVisible(), step);
    }
  }));

  test("each player opens a card of their own, which names no other player's secret", () => reading(book, off, async (page, home) => {
    await page.goto(home + "roleplays/return-refused-twice.html");
    await page.getByRole("main").getByRole("link", { name: "Agent card" }).click();
    await page.getByRole("heading", { level: 1, name: "Agent card" }).waitFor();
    const text = await page.getByRole("main").textContent();
    assert.match(text, /find out what is wrong/);
    assert.doesNotMatch(text, /leaks|You named the effort/);
  }));

  test("boxes can be ticked, and folded parts open", () => reading(book, off, async (page, home) => {
    await page.goto(home + CHECKLIST);
    await page.getByRole("checkbox", { name: "Headset on" }).check();
    await page.goto(home + "guides/everything.html");
    await page.getByText("More about lime").click();
    assert.ok(await page.getByText("Press Ctrl").isVisible());
  }));

  test("every entry can be reached from every page", () => reading(book, off, async (page, home) => {
    const faults = [];
    for (const path of book.pages) {
      const html = await book.html(path);
      if (!isRedirect(html) && !/href="[^"]*\ba-z\.html"/.test(html)) faults.push(`${path} does not lead to the list of all entries`);
    }
    await page.goto(home + "a-z.html");
    const listed = await page.getByRole("main").getByRole("link").evaluateAll((links) => links.map((link) => link.href.split("#")[0]));
    for (const path of book.pages) {
      const isEntry = /<article class="entry/.test(await book.html(path));
      if (isEntry && !listed.includes(home + encodeURI(path))) faults.push(`${path} is not in the list of all entries`);
    }
    none(faults);
  }));

  test("a phone's menu opens", () => reading(book, { ...off, viewport: PHONE }, async (page, home) => {
    await page.goto(home + SCRIPT);
    const menu = page.getByRole("navigation", { name: "Navigation" });
    await menu.locator("summary").first().press("Enter");
    assert.ok(await menu.getByRole("link", { name: "Escalations" }).isVisible());
  }));
});

describe("coming back", () => {
  for (const from of ["http", "file"]) {
    test(`the colours that were chosen stay on other pages, and in other tabs (${from}:)`, () => reading(book, { colorScheme: "light", from }, async (page, home) => {
      await page.goto(home + "index.html");
      const other = await page.context().newPage();
      await other.goto(home + SCRIPT);
      const bright = await background(page);

      await page.getByRole("button", { name: "Dark", exact: true }).click();
      const dark = await background(page);
      assert.notEqual(dark, bright);
      await other.waitForFunction((dark) => getComputedStyle(document.documentElement).backgroundColor === dark, dark);

      await page.getByRole("navigation", { name: "Navigation" }).getByRole("link", { name: "Scripts" }).click();
      await page.getByRole("heading", { level: 1, name: "Scripts" }).waitFor();
      assert.equal(await background(page), dark);
      assert.equal(await page.getByRole("button", { name: "Dark", exact: true }).getAttribute("aria-pressed"), "true");

      await page.getByRole("button", { name: "Auto", exact: true }).click();
      assert.equal(await background(page), bright);
      await page.emulateMedia({ colorScheme: "dark" });
      assert.equal(await background(page), dark, "what the system asks for looks the same as what is chosen");
    }));

    test(`ticks are remembered, counted, copied and taken back (${from}:)`, () => reading(book, { from, permissions: from === "http" ? ["clipboard-read", "clipboard-write"] : [] }, async (page, home) => {
      await page.goto(home + CHECKLIST);
      const box = page.getByRole("checkbox", { name: "Record open" }), progress = page.getByRole("status");
      await box.check();
      await progress.filter({ hasText: "1 of 3" }).waitFor();
      await page.reload();
      assert.ok(await box.isChecked(), "the tick is there after the page is read again");
      await progress.filter({ hasText: "1 of 3" }).waitFor();
      assert.ok(await page.getByText("Saved on this device").isVisible());

      if (from === "http") {
        await page.getByRole("button", { name: "Copy as text" }).click();
        await progress.filter({ hasText: "Copied" }).waitFor();
        assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Before the call \(1 of 3\)\n\[ \] Headset on\n\[x\] Record open\n/);
      }
      await page.getByRole("button", { name: "Reset" }).click();
      assert.ok(!(await box.isChecked()));
      await page.reload();
      assert.ok(!(await box.isChecked()), "nothing is ticked after a reset");
    }));
  }

  test("a page whose time is over says so, by the day on which it is read", () => reading(book, {}, async (page, home) => {
    const over = page.getByText("This stopped being valid on"), early = page.getByText("Not valid until");
    for (const [day, isOver, isEarly] of [["2025-12-30", false, true], ["2026-01-15", false, false], ["2026-02-03", true, false]]) {
      await page.clock.setFixedTime(`${day}T12:00:00`);
      await page.goto(home + "guides/draft-of-a-rule.html");
      assert.deepEqual([await over.isVisible(), await early.isVisible()], [isOver, isEarly], day);
    }
  }));

  test("a long list narrows to what is typed", async () => {
    const site = await sites.long();
    await reading(site, {}, async (page, home) => {
      await page.goto(home + "kinds/guide.html");
      const cards = page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading") });
      const all = await cards.count();
      await page.getByRole("textbox", { name: "Filter this list" }).fill("QUÉSTION 26");
      await page.getByRole("status").filter({ hasText: "entr" }).waitFor();
      const left = await cards.filter({ visible: true }).allTextContents();
      assert.ok(left.length > 0 && left.length < all && left.every((card) => card.includes("26")), `${left.length} of ${all} are left`);
    });
  });
});

/** The pages of all cards of a site, each while it is open. */
async function* openedCards(site, page, home) {
  for (const path of site.pages) {
    if (!/<body class="[^"]*\bpage-card\b/.test(await site.html(path))) continue;
    await page.goto(home + encodeURI(path));
    yield path;
  }
}

describe("on paper", () => {
  test("a card is one sheet, on A4 and on Letter", async () => {
    const faults = [];
    for (const site of [book, shipped]) {
      await reading(site, {}, async (page, home) => {
        for await (const path of openedCards(site, page, home)) {
          for (const format of ["A4", "Letter"]) {
            const sheets = countSheets(await page.pdf({ format }));
            if (sheets !== 1) faults.push(`${path}: ${sheets} sheets of ${format}`);
          }
        }
      });
    }
    none(faults);
  });

  test("a long card has more of the sheet, and none is cut", async () => {
    const site = await sites.cards();
    const faults = [];
    const copies = new Set();
    await reading(site, {}, async (page, home) => {
      for await (const path of openedCards(site, page, home)) {
        for (const format of ["A4", "Letter"]) {
          const sheets = countSheets(await page.pdf({ format }));
          // One that no sheet can hold goes on over the next; all others are whole.
          const most = path.includes("-6000.") ? 5 : 1;
          if (sheets < 1 || sheets > most) faults.push(`${path}: ${sheets} sheets of ${format}`);
        }
        await page.emulateMedia({ media: "print" });
        copies.add(await page.locator(".player-card").filter({ visible: true }).count());
        await page.emulateMedia({ media: null });
      }
    });
    none(faults);
    assert.deepEqual(Array.from(copies).sort(), [1, 2, 4]);
  });

  test("there is no navigation and no button, and folded parts are open", () => reading(book, {}, async (page, home) => {
    const faults = [];
    for (const path of await oneOfEach(book)) {
      await page.goto(home + encodeURI(path));
      await page.emulateMedia({ media: "print" });
      const shown = await page.evaluate(() => (
        Array.from(document.querySelectorAll("nav, button, [role=search], .skip, input[type=text]")).filter((element) => element.checkVisibility() && element.getClientRects().length).map((element) => element.outerHTML.slice(0, 100))
      ));
      faults.push(...shown.map((element) => `${path}: ${element}`));
      await page.emulateMedia({ media: "screen" });
    }
    none(faults);
    await page.goto(home + "guides/everything.html");
    await page.emulateMedia({ media: "print" });
    for (const words of ["A callout that opens when asked.", "Press Ctrl", "Printed from The kettle desk"]) {
      assert.ok(await page.getByText(words).isVisible(), `not on paper: ${words}`);
    }
  }));
});

function background(page) {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

function countSheets(pdf) {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
