// Measures a playbook in one file: how long Chromium takes from opening it to the front page, and to the first results.
//
//     node benches/single.mjs FILE [QUERY] [TIMES]
//
// Each time is a browser of its own that has never seen the file. Results are there when the list shows the first one, after
// all of the query was put into the field at once. Times are milliseconds, median and worst; the file's pages should be in the
// system's memory, so the first run is left out. Of the page's own thread also the time that it worked, which says more on a
// machine that does something else too.

import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(new URL("../tests/browser/package.json", import.meta.url))("playwright-core");
const [file, query = "refund late parcel", times = "7"] = process.argv.slice(2);
const address = pathToFileURL(resolve(file)).href;
const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
const rows = { "first page": [], "first results": [], "both": [], "second page": [], "work for both": [] };

for (let run = 0; run <= Number(times); run++) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  const tools = await page.context().newCDPSession(page);
  await tools.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("body .front") || document.documentElement.classList.contains("copy-opening")) return;
      observer.disconnect();
      requestAnimationFrame(() => { window.opened = performance.now(); });
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.goto(address);
  await page.waitForFunction(() => window.opened);
  const opened = await page.evaluate(() => window.opened);
  const found = await page.evaluate(async (query) => {
    const start = performance.now();
    document.querySelector(".search-field").click();
    const input = document.querySelector("dialog input");
    input.value = query;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    while (!document.querySelector("dialog [role=option][href*='h=']")) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  }, query);
  const { metrics } = await tools.send("Performance.getMetrics");
  const worked = metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
  const went = await page.evaluate(async () => {
    const start = performance.now();
    document.querySelector("dialog [role=option]").click();
    while (!document.querySelector("article.entry")) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  });
  await browser.close();
  if (run) [opened, found, opened + found, went, worked].forEach((time, n) => Object.values(rows)[n].push(time));
}

console.log(`${file}: ${statSync(file).size} bytes`);
for (const [name, all] of Object.entries(rows)) {
  all.sort((a, b) => a - b);
  console.log(`${name.padEnd(14)} ${all[all.length >> 1].toFixed(0).padStart(6)} ${all.at(-1).toFixed(0).padStart(6)}`);
}
