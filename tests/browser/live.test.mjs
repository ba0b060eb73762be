// What somebody sees in the browser while they write: `cuebook serve`, the reload, and what is wrong with the book.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findings } from "./axe.mjs";
import { PHONE, openBrowser, openPage, sentences } from "./browser.mjs";
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

/** Serves a book of its own while `use` runs; faults of the page that match `expected` are none. The program must end with 0 and say nothing of a mistake of its own. */
async function writing(use, files = BOOK, expected = [], options = {}) {
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
    const page = await openPage(browser, home, faults, options);
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
    const unexpected = faults.filter((fault) => !expected.some((known) => known.test(fault)));
    if (unexpected.length) assert.fail(sentences(unexpected));
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

  test("shows a picture that changed alone, also when its own text changes later", () => writing(async (page, book) => {
    const picture = (width) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="10"/>`;
    const width = (expected) => page.waitForFunction((expected) => document.querySelector("main img").naturalWidth === expected, expected);
    await book.put("content/scripts/box.svg", picture(40));
    await book.edit("content/scripts/late.md", "Say what you know", "![A box](box.svg)\n\nSay what you know");
    await opened(page, book.home, "scripts/late.html");
    await page.locator("main img").waitFor();
    await width(40);
    await book.put("content/scripts/box.svg", picture(70));
    await width(70);
    await book.edit("content/scripts/late.md", "Say what you know", "Say all that you know");
    await page.getByText("Say all that you know").waitFor();
    await width(70);
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
    await page.getByRole("button", { name: "New entry" }).waitFor();
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

const FAULTY = BOOK["content/scripts/late.md"].replace("Paragraph 1 has", "• Paragraph 1 has").replace("## Part 3", "##Part 3");

describe("a fix", () => {
  test("is shown before it is made, and its place keeps the focus", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    const bar = page.getByRole("complementary", { name: "What is wrong with this playbook" });
    await bar.locator("summary").focus();
    await page.keyboard.press("Enter");
    const button = bar.getByRole("button", { name: "Fix it" }).first();
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Fix it" });
    const text = await dialog.innerText();
    for (const part of ["A late parcel", "content/scripts/late.md:", "Before", "After"]) assert.ok(text.includes(part), `${part} in ${text}`);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await book.text("content/scripts/late.md"), FAULTY, "it was left");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Fix it");
    // Again, from the place in the page.
    const note = page.locator(".live-note").filter({ hasText: "Fix it" }).last();
    await note.locator("summary").click();
    const before = (await note.locator(".live-excerpt").innerText()).trim();
    await note.getByRole("button", { name: "Fix it" }).click();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await bar.getByRole("status").getByText("Mended: content/scripts/late.md").waitFor();
    const mended = await book.text("content/scripts/late.md");
    assert.ok(before.includes("##Part 3"), before);
    assert.equal(mended, FAULTY.replace("##Part 3", "## Part 3"), "these bytes and no others");
    await page.getByRole("heading", { name: "Part 3", exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement !== document.body);
    assert.ok(await isSameWindow(page));
  }, { ...BOOK, "content/scripts/late.md": FAULTY }));

  test("is refused when the line says something else by now", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/late.html");
    await page.locator(".live-summary").click();
    await page.locator(".live-fold").getByRole("button", { name: "Fix it" }).last().click();
    const dialog = page.getByRole("dialog", { name: "Fix it" });
    const edited = FAULTY.replace("##Part 3", "##Part three");
    await book.put("content/scripts/late.md", edited);
    // The refusal is an answer like others; the browser calls every one of them an error.
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.getByRole("alert").getByText(/changed in the meantime|nothing left to mend/).waitFor();
    assert.equal(await book.text("content/scripts/late.md"), edited);
    await dialog.getByRole("button", { name: "Leave it" }).click();
    await page.getByText("Part three").first().waitFor();
  }, { ...BOOK, "content/scripts/late.md": FAULTY }, [/409/]));

  test("of all that is safe is made at once", () => writing(async (page, book) => {
    await opened(page, book.home, "scripts/other.html");
    await page.locator(".live-summary").click();
    await page.getByRole("button", { name: "Fix all that is safe (2)" }).click();
    await page.getByRole("dialog", { name: "Fix it" }).getByRole("button", { name: "Apply" }).click();
    await page.locator(".live-fold").waitFor({ state: "detached" });
    assert.equal(await book.text("content/scripts/late.md"), FAULTY.replace("##Part 3", "## Part 3").replace("• ", "- "));
    await page.waitForFunction(() => document.activeElement.closest(".live-tools") !== null);
  }, { ...BOOK, "content/scripts/late.md": FAULTY }));

  for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "dark", viewport: PHONE }]) {
    test(`can be read and reached: ${JSON.stringify(options)}`, () => writing(async (page, book) => {
      await opened(page, book.home, "scripts/late.html");
      await page.locator(".live-summary").click();
      assert.deepEqual(await findings(page), []);
      for (const name of ["Fix it", "New entry", "Facts"]) {
        await page.getByRole("button", { name, exact: true }).first().click();
        const dialog = page.getByRole("dialog", { name });
        const box = await dialog.boundingBox(), view = page.viewportSize();
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height, `${name}: ${JSON.stringify(box)}`);
        assert.deepEqual(await findings(page, "dialog[open]"), [], name);
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, "nothing is wider than the window");
    }, { ...BOOK, "content/scripts/late.md": FAULTY }, [], options));
  }
});

describe("a new entry", () => {
  test("is begun in a page, opens there, and is opened in the editor", async () => {
    const desk = await mkdtemp(join(tmpdir(), "cuebook-desk-"));
    await writeFile(join(desk, "editor"), `#!/bin/sh\necho "$1" > "${desk}/part"\nmv "${desk}/part" "${desk}/opened"\n`, { mode: 0o755 });
    const config = `${BOOK["book.toml"]}[serve]\neditor = "${join(desk, "editor")} {file}"\n`;
    try {
      await writing(async (page, book) => {
        await opened(page, book.home, "scripts/late.html");
        await page.getByRole("button", { name: "New entry" }).click();
        const dialog = page.getByRole("dialog", { name: "New entry" });
        await dialog.getByLabel("Kind").selectOption("Escalation");
        await dialog.getByLabel("Title").fill("?!");
        await page.keyboard.press("Enter");
        await dialog.getByRole("alert").getByText("no letter and no number").waitFor();
        await dialog.getByLabel("Title").fill("A parcel that is lost");
        await dialog.getByRole("button", { name: "Make it" }).click();
        await page.getByRole("heading", { name: "A parcel that is lost", level: 1 }).waitFor();
        assert.equal(new URL(page.url()).pathname, "/escalations/a-parcel-that-is-lost.html");
        assert.ok((await book.text("content/escalations/a-parcel-that-is-lost.md")).includes("\nstatus: draft\n"));
        await page.getByRole("button", { name: "Edit" }).click();
        let noted = "";
        while (!noted) noted = await readFile(join(desk, "opened"), "utf8").catch(() => "");
        assert.ok(noted.trim().endsWith("content/escalations/a-parcel-that-is-lost.md"), noted);
      }, { ...BOOK, "book.toml": config }, [/409/]);
    } finally {
      await rm(desk, { recursive: true });
    }
  });
});
