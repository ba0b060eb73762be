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
      await undisturbed();
      const answer = await fetch(location.href, { cache: "no-store" });
      await replace(new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html"));
    } catch (gone) {
      /* The server was stopped in the middle. */
    }
    busy = false;
    if (again) { again = false; renew(); }
    else if (areNews) { areNews = false; problems().catch(() => {}); }
  }

  /** Whoever searches, or fills in a form, is not looked over the shoulder: the page waits until the dialog is closed. */
  async function undisturbed() {
    const dialog = document.querySelector("dialog[open]");
    if (dialog) await new Promise(closed => hear.call(dialog, "close", closed, { once: true }));
  }

  const script = page => page.querySelector("script#cuebook");

  async function replace(page) {
    const next = script(page), own = script(document);
    /* Another script, or none: only the browser can start anew. */
    if (!next || !own || next.getAttribute("src") !== own.getAttribute("src")) { location.reload(); return; }
    mark = (page.getElementById("cuebook-live") || tag).dataset.mark;
    await dress(page);
    /* One may have been opened while the page was on its way. */
    await undisturbed();
    document.title = page.title;
    ["lang", "dir"].forEach(name => document.documentElement.setAttribute(name, page.documentElement.getAttribute(name) || ""));
    Object.assign(own.dataset, next.dataset);
    const was = remember(), bar = document.querySelector(".live"), held = bar && bar.contains(document.activeElement) ? document.activeElement : null;
    noted = notes();
    heard.splice(0).forEach(([target, type, listener, options]) => target.removeEventListener(type, listener, options));
    document.body.className = page.body.className;
    repaint(page.body);
    document.body.replaceChildren(...page.body.childNodes);
    if (bar) document.body.append(bar);
    cuebook.main();
    restore(was);
    if (held) held.focus({ preventScroll: true });
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

  /* ---- pictures that changed and kept their name */

  const newer = new Map();

  /** A browser shows the picture that it has under a name, so a changed one is asked for under another. */
  function repaint(within) {
    all("img[src], video[src], audio[src], source[src]", within).forEach(shown => {
      const path = new URL(shown.getAttribute("src"), location.href).pathname;
      if (newer.has(path)) shown.setAttribute("src", path + "?" + newer.get(path));
    });
  }

  /* ---- the bar */

  let shown = null, isOpen = false;

  function bar() {
    let live = document.querySelector(".live");
    if (!live) {
      /* What is said is heard only where somebody listened before. */
      live = make("aside", { "class": "live", "aria-label": words.liveBar }, make("div", { "class": "live-news", role: "status" }));
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
    const isNew = JSON.stringify(found) !== JSON.stringify(shown);
    if (isNew) {
      shown = found;
      draw();
    }
    /* What stands at its place already stays, as the reader left it. */
    if (isNew || !document.querySelector(".live-note")) place();
  }

  function draw() {
    const live = bar(), found = shown;
    const list = live.querySelector(".live-list"), top = list ? list.scrollTop : 0;
    const was = live.contains(document.activeElement) && document.activeElement;
    const focus = was && was.closest(".live-fold") && [was.className, was.dataset.fix];
    all(".live-fold", live).forEach(old => old.remove());
    const total = found.errors + found.warnings + found.hints;
    if (!total && !found.stale) {
      if (focus) rest();
      return;
    }
    const counts = [];
    if (found.errors) counts.push(make("span", { "class": "live-count live-error" }, counted(found.errors, words.liveError, words.liveErrors)));
    if (found.warnings) counts.push(make("span", { "class": "live-count live-warning" }, counted(found.warnings, words.liveWarning, words.liveWarnings)));
    if (found.hints) counts.push(make("span", { "class": "live-count" }, counted(found.hints, words.liveHint, words.liveHints)));
    const fold = make("details", { "class": "live-fold" },
      make("summary", { "class": "live-summary" }, counts, found.stale ? make("strong", { "class": "live-stale" }, words.liveStale) : null),
      make("div", { "class": "live-list", tabindex: "0", role: "group", "aria-label": words.liveBar },
        found.fixes > 1 && tag.dataset.token ? make("p", {}, button(words.liveFixAll.replace("{n}", found.fixes), () => mend(null))) : null,
        group(words.liveStops, found.stopping), group(words.liveHere, found.here), group(words.liveOthers, found.others),
        found.unlisted ? make("p", {}, words.liveMore.replace("{n}", found.unlisted)) : null));
    fold.open = isOpen || found.stopping.length > 0;
    hear.call(fold, "toggle", () => { isOpen = fold.open; });
    live.prepend(fold);
    fold.querySelector(".live-list").scrollTop = top;
    if (focus) (all("button, summary, .live-list", fold).find(one => one.className === focus[0] && one.dataset.fix === focus[1]) || fold.querySelector("summary")).focus();
  }

  /** Where the focus goes when what had it is mended. */
  function rest() {
    const next = document.querySelector(".live-summary") || document.querySelector(".live-tools button");
    if (next) next.focus({ preventScroll: true });
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
      make("p", { "class": "live-where" }, where + "  " + found.rule),
      found.fix && tag.dataset.token ? fixButton(found.fix) : null);
  }

  function fixButton(fix) {
    const made = button(words.liveFix, () => mend(fix));
    made.dataset.fix = JSON.stringify(fix);
    return made;
  }

  function excerpt(found) {
    if (found.excerpt === null) return null;
    const letters = Array.from(found.excerpt), start = found.column - 1 - found.before, end = Math.min(letters.length, start + found.width);
    return make("pre", { "class": "live-excerpt" }, letters.slice(0, start).join(""),
      make("mark", {}, letters.slice(start, end).join("") || " "), letters.slice(end).join(""), found.label ? make("span", { "class": "live-label" }, "  " + found.label) : null);
  }

  /** Puts each problem of the open entry where it stands in the page. */
  function place() {
    const was = noted || notes();
    noted = null;
    all(".live-note").forEach(old => old.remove());
    if (!shown) return;
    shown.here.forEach(found => {
      const target = spot(found);
      if (!target) return;
      const note = make("details", { "class": "live-note live-is-" + found.severity }, make("summary", {}, sentence(found.message)), problem(found));
      target.after(note);
      note.open = was.open.includes(saidBy(note));
    });
    if (!was.focus) return;
    const again = all(".live-note").find(note => saidBy(note) === was.focus[0]);
    if (again) again.querySelector(was.focus[1]).focus({ preventScroll: true });
    else rest();
  }

  const saidBy = note => note.querySelector("summary").textContent;
  let noted = null;

  /** Which notes are open, and where the focus is in them: they are made anew whenever the problems are. */
  function notes() {
    const within = document.activeElement && document.activeElement.closest(".live-note");
    return {
      open: all(".live-note[open]").map(saidBy),
      focus: within && [saidBy(within), document.activeElement.tagName === "BUTTON" ? "button" : "summary"]
    };
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

  /** `{ done }`, or `{ refused }` with a sentence. */
  async function ask(what, more) {
    const answer = await fetch("/.cuebook/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Cuebook-Token": tag.dataset.token },
      body: JSON.stringify(Object.assign({ page: tag.dataset.page }, more))
    });
    return answer.ok ? { done: await answer.json() } : { refused: sentence((await answer.text()).trim()) };
  }

  /** Says something in the bar. */
  function say(...what) {
    const close = make("button", { type: "button", "class": "live-close", "aria-label": words.close }, "×");
    const said = make("p", { "class": "live-changed" }, what, close);
    hear.call(close, "click", () => said.remove());
    bar().querySelector(".live-news").replaceChildren(said);
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
        button(words.liveEdit, () => plainly("edit")),
        button(words.liveStillRight, () => plainly("reviewed", words.liveReviewed)),
        button(words.liveFacts, facts)
      ] : null,
      button(words.liveNew, begun),
      button(words.liveGoTo, goTo)));
  }

  async function plainly(what, done) {
    const { refused } = await ask(what, {});
    if (refused || done) say(refused || done);
  }

  /** A dialog. `act` is what its first button does; a sentence that it gives is why it was not done. */
  function dialog(label, content, done, act, leave) {
    const refused = make("p", { "class": "live-refused", role: "alert" });
    const made = make("dialog", { "class": "live live-dialog", "aria-label": label });
    const filled = make("form", { method: "dialog" }, make("h2", { "class": "live-title" }, label), content, refused,
      make("p", {}, make("button", { type: "submit", "class": "live-button" }, done), button(leave || words.close, () => made.close())));
    hear.call(filled, "submit", async event => {
      event.preventDefault();
      const why = await act();
      if (why) refused.textContent = why;
      else made.close();
    });
    hear.call(made, "close", () => made.remove());
    made.append(filled);
    document.body.append(made);
    made.showModal();
  }

  /** What the forms offer. */
  async function offers() {
    return (await fetch("/.cuebook/form?page=" + encodeURIComponent(tag.dataset.page), { cache: "no-store" })).json();
  }

  /** A line to type in, with what it may hold. */
  function field(label, value, offered) {
    const name = "live-field-" + label.replace(/\W+/g, "-");
    const input = make("input", { type: "text", id: name, list: name + "-list", autocomplete: "off" });
    input.value = value || "";
    const list = make("datalist", { id: name + "-list" }, offered.map(one => make("option", { value: one })));
    return [input, make("p", { "class": "live-field" }, make("label", { "for": name }, label), input, list)];
  }

  async function goTo() {
    const can = await offers();
    const [title, row] = field(words.liveGoTo, "", can.goTo.map(one => one[0]));
    dialog(words.liveGoTo, row, words.liveGoThere, () => {
      const found = can.goTo.find(one => one[0] === title.value);
      if (found) location.href = "/" + found[1];
    });
  }

  async function facts() {
    const can = await offers(), said = can.said || {};
    const fields = [
      ["title", field(words.liveFactTitle, said.title, [])],
      ["owner", field(words.owner, said.owner, can.owners)],
      ["audience", field(words.liveFactAudience, said.audience, can.audiences)],
      ["situations", field(words.situations, said.situations, can.situations)],
      ["review-every", field(words.liveFactEvery, said["review-every"], can.intervals)]
    ];
    dialog(words.liveFacts, fields.map(([, [, row]]) => row), words.liveSave, async () => {
      const differ = fields.map(([name, [input]]) => [name, input.value]).filter(([name, value]) => value !== (said[name] || ""));
      return differ.length ? (await ask("facts", { facts: Object.fromEntries(differ) })).refused : null;
    });
  }

  /** A new entry from the text of its kind; its page opens when it is there. */
  async function begun() {
    const can = await offers();
    const kind = make("select", { id: "live-kind" }, can.kinds.map(([word, label]) => make("option", { value: word }, label)));
    const [title, titled] = field(words.liveFactTitle, "", []), [owner, owned] = field(words.owner, "", can.owners);
    title.required = true;
    dialog(words.liveNew, [make("p", { "class": "live-field" }, make("label", { "for": "live-kind" }, words.liveKind), kind), titled, owned], words.liveMake, async () => {
      const { done, refused } = await ask("new", { kind: kind.value, title: title.value, owner: owner.value });
      if (refused) return refused;
      if (done.address) location.href = "/" + done.address;
      else say(words.liveMade.replace("{file}", done.file));
    });
  }

  /** Shows what a safe fix changes, or all of them do, and applies it to the files when it is wanted. */
  async function mend(problem) {
    const { done, refused } = await ask("fix", { problem });
    if (refused) { say(refused); return; }
    const lines = (name, word, text) => [make("p", { "class": "live-label" }, word), make("pre", { "class": "live-excerpt live-" + name }, text)];
    const changes = done.files.flatMap(file => file.changes.map(change => make("section", { "class": "live-problem" },
      make("h3", { "class": "live-title" }, file.title), make("p", { "class": "live-where" }, file.file + ":" + change.line),
      change.why.map(why => make("p", {}, sentence(why))), lines("before", words.liveBefore, change.before), lines("after", words.liveAfter, change.after))));
    dialog(words.liveFix, make("div", { "class": "live-changes", tabindex: "0", role: "group", "aria-label": words.liveFix }, changes), words.liveApply, async () => {
      const { refused } = await ask("fix", { problem, mark: done.mark });
      if (!refused) say(words.liveMended.replace("{file}", done.files.map(file => file.file).join(", ")));
      return refused;
    }, words.liveLeave);
  }

  /* ---- changes elsewhere */

  function elsewhere(changed) {
    const links = changed.map(([title, address]) => make("a", { href: "/" + address }, title + " – " + words.liveGoThere));
    say(words.changed + ": ", ...links.flatMap((link, n) => n ? [", ", link] : [link]));
  }

  /* ---- news from the server */

  function listen() {
    const news = new EventSource("/.cuebook/events?page=" + encodeURIComponent(tag.dataset.page) + "&mark=" + mark);
    const own = (type, action) => hear.call(news, type, action);
    let isLost = false;
    own("page", event => { if (JSON.parse(event.data) !== mark) renew(); });
    own("changed", event => elsewhere(JSON.parse(event.data)));
    own("pictures", event => {
      JSON.parse(event.data).forEach(([address, number]) => newer.set("/" + address, number));
      repaint(document);
    });
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
