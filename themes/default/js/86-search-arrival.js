/* On the page that a result led to: the words are marked, without touching the text (CSS Custom Highlight API), and a bar
   leads from one to the next. Where browsers cannot do that, nothing happens. */
cuebook.arrive = () => {
  var words = cuebook.words, make = cuebook.make, main = document.querySelector("main"), hits = [], now = -1;
  var pattern = cuebook.hitPattern((new URLSearchParams(location.search).get("h") || "").toLowerCase().slice(0, 400).split(/\s+/));
  if (!pattern || !window.Highlight || !CSS.highlights) return;

  var walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), node;
  while ((node = walker.nextNode())) {
    if (node.parentElement.closest("svg, button, nav, .visually-hidden, .print-only")) continue;
    for (var hit of node.data.matchAll(pattern)) {
      var range = document.createRange();
      range.setStart(node, hit.index);
      range.setEnd(node, hit.index + hit[0].length);
      hits.push(range);
    }
  }
  if (!hits.length) return;
  CSS.highlights.set("hit", new Highlight(...hits));

  function next() {
    now = (now + 1) % hits.length;
    var at = hits[now].startContainer.parentElement;
    for (var fold = at.closest("details:not([open])"); fold; fold = at.closest("details:not([open])")) fold.open = true;
    var current = new Highlight(hits[now]);
    current.priority = 1;
    CSS.highlights.set("hit-now", current);
    at.scrollIntoView({ block: "center" });
    count.textContent = words.progress.replace("{done}", now + 1).replace("{total}", hits.length);
  }
  function clear() {
    CSS.highlights.delete("hit");
    CSS.highlights.delete("hit-now");
    removeEventListener("keydown", keys);
    bar.remove();
    var address = new URL(location.href);
    address.searchParams.delete("h");
    try { history.replaceState(null, "", address); } catch (forbidden) { /* then a reload marks them again */ }
  }
  function keys(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .menu-fold[open] .menu-button:focus")) return;
    if (event.key === "Escape") clear();
    else if (event.key === "n" && cuebook.recall("shortcuts") !== "off" && !event.target.closest("input, textarea, select")) next();
  }
  function button(text, key, action) {
    var made = make("button", { type: "button", "class": "tool", "aria-keyshortcuts": key }, [text, make("kbd", {}, key === "Escape" ? "Esc" : key)]);
    made.addEventListener("click", action);
    return made;
  }
  var count = make("p", { "class": "hits-count", role: "status" });
  var bar = make("div", { "class": "hits", role: "group", "aria-label": words.searchResults }, [count, button(words.nextMatch, "n", next), button(words.clearMatches, "Escape", clear)]);
  document.body.append(bar);
  count.textContent = hits.length === 1 ? words.matchOneOnPage : words.matchesOnPage.replace("{n}", hits.length);
  addEventListener("keydown", keys);
};
