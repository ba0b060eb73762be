// The Nu HTML checker has nothing to say of any page.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { test } from "node:test";
import { sentences } from "./browser.mjs";
import { serving } from "./server.mjs";
import { openSites } from "./sites.mjs";

const CHECKER = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

test("every page is valid HTML, without errors and without warnings", async () => {
  const sites = await openSites();
  try {
    const pages = [];
    for (const build of [sites.shipped, sites.agents, sites.everything, sites.long]) {
      const site = await build();
      pages.push(...site.pages.map((page) => `${site.name}/${page}`));
    }
    // From a server, since the checker judges the policy too, and files are nobody's own host.
    const faults = await serving(sites.folder, async (server) => {
      const addresses = pages.map((page) => server.root + encodeURI(page));
      const allow = "-Dnu.validator.servlet.allow-forbidden-hosts=true";
      const options = ["--stdout", "--exit-zero-always", "--format", "json"];
      const { stdout } = await promisify(execFile)("java", [allow, "-jar", CHECKER, ...options, ...addresses], { maxBuffer: 1 << 28 });
      return JSON.parse(stdout).messages.map(({ url = "", lastLine, type, subType, message, extract = "" }) => (
        `${url.replace(server.root, "")}:${lastLine}: ${subType ?? type}: ${message} ${JSON.stringify(extract.slice(0, 200))}`
      ));
    });
    if (faults.length) assert.fail(sentences(faults));
  } finally {
    await sites.remove();
  }
});
