// Debian's Chromium, and pages that keep account of whatever goes wrong in them.

import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";

/** Root may not use Chromium's sandbox; and a browser that is tested asks nobody for updates. */
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** The two sizes at which the interface is judged. */
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

export function openBrowser() {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Faults as they are reported: the first of them, and how many there are. */
export function sentences(faults) {
  const shown = faults.slice(0, 40).join("\n");
  return `${faults.length} faults\n${shown}${faults.length > 40 ? "\n…" : ""}`;
}

/**
 * A page in a profile of its own. `home` is the address below which alone it may ask for anything.
 *
 * Each console error, page error, violation of the policy, failed request and request elsewhere becomes a sentence in
 * `faults`; the addresses that it asked for stand in `page.requested`.
 */
export async function openPage(browser, home, faults, options = {}) {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.requested = [];
  const fault = (what) => faults.push(`${page.url().replace(home, "")}: ${what}`);

  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) fault(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => fault(`page error: ${error}`));
  page.on("request", (request) => {
    page.requested.push(request.url());
    if (!request.url().startsWith(home)) fault(`asks for ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    // A tab's icon is fetched after all else; leaving the page by then is no fault of the page.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") fault(`request failed: ${request.url()} (${reason})`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) fault(`status ${response.status()}: ${response.url()}`);
  });
  await context.exposeFunction("reportViolation", (violation) => fault(`policy: ${violation}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      reportViolation(`${event.effectiveDirective} blocked ${event.blockedURI} ${event.sample} (${event.sourceFile}:${event.lineNumber})`);
    });
  });
  return page;
}
