// What programs read keeps to its standards: SARIF to the schema of OASIS, and our own schemas to JSON Schema.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";

const cuebook = process.env.CUEBOOK;
const folder = mkdtempSync(join(tmpdir(), "cuebook-formats-"));
after(() => rmSync(folder, { recursive: true }));

const { resolve } = createRequire(import.meta.url);
const sarif = JSON.parse(readFileSync(resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
// Formats are described in the standard, and only asserted by some validators.
const options = { strict: false, validateFormats: false, unicodeRegExp: false };

test("SARIF keeps to its schema, with findings, fixes, and places", () => {
  mkdirSync(join(folder, "content"));
  writeFileSync(join(folder, "book.toml"), "[book]\ntitel = 1\n");
  writeFileSync(join(folder, "content/a grün.md"), "---\ntitle: Late\nstatus: reday\na:\n  b: 1\n---\n\n##Level 1\n\nSee [[nowhere]].\n");
  const { stdout } = spawnSync(cuebook, ["check", "--root", folder, "--format", "sarif"], { encoding: "utf8" });
  const log = JSON.parse(stdout);
  const validate = new Ajv({ ...options, meta: false, validateSchema: false }).compile({ ...sarif, $schema: undefined, $id: undefined, id: undefined });
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 2));
  const { results } = log.runs[0];
  assert.ok(results.length > 4 && results.some((result) => result.fixes));
  assert.ok(!validate({ ...log, version: "1" }), "the schema refuses what is none");
});

test("our schemas are schemas, and tell sound facts from others", () => {
  const schema = (of) => JSON.parse(execFileSync(cuebook, ["schema", of], { encoding: "utf8" }));
  const facts = new Ajv2020(options).compile(schema("front-matter"));
  assert.ok(facts({ title: "Late", kind: "script", tags: "one", situations: ["a", "b"], "must-read": "yes", custom: 1 }));
  assert.ok(!facts({ kind: "skript" }) && !facts({ tags: 1 }) && !facts({ "must-read": "perhaps" }));
  const book = new Ajv2020(options).compile(schema("book"));
  assert.ok(book({ book: { title: "x" }, check: { orphan: "off" }, theme: { colours: { link: "#1f4fb2" } }, audiences: { agent: {} } }));
  assert.ok(!book({ check: { orphan: "of" } }) && !book({ check: { orphans: "off" } }) && !book({ theme: { colours: { link: "blue" } } }));
});
