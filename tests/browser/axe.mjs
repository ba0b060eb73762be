// What axe holds against a page: WCAG 2.2, levels A and AA.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/** One sentence for each element that axe holds against the page as it stands, or against what a selector names. */
export async function findings(page, within) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  // A change of size or of colours reaches the page's own script with its next frame.
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  return page.evaluate(async ([rules, within]) => {
    // Nothing is fetched again: the policy would count it.
    const { violations } = await axe.run(within ?? document, { runOnly: rules, preload: false, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 120)} ${node.failureSummary.split("\n")[1] ?? ""}`));
  }, [RULES, within]);
}
