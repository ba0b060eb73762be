// nginx and Apache, as Debian has them, serve a site below /kb/team-a/ by the rules that the build wrote and by the
// configuration that the manual shows: every page opens under the strict policy, and all else is as the manual says.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { after, before, describe, test } from "node:test";
import { openBrowser, openPage, sentences } from "./browser.mjs";
import { PROGRAM, files, isRedirect } from "./sites.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const PATH = "/kb/team-a/";

/** Where Debian keeps Apache's modules. */
const MODULES = "/usr/lib/apache2/modules";

let browser, folder, site;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuebook-hosting-"));
  const root = join(folder, "book");
  await cp(join(PROJECT, "content"), join(root, "content"), { recursive: true });
  const toml = (await readFile(join(PROJECT, "book.toml"), "utf8")).replace(/^\[front\]/m,
    `[build]\nbase-url = "https://intranet.example.org${PATH}"\nserver-rules = ["nginx", "apache", "iis"]\nplaybook-json = true\n\n[front]`);
  await writeFile(join(root, "book.toml"), toml);
  await writeFile(join(root, "content", "guides", "moved (here).md"), "---\nreplaces: [\"old + place\", ältere-seite]\n---\n# Moved (here)\n\nIt has moved.\n");
  site = join(folder, "site");
  try {
    execFileSync(PROGRAM, ["build", "--all", "--precompress", "--root", root, "--out", site], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") } });
  } catch (failed) {
    if (failed.status !== 1) throw new Error(`${failed.stderr}`);
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** What nginx is told: the lines of the manual, and where to keep its own files. */
async function nginx(port) {
  const own = join(folder, "nginx");
  await mkdir(own, { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path ${own}/${what};`).join(" ");
  const location = fence(await readFile(join(PROJECT, "manual/hosting/nginx.md"), "utf8"), "nginx");
  const server = location.replaceAll("/srv/team-a/site", site).replace("listen 80;", `listen 127.0.0.1:${port};`);
  // Workers of root's nginx belong to somebody else, who may not look into a temporary folder.
  const user = process.getuid() === 0 ? "user root;" : "";
  await writeFile(join(own, "nginx.conf"), `${user} daemon off; pid ${own}/pid; error_log ${own}/error.log; worker_processes 1;
events {}
http { access_log off; ${temporary}
${server}
}
`);
  return ["nginx", ["-c", join(own, "nginx.conf"), "-p", own, "-e", join(own, "error.log")]];
}

/** The same for Apache. */
async function apache(port) {
  const own = join(folder, "apache");
  await mkdir(own, { recursive: true });
  const alias = fence(await readFile(join(PROJECT, "manual/hosting/apache.md"), "utf8"), "apache").replaceAll("/srv/team-a/site", site);
  const modules = ["mpm_event", "authz_core", "alias", "dir", "mime", "headers", "rewrite", "setenvif", "filter", "deflate"];
  const load = modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n");
  const user = process.getuid() === 0 ? "User www-data\nGroup www-data" : "";
  await writeFile(join(own, "apache.conf"), `${load}
${user}
ServerRoot "${own}"
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${own}/pid
ErrorLog ${own}/error.log
DocumentRoot "${own}"
TypesConfig /etc/mime.types
AddType application/x-gzip .gz .tgz
AddOutputFilterByType DEFLATE text/html text/css text/javascript
<FilesMatch "^\\.ht">
Require all denied
</FilesMatch>
${alias}
`);
  if (process.getuid() === 0) execFileSync("chmod", ["-R", "go+rX", folder]);
  return ["apache2", ["-d", own, "-f", join(own, "apache.conf"), "-D", "FOREGROUND"]];
}

/** The first fence in a language of a page of the manual. */
function fence(page, language) {
  return new RegExp("```" + language + "\\n([^]*?)```").exec(page)[1];
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

/** Runs a server while `use` does, and ends it. */
async function serving(configure, use) {
  const port = await freePort();
  const [program, args] = await configure(port);
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => { said += text; });
  const ended = new Promise((done) => server.once("exit", done));
  const home = `http://127.0.0.1:${port}${PATH}`;
  try {
    for (let tries = 0; ; tries++) {
      if (server.exitCode !== null || tries > 400) throw new Error(`${program} does not serve: ${said}`);
      const answer = await get(home + "index.html").catch(() => null);
      if (answer) break;
      await new Promise((next) => setTimeout(next, 25));
    }
    await use(home);
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** An answer with its bytes as they came: nothing is unpacked or followed. */
function get(url, headers = {}) {
  return new Promise((done, failed) => {
    const asked = request(url, { headers, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }));
    });
    asked.on("error", failed);
    asked.end();
  });
}

for (const [name, configure] of [["nginx", nginx], ["Apache", apache]]) {
  describe(name, () => {
    test("every page opens without a fault under the strict policy, and every link leads to a file", () => serving(configure, async (home) => {
      const faults = [];
      const all = await files(site);
      const page = await openPage(browser, home, faults);
      for (const path of all.filter((path) => path.endsWith(".html") && path !== "404.html")) {
        const html = await readFile(join(site, path), "utf8");
        if (isRedirect(html)) continue;
        await page.goto(home + encodeURI(path), { waitUntil: "load" });
        for (const link of await page.$$eval("a[href]", (links) => links.map((link) => link.href))) {
          if (!link.startsWith(home)) continue;
          const target = decodeURIComponent(link.slice(home.length).split(/[#?]/)[0]);
          if (!all.includes(target || "index.html")) faults.push(`${path} leads to ${target}`);
        }
      }
      await page.goto(home);
      await page.evaluate(() => cuebook.ready());
      const found = await page.evaluate(async () => (await cuebook.search("wants a manager")).length);
      if (found === 0) faults.push("the search finds nothing");
      await page.context().close();
      assert.deepEqual(faults, [], sentences(faults));
    }));

    test("headers, types and cache rules are those of the manual", () => serving(configure, async (home) => {
      const manual = await readFile(join(PROJECT, "manual/hosting/index.md"), "utf8");
      const policy = /Content-Security-Policy: ([^]*?)\nX-/.exec(manual)[1].replace(/\s+/g, " ");
      const all = await files(site);
      const hashed = all.filter((path) => /^(theme|cuebook|icon|engine)-[0-9a-f]{8}\.\w+$/.test(path) || /^search\/\w+\.js$/.test(path));
      assert.ok(hashed.length > 4, `${hashed}`);
      for (const path of ["index.html", "nav.js", "playbook.json", "feed.atom", ...hashed]) {
        const { status, headers } = await get(home + encodeURI(path));
        assert.equal(status, 200, path);
        assert.equal(headers["content-security-policy"], policy, path);
        assert.equal(headers["x-content-type-options"], "nosniff", path);
        assert.equal(headers["referrer-policy"], "no-referrer", path);
        assert.equal(headers["cross-origin-resource-policy"], "same-origin", path);
        const kept = hashed.includes(path) ? "public, max-age=31536000, immutable" : "no-cache";
        assert.equal(headers["cache-control"], kept, path);
        const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml", json: "application/json", atom: "application/atom+xml" };
        assert.equal(headers["content-type"], types[path.split(".").at(-1)], path);
      }
    }));

    test("old addresses lead on, missing ones get the page for that, and the rules are nobody's to read", () => serving(configure, async (home) => {
      for (const old of ["guides/old + place.html", "guides/ältere-seite.html"]) {
        const { status, headers } = await get(home + encodeURI(old).replace("+", "%2B"));
        assert.equal(status, 301, old);
        const to = new URL(headers.location, home + old);
        assert.equal(decodeURI(to.pathname), PATH + "guides/moved (here).html");
        assert.equal((await get(to.href)).status, 200);
      }
      const missing = await get(home + "no/such/page.html");
      assert.equal(missing.status, 404);
      assert.ok(missing.bytes.equals(await readFile(join(site, "404.html"))), "the page of the playbook");
      for (const rules of ["nginx.conf", "web.config", ".htaccess"]) {
        const { status, bytes } = await get(home + rules);
        assert.ok([403, 404].includes(status) && !bytes.includes("cuebook_"), `${rules}: ${status}`);
      }
      assert.equal((await get(home)).status, 200, "the folder is its front page");
    }));

    test("packed files are sent as they lie", () => serving(configure, async (home) => {
      const encodings = name === "nginx" ? ["gzip"] : ["gzip", "br"];
      for (const encoding of encodings) {
        for (const path of ["index.html", "nav.js", "playbook.json"]) {
          const { headers, bytes } = await get(home + path, { "accept-encoding": encoding });
          assert.equal(headers["content-encoding"], encoding, path);
          assert.ok(bytes.equals(await readFile(join(site, path + (encoding === "br" ? ".br" : ".gz")))), path);
          const plain = encoding === "br" ? brotliDecompressSync(bytes) : gunzipSync(bytes);
          assert.ok(plain.equals(await readFile(join(site, path))), path);
          assert.match(headers["content-type"], path.endsWith("html") ? /^text\/html/ : /javascript|json/);
          assert.match(headers.vary ?? "", /Accept-Encoding/i);
        }
      }
      const { headers, bytes } = await get(home + "index.html");
      assert.ok(!headers["content-encoding"] && bytes.equals(await readFile(join(site, "index.html"))));
    }));
  });
}

test("what IIS reads is well-formed", async () => {
  const text = await readFile(join(site, "web.config"), "utf8");
  const page = await openPage(browser, "about:", []);
  const [root, faults, moved] = await page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, "application/xml");
    return [read.documentElement.localName, read.querySelectorAll("parsererror").length, read.querySelectorAll("httpRedirect").length];
  }, text);
  assert.deepEqual([root, faults], ["configuration", 0]);
  assert.ok(moved >= 2, `${moved} redirects`);
  await page.context().close();
});
