// `cuebook pdf`: the whole book on paper, with a list of contents whose numbers are those of the pages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { PROGRAM } from "./sites.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
let folder, said;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuebook-pdf-"));
  said = execFileSync(PROGRAM, ["pdf", "--root", PROJECT, "--audience", "agent", "--out", join(folder, "book.pdf")], { encoding: "utf8" });
});
after(() => rm(folder, { recursive: true }));

test("the PDF has as many pages as it says, anchors for every entry, and an outline", async () => {
  const pdf = await readFile(join(folder, "book.pdf"), "latin1");
  assert.ok(pdf.startsWith("%PDF-"));
  const n = Number(/\((\d+) pages\)/.exec(said)[1]);
  assert.ok(n > 60, said);
  assert.equal(pdf.match(/\/Type \/Page\n/g).length, n);
  const sheets = [...pdf.matchAll(/MediaBox \[0 0 (\S+) (\S+)\]/g)].map((sheet) => sheet.slice(1).map((points) => Math.round(points * 25.4 / 72)).join(" x "));
  assert.deepEqual([...new Set(sheets)], ["210 x 297"], "A4, in millimetres");
  const places = new Set([...pdf.matchAll(/\/(e\d+) \[\d+ 0 R \/XYZ/g)].map(([, name]) => name));
  assert.ok(places.size > 60, `${places.size} entries can be gone to`);
  assert.match(pdf, /\/Outlines /);
});
