// What a diagram draws can be read: no words leave their box or lie on other words, no line crosses a box or words.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { DESK, PHONE, openBrowser, openPage, sentences } from "./browser.mjs";
import { serving } from "./server.mjs";
import { openSites } from "./sites.mjs";

let browser, sites;
const built = [];

before(async () => {
  sites = await openSites();
  for (const build of [sites.shipped, sites.everything]) built.push(await build());
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await sites?.remove();
});

test("nothing in a diagram lies over anything else, on a phone and on a desk", async () => {
  const faults = [];
  let drawn = 0;
  for (const site of built) {
    const pages = [];
    for (const path of site.pages) if ((await site.html(path)).includes('class="diagram"')) pages.push(path);
    for (const viewport of [PHONE, DESK]) {
      await serving(site.folder, async (server) => {
        const page = await openPage(browser, server.root, faults, { viewport });
        for (const path of pages) {
          await page.goto(server.root + encodeURI(path));
          faults.push(...(await page.evaluate(unreadable)).map((fault) => `${site.name} ${path} ${viewport.width}: ${fault}`));
          drawn++;
        }
        await page.context().close();
      });
    }
  }
  assert.ok(drawn > 10, `only ${drawn} diagrams were looked at`);
  if (faults.length) assert.fail(sentences(faults));
});

/** What cannot be read in the diagrams of a page, in their own pixels. Runs in the page. */
function unreadable() {
  const faults = [];
  const meet = (a, b) => a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;
  const holds = (a, b, slack) => b.x >= a.x - slack && b.y >= a.y - slack && b.x + b.width <= a.x + a.width + slack && b.y + b.height <= a.y + a.height + slack;
  for (const svg of document.querySelectorAll("svg.diagram")) {
    const whole = svg.viewBox.baseVal;
    if (svg.getBoundingClientRect().width < whole.width * 0.9) faults.push(`it is shrunk from ${whole.width} to ${svg.getBoundingClientRect().width}`);
    const boxes = Array.from(svg.querySelectorAll("rect"), (rect) => rect.getBBox());
    const texts = Array.from(svg.querySelectorAll("text"), (text) => ({ words: text.textContent, box: text.getBBox() }));
    for (const { words, box } of texts) {
      if (!holds(whole, box, 0)) faults.push(`"${words}" leaves the picture`);
      const around = boxes.find((outer) => meet(outer, box));
      if (around && !holds(around, box, -2)) faults.push(`"${words}" leaves its box`);
      for (const other of texts) if (other.box !== box && meet(other.box, box)) faults.push(`"${words}" lies on "${other.words}"`);
    }
    for (const line of svg.querySelectorAll(".edge")) {
      for (let at = 0; at <= line.getTotalLength(); at += 3) {
        const point = line.getPointAtLength(at);
        const inside = (box) => point.x > box.x + 1 && point.x < box.x + box.width - 1 && point.y > box.y + 1 && point.y < box.y + box.height - 1;
        if (boxes.some(inside)) faults.push(`a line crosses a box at ${Math.round(point.x)}, ${Math.round(point.y)}`);
        const crossed = texts.find(({ box }) => inside(box));
        if (crossed) faults.push(`a line crosses "${crossed.words}"`);
      }
    }
  }
  return Array.from(new Set(faults));
}
