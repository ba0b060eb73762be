// A web server for one built site: at `/` and at `/a/b/`, the same bytes, under a policy stricter than the pages' own.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

/** What the pages say of themselves (reliability.md, "Pages"), as the header that the strictest host would send. */
export const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "media-src 'self'",
  "connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", "trusted-types cuebook",
].join("; ");

/** The folder under which the site is served a second time. */
export const SUBFOLDER = "/a/b/";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves `folder` on a free port of this machine alone while `use` runs, and hands on what that returns. `root` and
 * `subfolder` are the two addresses of the site.
 */
export async function serving(folder, use) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const asked = decodeURIComponent(path.startsWith(SUBFOLDER) ? path.slice(SUBFOLDER.length) : path.slice(1));
    const file = normalize(join(folder, asked.endsWith("/") || asked === "" ? asked + "index.html" : asked));
    const bytes = file.startsWith(folder + sep) ? await readFile(file).catch(() => null) : null;
    response.writeHead(bytes ? 200 : 404, {
      "content-type": bytes ? TYPES[extname(file)] ?? "application/octet-stream" : "text/plain",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.end(bytes ?? "not here");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  try {
    return await use({ root: `${origin}/`, subfolder: `${origin}${SUBFOLDER}` });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
