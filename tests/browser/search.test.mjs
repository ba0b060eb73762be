// What a reader can do with the search box. The engine is a stub (search-stub.js), so that only the box is judged.

import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { DESK, PHONE, openBrowser } from "./browser.mjs";
import { isFocused, isInView, none, readingWith, tabTo } from "./reader.mjs";
import { files, openSites } from "./sites.mjs";

const SCRIPT = "scripts/a-quiet-offer.html";
const OFFER = "A quiet offer";

let browser, sites, book;
const reading = (options, use) => readingWith(browser, book, options, (page, home) => use(page, home, parts(page)));

before(async () => {
  sites = await openSites();
  book = await sites.everything();
  const stub = await readFile(new URL("search-stub.js", import.meta.url), "utf8");
  const [script] = (await files(book.folder, ".js")).filter((name) => /^engine-[0-9a-f]{8}\.js$/.test(name));
  await appendFile(join(book.folder, script), stub);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

/** What the search consists of, by role and name. */
function parts(page) {
  const dialog = page.getByRole("dialog", { name: "Search this playbook" });
  return {
    dialog,
    field: page.getByRole("combobox", { name: "What does the customer say?" }),
    list: page.getByRole("listbox", { name: "Search results" }),
    option: (name) => page.getByRole("option", { name }),
    kind: (name) => page.getByRole("group", { name: "Filters" }).getByRole("button", { name }),
    heard: (text) => page.getByRole("status").filter({ hasText: text }),
  };
}

/** Opens the search with `/` and types. */
async function ask(page, query, { dialog }) {
  // A heading is there before the script that hears the key.
  await page.waitForLoadState();
  await page.keyboard.press("/");
  await dialog.waitFor();
  if (query) await page.keyboard.type(query);
}

/** The text of the option that the field points at. */
function chosen(field) {
  return field.evaluate((input) => document.getElementById(input.getAttribute("aria-activedescendant"))?.querySelector(".search-title").textContent);
}

describe("by keyboard alone", () => {
  for (const from of ["http", "file"]) {
    test(`two keys and the query lead from any page to the first words of a script (${from}:)`, () => reading({ from }, async (page, home, search) => {
      for (const path of ["index.html", "guides/everything.html", "roleplays/return-refused-twice.html", "a-z.html"]) {
        await page.goto(home + path);
        await ask(page, "looked stuck", search);
        await search.list.getByText("Anything I can look up for you, {colleague}?").waitFor();
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: OFFER }).waitFor();
        assert.ok(await isInView(page, page.getByRole("main").getByRole("blockquote").first()), "the first words are on the screen");
      }
    }));
  }

  test("whoever types into the field of the front page is searching", () => reading({}, async (page, home, search) => {
    await page.goto(home);
    await page.keyboard.type("offer");
    await search.option(OFFER).waitFor();
    assert.equal(await search.field.inputValue(), "offer");
  }));

  test("the field opens it too, Escape closes it, the focus returns, and the query is selected when it opens again", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    const field = page.getByRole("link", { name: /^Search/ });
    await tabTo(page, field);
    await page.keyboard.press("Enter");
    await search.dialog.waitFor();
    await isFocused(search.field);
    await page.keyboard.type("offer");
    await search.option(OFFER).waitFor();
    await page.keyboard.press("Escape");
    await search.dialog.waitFor({ state: "hidden" });
    await isFocused(field);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rule");
    assert.equal(await search.field.inputValue(), "rule");
  }));

  test("arrows go round, Page keys go from kind to kind, Home and End stay in the field", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.option(OFFER).waitFor();
    const seen = [await chosen(search.field)];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "PageDown", "PageDown", "PageUp", "Home", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"]) {
      await page.keyboard.press(key);
      seen.push(await chosen(search.field));
    }
    const [quiet, phone, closing, news, parcel, duty, rule] = [OFFER, "On the phone", "Closing", "Bad news about a date", "A parcel that does not come", "Duty manager", "A rule that waits for a second reader"];
    assert.deepEqual(seen, [quiet, phone, closing, news, parcel, duty, parcel, parcel, duty, rule, quiet, rule]);
    await isFocused(search.field);
  }));

  test("Control and Enter open another tab, Alt and Enter copy the line or the number", () => reading({ permissions: ["clipboard-read", "clipboard-write"] }, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.option(OFFER).waitFor();
    const tab = page.context().waitForEvent("page");
    await page.keyboard.press("Control+Enter");
    await (await tab).waitForURL(/a-quiet-offer\.html\?h=offer$/);
    await page.bringToFront();
    for (const copied of ["Anything I can look up for you, {colleague}?", "It comes on Friday. I looked it up.", "+44 20 7946 0001", "+44 20 7946 0002"]) {
      await page.keyboard.press("Alt+Enter");
      await page.waitForFunction(async (words) => (await navigator.clipboard.readText()) === words, copied);
      assert.ok(await search.dialog.getByRole("status").filter({ hasText: "Copied" }).isVisible(), "and that is said where it can be heard");
      if (copied.startsWith("Any")) for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
      await page.keyboard.press("ArrowDown");
    }
  }));

  test("on an intranet without https the line is copied the old way, and the focus stays", () => reading({}, async (page, home, search) => {
    await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.goto(home + SCRIPT);
    await ask(page, "stuck", search);
    await search.option(OFFER).waitFor();
    await page.evaluate(() => addEventListener("copy", () => { globalThis.copiedWords = document.activeElement.value; }));
    await page.keyboard.press("Alt+Enter");
    await search.heard("Copied").waitFor();
    assert.equal(await page.evaluate(() => copiedWords), "Anything I can look up for you, {colleague}?");
    await isFocused(search.field);
  }));

  test("Tab goes from the field to the filters, and on to the way out", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.option(OFFER).waitFor();
    const stops = [];
    for (let n = 0; n < 7; n++) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent));
    }
    assert.deepEqual(stops.slice(0, 6), ["Scripts2", "Escalations1", "Contacts1", "Guides1", "All results", "Close search"]);
  }));

  test("single keys can be turned off, and Control and K still opens it", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await page.getByRole("button", { name: "Turn shortcuts off" }).click();
    await page.keyboard.press("/");
    assert.ok(!(await search.dialog.isVisible()));
    await page.keyboard.press("Control+k");
    await search.dialog.waitFor();
  }));
});

describe("for those who listen", () => {
  test("how many were found is said once typing stops, and the field tells which option is chosen", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.heard("5 results, 2 Scripts, 1 Escalation, 1 Contact, 1 Guide").waitFor();
    assert.deepEqual(await heardOf(page), {
      field: { expanded: true, autocomplete: "list", hasPopup: "listbox", active: "option", selected: [OFFER] },
      groups: ["Scripts", "Escalations", "Contacts", "Guides"],
    });
    await page.keyboard.press("ArrowUp");
    assert.deepEqual((await heardOf(page)).field.selected, ["A rule that waits for a second reader"]);
    await search.field.fill("stuck");
    await search.heard("1 result, 1 Script").waitFor();
  }));

  test("an option is read with its words, and whether they can be used still", () => reading({}, async (page, home, search) => {
    await page.clock.setFixedTime("2026-11-23T21:00:00");
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    for (const name of [
      /^A quiet offer Anything I can look up/, /Instead of: We are doing our best\. Try It comes on Friday/,
      /\+44 20 7946 0001 Level 1: Team lead/, /People \+44 20 7946 0002 Not on now Mon-Fri 08:00-20:00/, /This stopped being valid on 1 February 2026/,
    ]) assert.equal(await search.option(name).count(), 1, String(name));
    await page.clock.setFixedTime("2026-11-23T09:00:00");
    await search.field.fill("duty");
    await search.option(/0002 On now Mon-Fri/).waitFor();
  }));

  test("an answer that takes its time is announced, and a late one does not overwrite a newer one", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "slow offer", search);
    await search.heard("Loading").waitFor();
    await search.field.fill("duty");
    await search.heard("1 result, 1 Contact").waitFor();
    await page.waitForTimeout(1600);
    assert.deepEqual(await search.list.getByRole("option").count(), 1);
  }));

  for (const viewport of [PHONE, DESK]) {
    test(`axe finds nothing in the open dialog, whatever it shows, at ${viewport.width} px`, () => reading({ viewport }, async (page, home, search) => {
      const faults = [];
      await page.goto(home + SCRIPT);
      await ask(page, "bad", search);
      await search.option("Bad news").click();
      await page.goto(home + SCRIPT);
      await ask(page, "", search);
      for (const [query, sign] of [["", search.option("Bad news")], ["offer", search.option(OFFER)], ["ofer", search.dialog.getByText("Nothing found")], ["broken", search.dialog.getByText("could not be loaded")]]) {
        await search.field.fill(query);
        await sign.first().waitFor();
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          faults.push(...(await findings(page)).map((finding) => `"${query}" ${colorScheme}: ${finding}`));
        }
      }
      none(faults);
    }));
  }
});

describe("what it offers", () => {
  test("hits are marked, headings stand below their entry, and a window of text takes the place of the summary", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.list.getByText("It stopped being valid; the offer is another one now.").waitFor();
    assert.deepEqual(await search.list.locator("mark").allTextContents(), ["offer", "offer"]);
    const heading = search.option(/^§ ?Closing ?2 more on this page$/);
    await heading.click();
    assert.match(page.url(), /a-quiet-offer\.html\?h=offer#closing$/);
  }));

  test("a kind can be chosen and given up, and hits in other kinds are one press away", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.kind("Contacts 1").click();
    await search.heard("1 result, 1 Contact").waitFor();
    assert.equal(await search.list.getByRole("option").count(), 1);
    await isFocused(search.field);
    assert.equal(await search.kind("Contacts").getAttribute("aria-pressed"), "true");
    await search.field.fill("bad stuck parcel");
    await search.dialog.getByRole("button", { name: "3 in other kinds" }).click();
    await search.option(OFFER).waitFor();
    await tabTo(page, search.kind("Scripts"));
    await page.keyboard.press("Space");
    assert.equal(await search.kind("Scripts").getAttribute("aria-pressed"), "true");
    await isFocused(search.kind("Scripts"));
  }));

  test("where nothing is found, there is a better word, the index, the urgent entry, and somebody to tell", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "kettle & son", search);
    await search.heard("Nothing found for “kettle & son”").waitFor();
    assert.equal(await search.field.getAttribute("aria-expanded"), "false");
    const link = (name) => search.dialog.getByRole("link", { name }).getAttribute("href");
    assert.match(await link("All entries A–Z"), /a-z\.html$/);
    assert.match(await link("Danger or distress"), /wellbeing-and-safety\.html$/);
    const mail = new URL(await link("Tell us what you looked for"));
    assert.deepEqual([mail.pathname, mail.searchParams.get("subject")], ["training@example.org", "Nothing found for “kettle & son”"]);
    await search.field.fill("ofer");
    await search.dialog.getByRole("button", { name: "offer" }).click();
    await search.option(OFFER).waitFor();
    await isFocused(search.field);
  }));

  for (const from of ["http", "file"]) {
    test(`an empty field shows what was opened from here last and what is pinned, and forgets when asked (${from}:)`, () => reading({ from }, async (page, home, search) => {
      await page.goto(home + SCRIPT);
      for (const title of ["Bad news about a date", OFFER, "Duty manager"]) {
        await ask(page, title.split(" ").at(title === "Duty manager" ? 0 : 1), search);
        await search.option(title).click();
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
      }
      await page.goto(home + SCRIPT);
      await ask(page, "", search);
      const group = (name) => search.list.getByRole("group", { name }).locator(".search-title").allTextContents();
      await search.option("Duty manager").waitFor();
      assert.deepEqual(await group("Recently opened"), ["Duty manager", "Bad news about a date"]);
      assert.deepEqual(await group("Good to know"), ["Should I step in?", "A parcel that does not come"]);
      await search.dialog.getByRole("button", { name: "Forget these" }).click();
      assert.deepEqual([await group("Recently opened"), (await group("Good to know")).length], [[], 2]);
      await isFocused(search.field);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Should I step in?" }).waitFor();
    }));
  }

  test("without storage, and with nonsense in it, pinned entries are there", () => reading({}, async (page, home, search) => {
    await page.addInitScript(() => {
      const kept = "javascript:alert(1)\tscript\tx\n//example.org/\tscript\ty\nhttps://example.org/\tguide\tz\nnonsense\n\t\t\t";
      Storage.prototype.getItem = (name) => (name.endsWith("recent") ? kept : null);
      Storage.prototype.setItem = () => { throw new Error("full"); };
    });
    await page.goto(home + "index.html");
    await ask(page, "", search);
    await search.option("Should I step in?").waitFor();
    assert.equal(await search.list.getByRole("option").count(), 2);
  }));

  test("while an input method composes, nothing is searched, chosen or opened", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "", search);
    await search.option("Should I step in?").waitFor();
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "でんわ", selectionStart: 3, selectionEnd: 3 });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await chosen(search.field), "Should I step in?");
    assert.equal(page.url(), home + SCRIPT);
    await client.send("Input.insertText", { text: "電話" });
    await search.option("お客様への最初の一言").waitFor();
    assert.equal(await search.field.inputValue(), "電話");
    assert.equal(await search.list.locator("mark").count(), 1);
  }));

  test("whatever is typed, nothing breaks", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "", search);
    for (const query of ["x".repeat(10_000), "offer", "__proto__", "constructor", "(?<!a)[b-", "\u202eoffer", "🙂 \ud83d", '"offer', "<img src=x onerror=alert(1)>", "kind:", "{query} $& $1"]) {
      await search.field.fill(query);
      await search.dialog.getByText("Nothing found").or(search.option(OFFER)).first().waitFor();
    }
  }));
});

describe("as a page", () => {
  for (const from of ["http", "file"]) {
    test(`an address holds what is looked for, and follows what is typed (${from}:)`, () => reading({ from }, async (page, home, search) => {
      await page.goto(home + "search.html?q=offer&kind=contact");
      await search.option("Duty manager").waitFor();
      assert.equal(await search.list.getByRole("option").count(), 1);
      assert.ok(!(await page.getByRole("heading", { name: "A", exact: true }).isVisible()), "the index makes way");
      await search.kind("Contacts").click();
      await search.field.fill("stuck");
      await search.option(OFFER).waitFor();
      assert.equal(page.url(), home + "search.html?q=stuck");
      await page.keyboard.press("/");
      await isFocused(search.field);
      await search.field.fill("");
      assert.ok(await page.getByRole("heading", { name: "A", exact: true }).isVisible(), "the index is back");
      assert.equal(new URL(page.url()).search, "");
    }));
  }

  test("all results of the dialog lead there", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "offer", search);
    await search.kind("Scripts").click();
    await page.getByRole("link", { name: "All results" }).click();
    assert.equal(page.url(), home + "search.html?q=offer&kind=script");
    await search.option(OFFER).waitFor();
    assert.equal(await search.kind("Scripts").getAttribute("aria-pressed"), "true");
  }));

  test("without script the field leads to every entry, and to the key that finds words on a page", () => reading({ javaScriptEnabled: false }, async (page, home) => {
    await page.goto(home + SCRIPT);
    await page.getByRole("link", { name: /^Search/ }).click();
    assert.equal(page.url(), home + "search.html");
    assert.ok(await page.getByText("Press Ctrl+F to find a word on this page").isVisible());
    assert.ok(await page.getByRole("main").getByRole("link", { name: OFFER }).first().isVisible());
    assert.equal(await page.getByRole("combobox").count(), 0);
  }));

  for (const viewport of [PHONE, DESK]) {
    test(`axe finds nothing at ${viewport.width} px`, () => reading({ viewport }, async (page, home, search) => {
      await page.goto(home + "search.html?q=offer");
      await search.option(OFFER).waitFor();
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        none(await findings(page));
      }
    }));
  }
});

describe("on the page that was found", () => {
  test("hits are painted, counted, walked through and cleared, and the text stays as it is", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    const before = await page.locator("main").innerHTML();
    await ask(page, "look", search);
    // Without waiting for an answer.
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?h=look$/);
    await search.heard(/^\d+ matches on this page$/).waitFor();
    const painted = () => page.evaluate(() => ["hit", "hit-now"].map((name) => Array.from(CSS.highlights.get(name) ?? [], String).join(" ")));
    assert.match((await painted())[0], /^look( look)+$/i);
    await page.keyboard.press("n");
    await search.heard(/^1 of \d+$/).waitFor();
    await page.getByRole("button", { name: "Next match" }).click();
    await search.heard(/^2 of \d+$/).waitFor();
    assert.match((await painted())[1], /^look$/i);
    assert.equal(await page.locator("main").innerHTML(), before);
    none(await findings(page));
    await page.keyboard.press("Escape");
    assert.deepEqual(await painted(), ["", ""]);
    assert.equal(page.url(), home + SCRIPT);
    assert.equal(await page.getByRole("button", { name: "Next match" }).count(), 0);
  }));

  test("Enter opens what is found, also when it comes before the script that searches", () => reading({}, async (page, home, search) => {
    let release;
    const typed = new Promise((done) => { release = done; });
    await page.route(/search-[0-9a-f]{8}\.js$/, async (route) => {
      await typed;
      await route.continue();
    });
    await page.goto(home + SCRIPT);
    await ask(page, "look", search);
    await page.keyboard.press("Enter");
    release();
    await page.waitForURL(/\?h=look$/);
  }));

  test("words that the page does not have, and browsers that cannot paint, show nothing", () => reading({}, async (page, home) => {
    await page.goto(home + SCRIPT + "?h=zeppelin");
    await page.waitForFunction(() => cuebook.arrive);
    assert.equal(await page.getByRole("button", { name: "Next match" }).count(), 0);
    await page.addInitScript(() => { delete window.Highlight; });
    await page.goto(home + SCRIPT + "?h=look");
    await page.waitForFunction(() => cuebook.arrive);
    assert.equal(await page.getByRole("button", { name: "Next match" }).count(), 0);
  }));

  test("from files, colours that a link carries leave the words in it", () => reading({ from: "file" }, async (page, home, search) => {
    await page.goto(home + "guides/everything.html");
    await page.getByRole("button", { name: "Dark", exact: true }).click();
    await ask(page, "stuck", search);
    await search.option(OFFER).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/h=stuck&theme=dark$/);
  }));
});

describe("when something cannot be loaded", () => {
  test("an index that is not there is said, with ways on", () => reading({}, async (page, home, search) => {
    await page.goto(home + SCRIPT);
    await ask(page, "broken", search);
    await search.heard("Search could not be loaded").waitFor();
    assert.ok(await search.dialog.getByRole("link", { name: "All entries A–Z" }).isVisible());
    await search.field.fill("offer");
    await search.option(OFFER).waitFor();
  }));

  test("without the script of the search, the field leads where it leads without script", async () => {
    const faults = [];
    const alone = await sites.agents();
    await readingWith(browser, { ...alone, mayMiss: true }, {}, async (page, home) => {
      await page.route(/search-[0-9a-f]{8}\.js$/, (route) => route.fulfill({ status: 200, contentType: "text/plain", headers: { "x-content-type-options": "nosniff" }, body: "" }));
      await page.goto(home + "index.html");
      await page.getByRole("search").getByRole("link").press("Enter");
      await page.waitForURL(/search\.html$/);
    }).catch((told) => faults.push(told));
    assert.ok(faults.every((told) => /MIME|request failed/.test(told)), String(faults));
  });
});

/** What assistive technology is told of the field and its list. */
async function heardOf(page) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  const value = (node, name) => node.properties?.find((property) => property.name === name)?.value;
  const field = nodes.find((node) => node.role?.value === "combobox");
  const active = value(field, "activedescendant")?.relatedNodes?.[0]?.backendDOMNodeId;
  const byName = (node) => node.name.value.split(" ").slice(0, 20).join(" ");
  const titles = (wanted) => nodes.filter((node) => !node.ignored && node.role?.value === wanted);
  const all = titles("option"), titleOf = (name) => [OFFER, "A rule that waits for a second reader"].find((title) => name.startsWith(title)) ?? name;
  return {
    field: {
      expanded: value(field, "expanded").value, autocomplete: value(field, "autocomplete").value, hasPopup: value(field, "hasPopup").value,
      active: nodes.find((node) => node.backendDOMNodeId === active)?.role.value,
      selected: all.filter((node) => value(node, "selected")?.value).map((node) => titleOf(byName(node))),
    },
    groups: titles("group").map((node) => node.name.value).filter((name) => name !== "Filters" && /s$/.test(name) && !/Colours/.test(name)),
  };
}
