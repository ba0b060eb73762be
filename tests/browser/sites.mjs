// The sites under test: the shipped playbook, a book that has everything, and one with long lists.
// Each is built by the program itself into a folder that is removed when the tests of the file are over.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
export const PROGRAM = process.env.CUEBOOK ?? join(PROJECT, "target/debug/cuebook");

/** The day of the bundle. */
export const BUNDLED = "2026-11-20";

/** More than a list shows on one page, so that listings and the A–Z index come in parts. */
const MANY = 350;

/** Entries of the long book but the first: they differ in nothing but a number. */
const LIKE_THE_FIRST = /^guides\/q(?!000)\d+\.html$/;

/** The sites of one test file; `remove` deletes them all. */
export async function openSites() {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; \`scripts/test browser\` builds it`);
  const folder = await mkdtemp(join(tmpdir(), "cuebook-browser-"));

  async function build(name, root, audience) {
    const out = join(folder, name);
    run(["build", "--root", root, "--out", out, ...audience]);
    const pages = (await files(out, ".html")).filter((page) => !LIKE_THE_FIRST.test(page));
    return { name, folder: out, pages, html: (page) => readFile(join(out, page), "utf8") };
  }
  /** The shipped playbook as it leaves its place. */
  async function carried(settings, as) {
    const root = join(folder, "bundled-book");
    await cp(join(PROJECT, "content"), join(root, "content"), { recursive: true });
    await writeFile(join(root, "book.toml"), (await readFile(join(PROJECT, "book.toml"), "utf8")) + settings);
    run(["bundle", "--root", root, ...as, "--all", "--today", BUNDLED, "--for", "Berlin desk"]);
  }
  return {
    /** Where they all lie, each in a folder of its name. */
    folder,
    /** The playbook in `content/`, with nothing left out. */
    shipped: () => build("shipped", PROJECT, ["--all"]),
    /** The same playbook as agents get it. */
    agents: () => build("agents", PROJECT, ["--audience", "agent"]),
    /** The book beside this file: every kind and everything that may stand in an entry, in three scripts. */
    everything: () => build("everything", join(PROJECT, "tests/browser/book"), ["--all"]),
    /** A book whose lists are longer than a page. */
    long: async () => build("long", await writeLongBook(join(folder, "long-book")), ["--all"]),
    /** Role-plays whose cards are of every length, in every form. */
    cards: async () => build("cards", await writeCards(join(folder, "cards-book")), ["--all"]),
    /** What `cuebook bundle` makes of the shipped playbook, unpacked. */
    bundle: async (settings = "") => {
      const zip = join(folder, "bundle.zip");
      await carried(settings, ["--zip", zip]);
      const out = join(folder, "unpacked");
      for (const [name, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
        await mkdir(dirname(join(out, name)), { recursive: true });
        await writeFile(join(out, name), bytes);
      }
      const inner = (await readdir(out)).find((name) => name !== "START.html");
      return { name: "bundle", folder: out, inner };
    },
    /** The same as one file, alone in its folder. */
    single: async (settings = "") => {
      const out = join(folder, "single");
      await mkdir(out, { recursive: true });
      await carried(settings, ["--html", join(out, "playbook.html")]);
      return { name: "single", folder: out, file: "playbook.html" };
    },
    /** What the same makes of the book beside this file. */
    singleOfEverything: async () => {
      const out = join(folder, "single-of-everything");
      await mkdir(out, { recursive: true });
      const book = join(PROJECT, "tests/browser/book");
      run(["bundle", "--root", book, "--html", join(out, "playbook.html"), "--all", "--today", BUNDLED]);
      return { name: "single of everything", folder: out, file: "playbook.html" };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Mistakes in the content (exit code 1) are the content's; any other failure is the program's. */
function run(args) {
  try {
    execFileSync(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  } catch (failed) {
    if (failed.status !== 1) throw new Error(`cuebook ${args.join(" ")} ended with ${failed.status}:\n${failed.stderr}`);
  }
}

/** Files of `folder` whose names end in `ending`, with forward slashes, in order. */
export async function files(folder, ending = "") {
  const found = [];
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) found.push(...(await files(path, ending)).map((inner) => `${item.name}/${inner}`));
    else if (item.name.endsWith(ending)) found.push(relative(folder, path).split(sep).join("/"));
  }
  return found.sort();
}

/**
 * The longest page of each shape: of each kind of entry, and of each index its own page and the largest below.
 */
export async function oneOfEach(site) {
  const longest = new Map();
  for (const page of site.pages) {
    const html = await site.html(page);
    const kind = /<body class="([^"]*)"/.exec(html)?.[1] ?? page;
    const [folder, ...rest] = page.split("/");
    const shape = kind.includes("page-index") ? `${folder} ${rest.at(-1) === "index.html"}` : kind;
    if (!isRedirect(html) && html.length > (longest.get(shape)?.length ?? 0)) longest.set(shape, { page, length: html.length });
  }
  return Array.from(longest.values(), ({ page }) => page);
}

/** Whether a page only sends its reader on, to where an entry now is. */
export function isRedirect(html) {
  return /http-equiv="?refresh/i.test(html);
}

async function writeLongBook(root) {
  const content = join(root, "content", "guides");
  await mkdir(content, { recursive: true });
  await writeFile(join(root, "book.toml"), '[book]\ntitle = "A long book"\ndescription = "Lists that need more than one page."\n');
  const first = "abcdefghijklmnopqrstuvwxyz";
  for (let n = 0; n < MANY; n++) {
    const title = `${first[n % 26].toUpperCase()} question ${n}`;
    const next = String((n + 1) % MANY).padStart(3, "0");
    const facts = `title: ${title}\nkind: guide\nsummary: What to know about question ${n}.\nsituations: [many callers]\ntags: [t${n % 40}, all]\n`;
    await writeFile(join(content, `q${String(n).padStart(3, "0")}.md`), `---\n${facts}---\n\nThe answer is in [[q${next}]].\n`);
  }
  return root;
}

/** Cards of so many letters: the last is longer than a sheet, the others are not. */
const CARD_LENGTHS = [200, 350, 450, 500, 580, 700, 800, 900, 1_200, 1_300, 1_500, 1_850, 1_950, 6_000];

/** What a card is made of, piece by piece. */
const CARD_FORMS = {
  prose: (n) => `You rang twice about item ${n}, and each time somebody else told you that the part is on its way and will be here on a day that has now passed.\n\n`,
  facts: (n) => `- **You want:** an answer about item ${n}, today\n`,
  bullets: (n) => `- The part was due ${n} days ago\n`,
  ticks: (n) => `- [ ] Asked about item ${n} before giving an answer\n`,
  headings: (n) => `### Then, for item ${n}\n\nYou say that the bill was paid on the day of the call.\n\n`,
};

async function writeCards(root) {
  const content = join(root, "content", "roleplays");
  await mkdir(content, { recursive: true });
  await writeFile(join(root, "book.toml"), '[book]\ntitle = "Cards"\n');
  for (const [form, piece] of Object.entries(CARD_FORMS)) {
    for (const length of CARD_LENGTHS) {
      let card = "";
      for (let n = 1; card.length + piece(n).length <= length; n++) card += piece(n);
      await writeFile(join(content, `${form}-${length}.md`), `---\ntitle: A card of ${length} letters\nkind: roleplay\n---\n\n## Customer card\n\n${card}`);
    }
  }
  return root;
}
