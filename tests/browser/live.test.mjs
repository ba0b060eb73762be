// What somebody sees in the browser while they write: `cuebook serve`, the reload, and what is wrong with the book.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openBrowser, openPage, sentences } from "./browser.mjs";
import { PROGRAM } from "./sites.mjs";

const LONG = Array.from({ length: 40 }, (_, n) => `## Part ${n}\n\nParagraph ${n} has some words in it, so that the page is long.\n`).join("\n");
const BOOK = {
  "book.toml": '[book]\ntitle = "Live book"\n[check]\nmissing-owner = "off"\nmissing-review = "off"\nmissing-summary = "off"\norphan = "off"\n',
  "content/scripts/late.md": "---\ntitle: A late parcel\n---\n\nSay what you know about the parcel.\n\n> [!tip]- More\n> Hidden words.\n\n- [ ] Asked for the number\n- [ ] Looked it up\n\n" + LONG,
  "content/scripts/other.md": "---\ntitle: Another entry\n---\n\nSee [[late]].\n",
  "themes/default/css/90-own.css": ".entry { outline: 1px solid rgb(1, 2, 3); }\n",
};

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

/** Serves a book of its own while `use` runs; the program must end with 0 and say nothing of a mistake of its own. */
async function writing(use, files = BOOK) {
  const root = await mkdtemp(join(tmpdir(), "cuebook-live-"));
  const put = async (path, text) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) await put(path, text);
  const program = spawn(PROGRAM, ["serve", "--root", root, "--port", "0", "--today", "2026-12-01"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((end) => program.on("exit", end));
  try {
    const home = await address(program);
    const faults = [];
    const page = await openPage(browser, home, faults);
    const book = {
      home, put,
      text: (path) => readFile(join(root, path), "utf8"),
      edit: async (path, from, to) => {
        const text = await readFile(join(root, path), "utf8");
        assert.ok(text.includes(from), `${path} has ${from}`);
        await put(path, text.replace(from, to));
      },
      move: (from, to) => rename(join(root, from), join(root, to)),
      remove: (path) => rm(join(root, path)),
    };
    try {
      await use(page, book, faults);
    } finally {
      await page.context().close();
    }
    if (faults.length) assert.fail(sentences(faults));
  } finally {
    program.kill("SIGINT");
    const code = await ended;
    await rm(root, { recursive: true });
    assert.equal(code, 0, "Ctrl+C is no failure");
  }
}

/** The address that the program prints. */
function address(program) {
  return new Promise((found, failed) => {
    let said = "";
    program.stdout.on("data", (bytes) => {
      said += bytes;
      const home = /http:\S+/.exec(said);
      if (home) found(home[0]);
    });
    program.on("exit", () => failed(new Error(`it ended: ${said}`)));
  });
}

/** Opens a page that hears of changes, and marks its window: a reload would lose the mark. */
async function opened(page, home, path) {
  const listening = page.waitForResponse((response) => response.url().includes("/.cuebook/events"));
  await page.goto(home + path);
  await listening;
  await page.evaluate(() => { window.sameWindow = true; });
}

const isSameWindow = (page) => page.evaluate(() => window.sameWindow === true);

describe("a page while somebody writes", () => {
  test("shows a save in place: scroll, folds, ticks and focus stay", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await page.getByText("Asked for the number").click();
    await page.locator("main details").filter({ hasText: "Hidden words" }).locator("summary").click();
    await page.locator("#part-20").evaluate((heading) => heading.scrollIntoView());
    await page.locator("main .contents a").first().evaluate((link) => link.focus({ preventScroll: true }));
    const top = () => page.locator("#part-20").evaluate((heading) => Math.round(heading.getBoundingClientRect().top));
    const before = await top();
    await book.edit("content/scripts/late.md", "Say what you know", "Three new lines.\n\nOf text.\n\nSay all that you know");
    await page.getByText("Say all that you know").waitFor({ state: "attached" });
    assert.ok(await isSameWindow(page), "it was not reloaded");
    assert.ok(Math.abs(await top() - before) <= 2, "what is read stays where it is");
    assert.ok(await page.getByLabel("Asked for the number").isChecked());
    assert.ok(!(await page.getByLabel("Looked it up").isChecked()));
    assert.ok(await page.getByText("Hidden words").isVisible(), "the fold is open");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#part-0");
    // What the page's own script does, it does once.
    await page.keyboard.press("/");
    await page.getByRole("dialog").waitFor();
    assert.equal(await page.getByRole("dialog").count(), 1);
  }));

  test("takes over a style without a reload", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await book.put("themes/default/css/90-own.css", ".entry { outline: 2px solid rgb(9, 9, 9); }\n");
    await page.waitForFunction(() => getComputedStyle(document.querySelector(".entry")).outlineWidth === "2px");
    assert.ok(await isSameWindow(page));
  }));

  test("says quietly that another entry was changed, and leads there", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await book.edit("content/scripts/other.md", "See [[late]].", "See [[late]] before anything else.");
    await page.getByRole("link", { name: "Another entry – go there" }).click();
    await page.getByText("before anything else").first().waitFor();
    assert.equal(new URL(page.url()).pathname, "/scripts/other.html");
  }));

  test("waits for a reader who searches", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await page.keyboard.press("/");
    await page.getByRole("combobox").fill("parcel");
    await book.edit("content/scripts/late.md", "Say what you know", "Say nothing at all");
    await page.getByRole("option").first().waitFor();
    assert.equal(await page.getByText("Say nothing at all").count(), 0);
    assert.equal(await page.getByRole("combobox").inputValue(), "parcel");
    await page.keyboard.press("Escape");
    await page.getByText("Say nothing at all").first().waitFor();
    assert.ok(await isSameWindow(page));
  }));

  test("is there again when its file is", () => writing(async (page, book, faults) => {
    await opened(page, book.home, "scripts/late.html");
    await book.move("content/scripts/late.md", "content/scripts/later.md");
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    await book.move("content/scripts/later.md", "content/scripts/late.md");
    await page.getByRole("heading", { name: "A late parcel" }).waitFor();
    // The page that says so has the status that says so.
    faults.splice(0, Infinity, ...faults.filter((fault) => !/404/.test(fault)));
  }));
});

describe("what is wrong with the book", () => {
  test("stands in a bar, and at its place in the page", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await book.edit("content/scripts/late.md", "Paragraph 7 has some words in it", "Paragraph 7 has [[nowhere-at-all]] in it");
    const note = page.locator(".live-note");
    await note.waitFor();
    assert.equal(await note.evaluate((element) => element.previousElementSibling.textContent.includes("Paragraph 7")), true);
    const bar = page.getByRole("complementary", { name: "What is wrong with this playbook" });
    assert.match(await bar.locator("summary").innerText(), /1 (error|warning)/);
    await bar.locator("summary").click();
    const text = await bar.innerText();
    for (const part of ["nowhere-at-all", "content/scripts/late.md:", "broken-link"]) assert.ok(text.includes(part), `${part} in ${text}`);
    await book.edit("content/scripts/late.md", "[[nowhere-at-all]]", "something");
    await note.waitFor({ state: "detached" });
    await bar.locator("summary").waitFor({ state: "detached" });
    assert.ok(await isSameWindow(page));
  }));

  test("keeps the last good page under the message when book.toml cannot be read", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    const good = await book.text("book.toml");
    await book.put("book.toml", good + "[links\n");
    await page.getByText("The pages are older than the files").waitFor();
    await page.getByText("book.toml:8").first().waitFor();
    assert.ok(await page.getByRole("heading", { name: "A late parcel" }).isVisible());
    await book.put("book.toml", good.replace("Live book", "Mended book"));
    await page.locator(".brand", { hasText: "Mended book" }).waitFor();
    await page.getByText("The pages are older than the files").waitFor({ state: "detached" });
    assert.ok(await isSameWindow(page));
  }));

  test("keeps the last good page under the message when a template has a mistake", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    // The first is found when the theme is read, the second when a page is rendered.
    for (const mistake of ["{{ entry.title", "{{ entry.title | replace(from=1) }}"]) {
      await book.put("themes/default/templates/script.html", `{% extends "entry.html" %}\n{% block body %}${mistake}{% endblock body %}\n`);
      await page.getByText("The pages are older than the files").waitFor();
      await page.getByText("themes/default/templates/script.html:2").first().waitFor();
      assert.ok(await page.getByText("Say what you know").isVisible());
    }
    await book.remove("themes/default/templates/script.html");
    await page.getByText("The pages are older than the files").waitFor({ state: "detached" });
  }));

  test("is shown although there never was a good page", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await page.getByRole("heading", { name: "This playbook cannot be shown yet" }).waitFor();
    await page.getByText("book.toml:1").first().waitFor();
    await book.put("book.toml", BOOK["book.toml"]);
    await page.getByRole("heading", { name: "A late parcel" }).waitFor();
  }, { ...BOOK, "book.toml": "[book\n" }));
});

describe("writing help", () => {
  test("says that an entry is still right, sets facts, and goes to another entry", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    const tools = page.getByRole("group", { name: "Writing help" });
    await tools.getByRole("button", { name: "Still right" }).click();
    await page.locator(".entry-meta").getByText("Reviewed").waitFor();
    assert.ok((await book.text("content/scripts/late.md")).startsWith("---\ntitle: A late parcel\nreviewed: 2026-12-01\n---\n"));
    await tools.getByRole("button", { name: "Facts" }).click();
    const form = page.getByRole("dialog", { name: "Facts" });
    assert.equal(await form.getByLabel("Title").inputValue(), "A late parcel");
    await form.getByLabel("Title").fill("A parcel that is late");
    await form.getByLabel("Situations").fill("caller waits");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "A parcel that is late", level: 1 }).waitFor();
    assert.ok((await book.text("content/scripts/late.md")).startsWith("---\ntitle: A parcel that is late\nreviewed: 2026-12-01\nsituations: caller waits\n---\n"));
    assert.ok(await isSameWindow(page));
    await tools.getByRole("button", { name: "Go to" }).click();
    await page.getByRole("dialog", { name: "Go to" }).getByLabel("Go to").fill("Another entry");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Another entry" }).waitFor();
  }));
});
