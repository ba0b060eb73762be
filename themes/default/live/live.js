/* What `cuebook serve` adds to a page: it follows the files while somebody writes, and shows what is wrong with them.
   It stands before the page's own script, whose listeners go with the body that they were made for. */
"use strict";
(() => {
  const tag = document.getElementById("cuebook-live"), words = cuebookLive.words;
  const policy = window.trustedTypes ? trustedTypes.createPolicy("cuebook-live", { createHTML: html => html }) : { createHTML: html => html };
  const heard = [];
  let mark = tag.dataset.mark, busy = false, again = false, areNews = false;

  /* Everything that the page's own script hears beside its elements. */
  const hear = EventTarget.prototype.addEventListener;
  [window, document].forEach(target => {
    target.addEventListener = function (type, listener, options) {
      heard.push([target, type, listener, options]);
      hear.call(target, type, listener, options);
    };
  });

  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function make(name, attributes, ...content) {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([attribute, value]) => element.setAttribute(attribute, value));
    element.append(...content.flat().filter(part => part !== null && part !== undefined));
    return element;
  }

  /* ---- what a reader has done to a page, and what survives a new one */

  /** Names elements so that the same one is found in a new body: by what it is, and by its number among the like. */
  function named(selector, within, label) {
    const count = {};
    return all(selector, within).filter(element => !element.closest(".live")).map(element => {
      const name = label(element), nth = count[name] = (count[name] || 0) + 1;
      return [name + "\n" + nth, element];
    });
  }

  const boxes = within => named("input, textarea, select", within, box => box.type + (box.name || box.id || (box.closest("label, li") || box).textContent.trim()));
  const folds = within => named("details", within, fold => (fold.querySelector("summary") || fold).textContent.trim());
  const reachable = within => named("a, button, summary, input, textarea, select, [tabindex]", within,
    one => one.tagName + (one.id || one.getAttribute("href") || one.textContent.trim() || one.getAttribute("aria-label")));

  function remember() {
    const focused = reachable(document.body).find(([, element]) => element === document.activeElement);
    /* The heading above what is read is where it was on the screen; what changes above it moves nothing. */
    const headings = all("main [id]").filter(one => one.getBoundingClientRect().top <= 80);
    const anchor = headings[headings.length - 1];
    return {
      boxes: boxes(document.body).map(([name, box]) => [name, box.checked, box.value]),
      folds: folds(document.body).map(([name, fold]) => [name, fold.open]),
      focus: focused && focused[0],
      anchor: anchor && [anchor.id, anchor.getBoundingClientRect().top],
      left: scrollX,
      top: scrollY
    };
  }

  function restore(was) {
    const byName = pairs => new Map(pairs);
    const nowBoxes = byName(boxes(document.body)), nowFolds = byName(folds(document.body));
    was.boxes.forEach(([name, checked, value]) => {
      const box = nowBoxes.get(name);
      if (!box) return;
      const differs = box.checked !== checked || box.value !== value;
      box.checked = checked;
      if (box.type !== "checkbox" && box.type !== "radio") box.value = value;
      if (differs) box.dispatchEvent(new Event(box.type === "checkbox" ? "change" : "input", { bubbles: true }));
    });
    was.folds.forEach(([name, open]) => { if (nowFolds.has(name)) nowFolds.get(name).open = open; });
    const focus = was.focus && byName(reachable(document.body)).get(was.focus);
    if (focus) focus.focus({ preventScroll: true });
    const anchor = was.top > 0 && was.anchor && document.getElementById(was.anchor[0]);
    scrollTo({ left: was.left, top: anchor ? scrollY + anchor.getBoundingClientRect().top - was.anchor[1] : was.top, behavior: "instant" });
  }

  /* ---- a new page in the place of the old one */

  async function renew() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      /* Whoever searches is not looked over the shoulder: the page waits until the dialog is closed. */
      const dialog = document.querySelector("dialog[open]");
      if (dialog) await new Promise(closed => hear.call(dialog, "close", closed, { once: true }));
      const answer = await fetch(location.href, { cache: "no-store" });
      await replace(new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html"));
    } catch (gone) {
      /* The server was stopped in the middle. */
    }
    busy = false;
    if (again) { again = false; renew(); }
    else if (areNews) { areNews = false; problems().catch(() => {}); }
  }

  const script = page => page.querySelector("script#cuebook");

  async function replace(page) {
    const next = script(page), own = script(document);
    /* Another script, or none: only the browser can start anew. */
    if (!next || !own || next.getAttribute("src") !== own.getAttribute("src")) { location.reload(); return; }
    mark = (page.getElementById("cuebook-live") || tag).dataset.mark;
    await dress(page);
    document.title = page.title;
    ["lang", "dir"].forEach(name => document.documentElement.setAttribute(name, page.documentElement.getAttribute(name) || ""));
    Object.assign(own.dataset, next.dataset);
    const was = remember(), bar = document.querySelector(".live");
    heard.splice(0).forEach(([target, type, listener, options]) => target.removeEventListener(type, listener, options));
    document.body.className = page.body.className;
    document.body.replaceChildren(...page.body.childNodes);
    if (bar) document.body.append(bar);
    cuebook.main();
    restore(was);
    tools();
    await problems();
  }

  /** Another style sheet takes the place of the old one when it is there, so that nothing is ever bare. */
  function dress(page) {
    const next = page.querySelector("head link[rel=stylesheet]:not([href^='/.cuebook/'])");
    const own = document.querySelector("head link[rel=stylesheet]:not([href^='/.cuebook/'])");
    if (!next || !own || next.getAttribute("href") === own.getAttribute("href")) return null;
    const style = make("link", { rel: "stylesheet", href: next.getAttribute("href") });
    return new Promise(done => {
      style.onload = style.onerror = () => { own.remove(); done(); };
      own.after(style);
    });
  }

  /* ---- the bar */

  let shown = null, isOpen = false;

  function bar() {
    let live = document.querySelector(".live");
    if (!live) {
      live = make("aside", { "class": "live", "aria-label": words.liveBar });
      document.body.append(live);
    }
    return live;
  }

  function counted(n, one, many) {
    return n === 1 ? one : many.replace("{n}", n);
  }

  let asked = Promise.resolve();

  /** What is wrong, one answer after the other: an old one must not come last. */
  function problems() {
    asked = asked.then(askProblems, askProblems);
    return asked;
  }

  async function askProblems() {
    const answer = await fetch("/.cuebook/problems?page=" + encodeURIComponent(tag.dataset.page), { cache: "no-store" });
    const found = await answer.json();
    if (JSON.stringify(found) !== JSON.stringify(shown)) {
      shown = found;
      draw();
    }
    place();
  }

  function draw() {
    const live = bar(), found = shown;
    const list = live.querySelector(".live-list"), top = list ? list.scrollTop : 0;
    const hadFocus = live.contains(document.activeElement) && document.activeElement.className;
    all(".live-fold", live).forEach(old => old.remove());
    const total = found.errors + found.warnings + found.hints;
    if (!total && !found.stale) return;
    const counts = [];
    if (found.errors) counts.push(make("span", { "class": "live-count live-error" }, counted(found.errors, words.liveError, words.liveErrors)));
    if (found.warnings) counts.push(make("span", { "class": "live-count live-warning" }, counted(found.warnings, words.liveWarning, words.liveWarnings)));
    if (found.hints) counts.push(make("span", { "class": "live-count" }, counted(found.hints, words.liveHint, words.liveHints)));
    const fold = make("details", { "class": "live-fold" },
      make("summary", { "class": "live-summary" }, counts, found.stale ? make("strong", { "class": "live-stale" }, words.liveStale) : null),
      make("div", { "class": "live-list", tabindex: "0", role: "group", "aria-label": words.liveBar },
        group(words.liveStops, found.stopping), group(words.liveHere, found.here), group(words.liveOthers, found.others),
        found.unlisted ? make("p", {}, words.liveMore.replace("{n}", found.unlisted)) : null));
    fold.open = isOpen || found.stopping.length > 0;
    hear.call(fold, "toggle", () => { isOpen = fold.open; });
    live.prepend(fold);
    fold.querySelector(".live-list").scrollTop = top;
    if (hadFocus === "live-summary") fold.querySelector("summary").focus();
  }

  const severity = { error: words.liveErrorWord, warning: words.calloutWarning, hint: words.liveHintWord };

  function group(title, found) {
    return found.length ? [make("h2", { "class": "live-title" }, title), ...found.map(problem)] : [];
  }

  function sentence(text) {
    const full = text.charAt(0).toUpperCase() + text.slice(1);
    return /[.?!]$/.test(full) ? full : full + ".";
  }

  /** One problem: what, where, why, how to mend it. */
  function problem(found) {
    const where = found.file + (found.line ? ":" + found.line + ":" + found.column : "");
    return make("section", { "class": "live-problem live-is-" + found.severity },
      make("p", { "class": "live-message" }, make("strong", {}, severity[found.severity] + ":"), " " + sentence(found.message)),
      excerpt(found),
      found.notes.map(note => make("p", {}, sentence(note))),
      found.help ? make("p", { "class": "live-help" }, sentence(found.help)) : null,
      make("p", { "class": "live-where" }, where + "  " + found.rule));
  }

  function excerpt(found) {
    if (found.excerpt === null) return null;
    const letters = Array.from(found.excerpt), start = found.column - 1 - found.before, end = Math.min(letters.length, start + found.width);
    return make("pre", { "class": "live-excerpt" }, letters.slice(0, start).join(""),
      make("mark", {}, letters.slice(start, end).join("") || " "), letters.slice(end).join(""), found.label ? make("span", { "class": "live-label" }, "  " + found.label) : null);
  }

  /** Puts each problem of the open entry where it stands in the page. */
  function place() {
    all(".live-note").forEach(old => old.remove());
    if (!shown) return;
    shown.here.forEach(found => {
      const target = spot(found);
      if (!target) return;
      const note = make("details", { "class": "live-note live-is-" + found.severity }, make("summary", {}, sentence(found.message)), problem(found));
      target.after(note);
    });
  }

  /** The block of the page with most words of a line, below the heading that it stands under. */
  function spot(found) {
    if (!found.at) return document.querySelector("main .entry-meta, main h1");
    const [anchor, line] = found.at, body = document.querySelector("main");
    const heading = anchor && document.getElementById(anchor);
    const top = heading || document.querySelector("main .entry-meta") || document.querySelector("main h1");
    const typed = plain(line);
    if (!typed || !heading && line.trim().startsWith("---")) return top;
    const blocks = all("p, li, td, blockquote, h1, h2, h3, h4, h5, h6, dd, pre, figcaption", body).filter(block => !block.closest(".live, .about"));
    const from = heading ? blocks.findIndex(block => heading.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING || block === heading || block.contains(heading)) : 0;
    const wanted = new Set(typed.split(" "));
    let best = null, most = 0;
    blocks.slice(Math.max(from, 0)).forEach(block => {
      const held = new Set(plain(block.textContent).split(" "));
      const score = Array.from(wanted).filter(word => held.has(word)).length / (wanted.size + held.size);
      if (score > most) { best = block; most = score; }
    });
    if (!best || most < 0.25) return top;
    return best.closest("table") || best.closest("ul, ol, dl") || best;
  }

  function plain(text) {
    return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  /* ---- writing help: only where the server gave this page a token */

  async function ask(what, more) {
    const answer = await fetch("/.cuebook/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Cuebook-Token": tag.dataset.token },
      body: JSON.stringify(Object.assign({ page: tag.dataset.page }, more))
    });
    if (!answer.ok) say(await answer.text());
    return answer.ok;
  }

  /** Says something in the bar. */
  function say(text) {
    all(".live-said").forEach(old => old.remove());
    const close = make("button", { type: "button", "class": "live-close", "aria-label": words.close }, "×");
    const said = make("p", { "class": "live-changed live-said", role: "status" }, text, close);
    hear.call(close, "click", () => said.remove());
    bar().append(said);
  }

  function button(text, action) {
    const made = make("button", { type: "button", "class": "live-button" }, text);
    hear.call(made, "click", action);
    return made;
  }

  const isEntry = () => /\bkind-/.test((document.querySelector("main article") || document.body).className);

  function tools() {
    const live = bar(), old = live.querySelector(".live-tools");
    if (!tag.dataset.token || old && (old.dataset.entry === "yes") === isEntry()) return;
    if (old) old.remove();
    live.append(make("div", { "class": "live-tools", role: "group", "aria-label": words.liveTools, "data-entry": isEntry() ? "yes" : "no" },
      isEntry() ? [
        button(words.liveEdit, () => ask("edit", {})),
        button(words.liveStillRight, async () => { if (await ask("reviewed", {})) say(words.liveReviewed); }),
        button(words.liveFacts, () => form("facts"))
      ] : null,
      button(words.liveGoTo, () => form("goTo"))));
  }

  /** A dialog of its own: one with the facts of the entry, one that goes to another. */
  async function form(which) {
    const answer = await fetch("/.cuebook/form?page=" + encodeURIComponent(tag.dataset.page), { cache: "no-store" });
    const can = await answer.json(), fields = {};
    const field = (name, label, value, offered) => {
      const input = fields[name] = make("input", { type: "text", id: "live-" + name, list: "live-of-" + name, autocomplete: "off" });
      input.value = value;
      const list = make("datalist", { id: "live-of-" + name }, offered.map(one => make("option", { value: one })));
      return make("p", { "class": "live-field" }, make("label", { "for": "live-" + name }, label), input, list);
    };
    const said = can.said || {};
    const rows = which === "goTo" ? [field("goTo", words.liveGoTo, "", can.goTo.map(one => one[0]))] : [
      field("title", words.liveFactTitle, said.title, []),
      field("owner", words.owner, said.owner, can.owners),
      field("audience", words.liveFactAudience, said.audience, can.audiences),
      field("situations", words.situations, said.situations, can.situations),
      field("review-every", words.liveFactEvery, said["review-every"], can.intervals)
    ];
    const dialog = make("dialog", { "class": "live live-dialog", "aria-label": which === "goTo" ? words.liveGoTo : words.liveFacts });
    const done = make("button", { type: "submit", "class": "live-button" }, which === "goTo" ? words.liveGoThere : words.liveSave);
    const filled = make("form", { method: "dialog" }, rows, make("p", {}, done, button(words.close, () => dialog.close())));
    hear.call(filled, "submit", async event => {
      event.preventDefault();
      if (which === "goTo") {
        const found = can.goTo.find(one => one[0] === fields.goTo.value);
        if (found) location.href = "/" + found[1];
        return;
      }
      const facts = {};
      Object.keys(fields).forEach(name => { if (fields[name].value !== (said[name] || "")) facts[name] = fields[name].value; });
      dialog.close();
      if (Object.keys(facts).length) await ask("facts", { facts: facts });
    });
    hear.call(dialog, "close", () => dialog.remove());
    dialog.append(filled);
    document.body.append(dialog);
    dialog.showModal();
    fields[Object.keys(fields)[0]].focus();
  }

  /* ---- changes elsewhere */

  function elsewhere(changed) {
    const live = bar();
    all(".live-changed", live).forEach(old => old.remove());
    const links = changed.map(([title, address]) => make("a", { href: "/" + address }, title + " – " + words.liveGoThere));
    const close = make("button", { type: "button", "class": "live-close", "aria-label": words.close }, "×");
    const note = make("p", { "class": "live-changed", role: "status" }, words.changed + ": ", links.flatMap((link, n) => n ? [", ", link] : [link]), close);
    hear.call(close, "click", () => note.remove());
    live.append(note);
  }

  /* ---- news from the server */

  function listen() {
    const news = new EventSource("/.cuebook/events?page=" + encodeURIComponent(tag.dataset.page) + "&mark=" + mark);
    const own = (type, action) => hear.call(news, type, action);
    let isLost = false;
    own("page", event => { if (JSON.parse(event.data) !== mark) renew(); });
    own("changed", event => elsewhere(JSON.parse(event.data)));
    /* A body that is on its way has the problems put into it when it is there. */
    own("problems", () => {
      if (busy) areNews = true;
      else problems().catch(() => {});
    });
    own("error", () => {
      isLost = true;
      /* The next stream begins with the page as it is by then. */
      news.close();
      setTimeout(listen, 1000);
    });
    own("open", () => { if (isLost) renew(); });
    hear.call(window, "pagehide", () => news.close(), { once: true });
  }

  function begin() {
    tools();
    problems().catch(() => {});
    listen();
  }
  if (document.readyState === "complete") begin();
  else hear.call(window, "load", begin, { once: true });
})();
