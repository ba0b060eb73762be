/* A whole playbook in one file: shows its pages in the place of a server. The files of the site lie in the head, as blocks that a
   browser does not look into: `data-file` one file each, `data-pack` many, packed. `#scripts/quiet-offer/level-1` is a heading of
   `scripts/quiet-offer.html`. The page's own scripts find their files through `cuebookHost` (js/00-cuebook.js). */
"use strict";
(() => {
  /* Without these nothing can be unpacked: what stands in the body says so. */
  if (!window.DecompressionStream || !window.cuebookFile) return;
  const root = document.documentElement, own = location.href.split(/[?#]/)[0], words = cuebookFile.words;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const asIs = { createHTML: text => text, createScript: text => text };
  const policy = window.trustedTypes ? trustedTypes.createPolicy("cuebook-file", asIs) : asIs;
  root.classList.add("copy-opening");

  /* ---- the files */

  const blocks = new Map(all("[data-file]").map(block => [block.dataset.file, block]));
  const packs = all("[data-pack]"), packOf = new Map(), opened = new Map();
  JSON.parse(document.getElementById("copy-files").textContent).forEach((files, n) => files.forEach(file => packOf.set(file, n)));

  /** Packs that are kept open: each is a quarter of a megabyte, and a page is often read twice. */
  const KEPT = 32;

  async function unpack(n) {
    const code = atob(packs[n].textContent), bytes = new Uint8Array(code.length);
    for (let at = 0; at < code.length; at++) bytes[at] = code.charCodeAt(at);
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    return new Map(text.split("\0").map(file => {
      const at = file.indexOf("\n");
      return [file.slice(0, at), file.slice(at + 1)];
    }));
  }

  async function textOf(path) {
    if (blocks.has(path)) return blocks.get(path).textContent;
    const n = packOf.get(path);
    if (n === undefined) throw new Error(path + " is not in this file");
    if (!opened.has(n)) opened.set(n, unpack(n));
    if (opened.size > KEPT) opened.delete(opened.keys().next().value);
    return (await opened.get(n)).get(path);
  }

  /* ---- addresses: `scripts/a.html#b` is a path, `#scripts/a/b` its link */

  const plain = text => { try { return decodeURIComponent(text); } catch (broken) { return text; } };
  const pages = new Map(Array.from(packOf.keys()).filter(path => path.endsWith(".html")).map(path => [plain(path), path]));
  const FRONT = "index.html";

  function to(path) {
    const [place, heading] = path.split("#"), [page, query] = place.split("?"), stem = page.replace(/\.html$/, "");
    const start = (query ? "?" + query : "") + "#";
    if (!heading) return start + stem;
    /* Beside a page may lie a folder of its name, with a page of the name of the heading. */
    return start + (pages.has(plain(stem + "/" + heading) + ".html") ? page : stem) + "/" + heading;
  }

  /** `[page, heading]` of what stands behind `#`: the longest page that it can mean; null for none. */
  function locate(fragment) {
    const asked = plain(fragment);
    if (!asked) return [FRONT, ""];
    for (let end = asked.length; end > 0; end = asked.lastIndexOf("/", end - 1)) {
      const stem = asked.slice(0, end), page = pages.get(stem + ".html") || pages.get(stem);
      if (page) return [page, asked.slice(end + 1)];
    }
    return null;
  }

  function from(address) {
    const [file, fragment] = address.split("#"), at = file.split("?")[0] === own && fragment && locate(fragment);
    return at ? at[0] + (at[1] ? "#" + encodeURIComponent(at[1]) : "") : "";
  }

  /* ---- what the page's own scripts load */

  const dressed = new Set(), memory = new Map();

  /** Data comes as lines of script that call one function with JSON; no policy lets them run as they are. */
  function take(line) {
    const [, name, rest] = /^cuebook\.(\w+)([^]*)$/.exec(line);
    if (rest.startsWith("=")) cuebook[name] = JSON.parse(rest.slice(1, -1));
    else cuebook[name](...JSON.parse("[" + rest.slice(1, -2) + "]"));
  }

  function run(text, attributes) {
    const script = document.createElement("script");
    Object.entries(attributes || {}).forEach(([name, value]) => script.setAttribute(name, value));
    script.text = policy.createScript(text);
    document.head.append(script);
    return script;
  }

  window.cuebookHost = {
    to: to,
    from: from,
    /* Without storage a choice holds at least until the file is closed. */
    recall: name => {
      try { return localStorage.getItem(cuebook.key + name); } catch (off) { return memory.get(name) || null; }
    },
    keep: (name, value) => {
      try {
        if (value === null) localStorage.removeItem(cuebook.key + name);
        else localStorage.setItem(cuebook.key + name, value);
        return true;
      } catch (off) {
        memory.set(name, value);
        return false;
      }
    },
    dress: (path, done) => {
      dressed.add(path);
      blocks.get(path).media = "all";
      if (done) done();
    },
    load: (path, failed, done) => {
      const script = { onerror: failed, onload: done }, name = path.split("?")[0];
      textOf(name).then(text => {
        if (blocks.has(name)) kept(() => run(text).remove());
        else text.split("\n").filter(Boolean).forEach(take);
      }).then(() => script.onload && script.onload(), lost => {
        console.info(lost);
        if (script.onerror) script.onerror();
      });
      return script;
    }
  };

  /* ---- what a page hears beside its elements goes with it */

  const hear = EventTarget.prototype.addEventListener, Channel = window.BroadcastChannel;
  let heard = [], channels = [], isKept = false;

  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this || window;
    if (!isKept && !(target instanceof Element)) heard.push([target, type, listener, options]);
    hear.call(target, type, listener, options);
  };
  if (Channel) {
    window.BroadcastChannel = class extends Channel {
      constructor(name) {
        super(name);
        channels.push(this);
      }
    };
  }

  /** Runs what stays when the page goes. */
  function kept(action) {
    isKept = true;
    try { action(); } finally { isKept = false; }
  }

  function clear() {
    heard.forEach(([target, type, listener, options]) => target.removeEventListener(type, listener, options));
    channels.forEach(channel => channel.close());
    heard = [];
    channels = [];
    if (window.CSS && CSS.highlights) CSS.highlights.clear();
  }

  /* ---- a page in the place of another */

  let now = "";

  function parse(text) {
    return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
  }

  /** The path that an address on `page` means; empty where it leaves the book. */
  function resolve(address, page) {
    const url = new URL(address, "file:///" + page);
    return url.protocol === "file:" ? url.pathname.slice(1) + url.search + url.hash : "";
  }

  const data = block => "data:" + block.dataset.type + ";base64," + block.textContent;

  /** Makes links lead to what is in this file, and gives pictures what they show. */
  function settle(page, path) {
    all("a[href]", page).forEach(link => {
      const target = resolve(link.getAttribute("href"), path), block = blocks.get(target.split(/[?#]/)[0]);
      if (block) {
        link.setAttribute("href", data(block));
        link.setAttribute("download", plain(target.split("/").pop()));
      } else if (target) link.setAttribute("href", to(target));
    });
    all("img[src]", page).forEach(picture => {
      const block = blocks.get(resolve(picture.getAttribute("src"), path));
      if (block) picture.src = data(block);
      else picture.removeAttribute("src");
    });
  }

  function put(page, path) {
    const script = page.getElementById("cuebook");
    const styles = all("link[rel=stylesheet]", page.head).map(link => resolve(link.getAttribute("href"), path));
    settle(page, path);
    clear();
    document.title = page.title;
    ["lang", "dir"].forEach(name => root.setAttribute(name, page.documentElement.getAttribute(name) || ""));
    blocks.forEach((block, name) => {
      if (block.localName === "style") block.media = styles.includes(name) || dressed.has(name) ? "all" : "not all";
    });
    document.body.className = page.body.className;
    document.body.replaceChildren(...page.body.childNodes);
    /* Only what can be seen can have the focus. */
    root.classList.remove("copy-opening");
    const facts = Object.assign({}, script.dataset, { site: root.dataset.site, root: "" });
    all("script[src]", page.head).forEach(one => {
      const name = resolve(one.getAttribute("src"), path), last = document.getElementById("cuebook"), code = blocks.get(name);
      /* What comes before the first paint has run. */
      if (!code) return;
      if (one !== script) {
        run(code.textContent).remove();
        return;
      }
      if (last && last.dataset.copyFile === name) {
        Object.assign(last.dataset, facts);
        cuebook.main();
        return;
      }
      /* The first page, or one in another language: its words are in its script. */
      if (last) last.remove();
      const next = Object.entries(facts).map(([key, value]) => ["data-" + key, value]);
      run(code.textContent, Object.fromEntries([["id", "cuebook"], ["data-copy-file", name], ...next]));
    });
    now = path;
  }

  /* ---- history */

  const places = new Map();
  let key = 0, last = 0, turn = 0, shown = null;

  const here = () => location.search + location.hash;
  const mark = () => {
    try { history.replaceState(Object.assign({}, history.state, { copy: key }), ""); } catch (forbidden) { /* then Back begins at the top */ }
  };

  /** Shows what the address says. `how`: "first", "go" to somewhere new, "back" to where the reader has been. */
  async function show(how) {
    const mine = ++turn, at = locate(location.hash.slice(1)), [path, heading] = at || [FRONT, ""];
    shown = here();
    if (path !== now) {
      const page = parse(await textOf(path));
      if (mine !== turn) return;
      const moved = page.querySelector("meta[http-equiv=refresh]");
      if (moved) {
        const target = resolve(moved.content.replace(/^.*?url=/, ""), path);
        history.replaceState(history.state, "", to(target));
        return show(how);
      }
      put(page, path);
    }
    if (!at) cuebook.say(words.notFound);
    arrive(heading, how);
  }

  function arrive(heading, how) {
    const target = heading && document.getElementById(heading), top = places.get(key);
    all(".copy-target").forEach(old => old.classList.remove("copy-target"));
    if (target) {
      target.classList.add("copy-target");
      for (let fold = target.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    }
    if (how === "back" && top !== undefined) scrollTo({ top: top, behavior: "instant" });
    else if (target) target.scrollIntoView();
    else if (how !== "first") scrollTo({ top: 0, behavior: "instant" });
    const first = target || document.querySelector("main h1");
    if (how === "first" && !target || !first || document.querySelector("[data-copy-stop]:not([hidden])")) return;
    if (!first.matches("a[href], button, input, [tabindex]")) first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }

  function failed(mistake) {
    root.classList.remove("copy-opening");
    console.error(mistake);
  }

  function follow(event) {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const [query, fragment] = link.getAttribute("href").split("#");
    if (fragment === undefined || query && !query.startsWith("?")) return;
    event.preventDefault();
    places.set(key, scrollY);
    const address = location.pathname + query + "#" + fragment;
    if (query + "#" + fragment !== here()) {
      key = ++last;
      try { history.pushState({ copy: key }, "", address); } catch (forbidden) { location.hash = fragment; return; }
    }
    /* Marks of a search are part of the address, and of the page. */
    if (query) now = "";
    show("go").catch(failed);
  }

  function moved() {
    if (here() === shown) return;
    places.set(key, scrollY);
    const known = history.state && history.state.copy;
    key = known === null || known === undefined ? ++last : known;
    last = Math.max(last, key);
    mark();
    show(places.has(key) ? "back" : "go").catch(failed);
  }

  kept(() => {
    window.addEventListener("click", follow);
    window.addEventListener("popstate", moved);
    window.addEventListener("hashchange", moved);
    document.addEventListener("DOMContentLoaded", () => {
      try { history.scrollRestoration = "manual"; } catch (forbidden) { /* then the browser guesses */ }
      mark();
      show("first").catch(failed);
    });
  });
})();
