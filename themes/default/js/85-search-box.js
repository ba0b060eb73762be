/* A field with its list: a combobox after the ARIA Authoring Practices (list autocomplete, manual selection, the first
   option chosen already). The focus stays in the field. */

/** Turns `input` into a combobox whose list stands in `place`. `own`: how many results, whether it can be closed. */
cuebook.searchBox = (input, place, own) => {
  var make = cuebook.make, words = cuebook.words, id = "search", turn = 0, at = -1, shown = null, awaited = false, entered = null, slow, soon;
  var box = { kind: "", limit: own.limit, ask: ask };
  var early = input.lastKey && input.lastKey.key === "Enter" ? input.lastKey : null;
  var kinds = make("div", { "class": "search-kinds", role: "group", "aria-label": words.filters });
  var mean = make("p", { "class": "search-mean" });
  var list = make("div", { "class": "search-list", id: id + "-list", role: "listbox", tabindex: "-1", "aria-label": words.searchResults });
  var note = make("div", { "class": "search-note" });
  var heard = make("p", { "class": "visually-hidden", role: "status" });
  place.append(kinds, mean, list, note, heard);
  input.before(cuebook.icon("search"));
  Object.entries({ role: "combobox", "aria-label": words.searchPlaceholder, spellcheck: "false", autocapitalize: "off", enterkeyhint: "go", maxlength: "2000", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id, "aria-expanded": "false" })
    .forEach(([name, value]) => { input.setAttribute(name, value); });

  function options() { return cuebook.all("[role=option]", list); }
  function many(n) { return n === 1 ? words.resultOne : words.resultMany.replace("{n}", n); }

  function choose(n) {
    var rows = options();
    at = rows.length ? (n + rows.length) % rows.length : -1;
    rows.forEach((row, nth) => { row.setAttribute("aria-selected", nth === at); });
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", rows[at].id);
    if (at === 0) list.scrollTop = 0;
    else rows[at].scrollIntoView({ block: "nearest" });
  }
  /** The first row of the group before or after the chosen one. */
  function group(step) {
    var rows = options(), groups = cuebook.all("[role=group]", list), now = groups.indexOf(rows[at] && rows[at].parentElement);
    var to = groups[Math.max(0, Math.min(groups.length - 1, now + step))];
    if (to) choose(rows.indexOf(to.querySelector("[role=option]")));
  }

  /** Says what is there once the reader stops typing, and only if it is news. */
  function tell(text) {
    clearTimeout(soon);
    soon = setTimeout(() => { if (heard.textContent !== text) heard.textContent = text; }, 300);
  }
  /** Opens what is chosen, in the way that the keys with Enter say. */
  function open(row, keys) {
    row.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: keys.ctrlKey, metaKey: keys.metaKey, shiftKey: keys.shiftKey }));
  }
  function fill(groups, below) {
    var keys = entered;
    awaited = false;
    entered = null;
    clearTimeout(slow);
    place.classList.remove("search-slow");
    list.replaceChildren(...groups);
    note.replaceChildren(...below);
    options().forEach((row, n) => { row.id = id + "-" + n; });
    list.hidden = !groups.length;
    input.setAttribute("aria-expanded", groups.length > 0);
    choose(0);
    if (keys && shown && at === 0) open(options()[0], keys);
  }

  /* Buttons stay where they are, so that the one that was pressed keeps the focus. */
  function drawKinds(counts) {
    var order = [...counts.keys(), ...box.kind && !counts.has(box.kind) ? [box.kind] : []];
    var old = new Map(cuebook.all("button", kinds).map(button => [button.dataset.kind, button]));
    old.forEach((button, kind) => { if (!order.includes(kind)) button.remove(); });
    order.forEach((kind, n) => {
      var button = old.get(kind) || make("button", { type: "button", "class": "search-kind kind-" + kind, "data-kind": kind }, [cuebook.icon(kind), cuebook.kindWords(kind)[1], make("span", { "class": "search-count" })]);
      button.querySelector(".search-count").textContent = counts.get(kind) || 0;
      button.setAttribute("aria-pressed", kind === box.kind);
      if (kinds.children[n] !== button) kinds.insertBefore(button, kinds.children[n] || null);
    });
    kinds.hidden = order.length < 2 && !box.kind;
  }
  function press(kind) {
    box.kind = kind === box.kind ? "" : kind;
    box.limit = own.limit;
    ask();
  }

  function start() {
    var groups = cuebook.startGroups(id), forget = groups.some(group => group.firstChild.id === id + "-recent");
    shown = null;
    kinds.hidden = mean.hidden = true;
    fill(groups, forget ? [cuebook.plainButton(words.clearRecent, () => {
      cuebook.keep("recent", null);
      start();
      input.focus();
    })] : groups.length ? [] : cuebook.waysOn(""));
    tell("");
  }
  function show(query, found) {
    var groups = cuebook.foundGroups(id, found, Math.max(cuebook.mostRows, box.limit)), counts = [...found.counts];
    var others = counts.reduce((sum, [kind, n]) => kind === box.kind ? sum : sum + n, 0), left = found.total - found.results.length;
    shown = found;
    drawKinds(found.counts);
    mean.hidden = !found.didYouMean && !found.isLoose;
    var asked = words.didYouMean.split("{word}");
    mean.replaceChildren(...found.isLoose ? [words.notWordForWord + " "] : [], ...found.didYouMean ? [asked[0], cuebook.plainButton(found.didYouMean, () => {
      input.value = found.didYouMean;
      input.focus();
      ask();
    }), asked[1] || ""] : []);
    fill(groups, groups.length ? left > 0 && own.more ? [cuebook.plainButton(words.more, () => {
      box.limit += own.limit;
      input.focus();
      ask();
    })] : [] : [
      make("p", { "class": "search-none" }, words.noResults.replace("{query}", () => query)),
      ...box.kind && others ? [make("p", {}, cuebook.plainButton(words.resultsInOtherKinds.replace("{n}", others), () => {
        press("");
        input.focus();
      }))] : [],
      ...cuebook.waysOn(query)
    ]);
    var told = counts.filter(([kind]) => !box.kind || kind === box.kind).map(([kind, n]) => n + " " + cuebook.kindWords(kind)[n === 1 ? 0 : 1]);
    tell(found.total ? [...found.isLoose ? [words.notWordForWord] : [], [many(found.total), ...told].join(", ")].join(" ") : note.firstChild.textContent);
    found.results.forEach((result, n) => { if (!result.line) widen(found, result, n); });
  }
  /** Puts a window of text in the place of the summary, once it is there. */
  function widen(found, result, n) {
    var excerpt = cuebook.all(".search-row:not(.search-section)", list).find(row => row.getAttribute("href") === cuebook.withTerms(result.url, found.terms));
    cuebook.excerpt(result).then(text => {
      var line = excerpt && excerpt.querySelector(".search-excerpt");
      if (text && line && found === shown) line.replaceChildren(...cuebook.marked(text, cuebook.hitPattern(found.terms)));
    }, () => {});
  }
  function fail() {
    shown = null;
    kinds.hidden = mean.hidden = true;
    fill([], [make("p", { "class": "search-none" }, words.searchFailed), ...cuebook.waysOn("")]);
    tell(words.searchFailed);
  }

  /** Asks the engine; an answer that comes after the next question is dropped. */
  function ask() {
    var query = input.value.trim(), mine = ++turn;
    awaited = query !== "";
    entered = early;
    early = null;
    clearTimeout(slow);
    own.changed(query, box.kind);
    if (!query) return start();
    slow = setTimeout(() => {
      place.classList.add("search-slow");
      heard.textContent = words.searching;
    }, 400);
    Promise.resolve().then(() => cuebook.find(query, { limit: box.limit, kind: box.kind || undefined }))
      .then(found => { if (mine === turn) show(query, found); })
      .catch(mistake => {
        console.info(mistake);
        if (mine === turn) fail();
      });
  }

  /* While an input method is at work, keys and letters are its own. */
  function asked(event) {
    if (event.isComposing) return;
    box.limit = own.limit;
    clearTimeout(soon);
    ask();
  }
  input.onkeydown = null;
  input.addEventListener("input", asked);
  input.addEventListener("compositionend", () => { asked({}); });
  input.addEventListener("keydown", event => {
    var row = options()[at], plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey, key = event.key;
    if (event.isComposing || event.keyCode === 229) return;
    if (plain && key === "ArrowDown") choose(at + 1);
    else if (plain && key === "ArrowUp") choose(at - 1);
    else if (plain && key === "PageDown") group(1);
    else if (plain && key === "PageUp") group(-1);
    else if (event.altKey && key === "ArrowDown") ask();
    else if (key === "Enter" && event.altKey) { if (row && row.dataset.copy) cuebook.copyText(row.dataset.copy); }
    else if (key === "Enter" && awaited) entered = event;
    else if (key === "Enter" && row) open(row, event);
    else if (key !== "Enter") return;
    event.preventDefault();
  });
  list.addEventListener("click", event => {
    var copy = event.target.closest(".search-copy"), row = event.target.closest("a");
    if (row && !copy) cuebook.opened(row.href, row.dataset.kind, row.dataset.title);
    if (!copy) return;
    event.preventDefault();
    cuebook.copyText(row.dataset.copy);
  });
  list.addEventListener("auxclick", event => {
    var row = event.button === 1 && event.target.closest("a");
    if (row) cuebook.opened(row.href, row.dataset.kind, row.dataset.title);
  });
  /* A press of the mouse leaves the focus in the field. */
  [list, kinds].forEach(part => { part.addEventListener("mousedown", event => { if (event.button === 0) event.preventDefault(); }); });
  kinds.addEventListener("click", event => {
    var button = event.target.closest("button");
    if (button) press(button.dataset.kind);
  });
  return box;
};

/** Fills the dialog, and brings it up to date each time it is opened. */
cuebook.searchDialog = (dialog, input) => {
  var make = cuebook.make, words = cuebook.words, box = dialog.cuebookBox;
  if (!box) {
    var all = make("a", { "class": "search-all", href: "#", hidden: "" }, [words.allResults, cuebook.icon("next")]);
    var key = (name, word) => make("span", {}, [make("kbd", {}, name), " " + word]);
    var close = make("button", { type: "button", "class": "search-close", "aria-label": words.keyClose, title: words.keyClose }, make("span", {}, "×"));
    var place = make("div", { "class": "search-place" }), page = () => cuebook.to((cuebook.facts || { page: "search.html" }).page);
    box = dialog.cuebookBox = cuebook.searchBox(input, place, { limit: 10, changed: (query, kind) => {
      all.hidden = !query;
      all.href = cuebook.asking(page(), kind ? { q: query, kind: kind } : { q: query });
    } });
    dialog.append(place, make("div", { "class": "search-foot" }, [
      make("p", { "class": "search-keys", "aria-hidden": "true" }, [key("↑ ↓", words.keyMove), key("Enter", words.keyOpen), key("Alt Enter", words.keyCopy), key("Esc", words.close)]), all
    ]), close);
    close.addEventListener("click", () => { dialog.close(); });
    dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
    /* What is in the dialog cannot be seen once it is closed. */
    dialog.addEventListener("close", () => { document.body.append(document.getElementById("status")); });
  }
  dialog.style.opacity = 1;
  box.ask();
};

/** The search as a page: `?q=…&kind=…` says what is looked for, and follows what is typed. */
cuebook.searchPage = (place, input) => {
  var rest = document.querySelector("[data-search-rest]"), asked = new URLSearchParams(location.search);
  place.append(cuebook.make("div", { "class": "search-top" }, input));
  var box = cuebook.searchBox(input, place, { limit: 30, more: true, changed: (query, kind) => {
    rest.hidden = query !== "";
    ["q", "kind"].forEach((name, n) => {
      if ([query, kind][n]) asked.set(name, [query, kind][n]);
      else asked.delete(name);
    });
    try { history.replaceState(null, "", "?" + asked + location.hash); } catch (forbidden) { /* then only the list follows */ }
  } });
  input.value = asked.get("q") || "";
  if (cuebook.icons[asked.get("kind")]) box.kind = asked.get("kind");
  cuebook.show(place);
  if (!location.hash) input.focus({ preventScroll: true });
  box.ask();
};
