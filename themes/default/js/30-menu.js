/* The menu, the contents list, and the keys.

   The whole tree comes from nav.js, loaded when asked for. It calls `cuebook.nav(rows)`; a row is
   [title, path, kind, children]: `path` from the root of the site, empty for a folder without a page; `kind` the
   kind's word, `folder` for a folder; `children` rows again, absent where there are none. */
cuebook.menu = function () {
  "use strict";
  var fold = document.querySelector(".menu-fold"), button = document.querySelector(".menu-button");

  /* Folds that are open on wide screens; CSS shows them there anyway, this tells assistive technology. */
  cuebook.all("[data-open-from]").forEach(function (details) {
    var wide = matchMedia("(width >= " + details.dataset.openFrom + "px)");
    function follow() { details.open = wide.matches; }
    wide.addEventListener("change", follow);
    follow();
  });

  function narrow() { return fold.open && getComputedStyle(button).position === "fixed"; }
  addEventListener("keydown", function (event) {
    if (event.key === "Escape" && narrow()) { fold.open = false; button.focus(); }
  });
  addEventListener("click", function (event) {
    if (narrow() && !fold.contains(event.target)) fold.open = false;
  });

  /* On paper everything is open; browsers without ::details-content need it said. */
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = cuebook.all("main details:not([open])");
    opened.forEach(function (details) { details.open = true; });
  });
  addEventListener("afterprint", function () { opened.forEach(function (details) { details.open = false; }); });
};

cuebook.tree = function () {
  "use strict";
  var place = document.querySelector("[data-tree]"), button = place && place.querySelector("button");
  if (!button) return;

  /** One level of the tree; a folder's own rows are made when it is opened. */
  function list(rows) {
    return cuebook.make("ul", { role: "list" }, rows.map(function (row) {
      var title = row[0], path = row[1], kind = row[2], children = row[3];
      var link = path ? cuebook.make("a", { href: cuebook.words.root + path, "class": "menu-link kind-" + kind }, title) : title;
      if (path === cuebook.words.page) link.setAttribute("aria-current", "page");
      if (!children) return cuebook.make("li", {}, link);
      var details = cuebook.make("details", {}, cuebook.make("summary", {}, title));
      details.addEventListener("toggle", function () {
        details.append(list(path ? [[title, path, kind]].concat(children) : children));
      }, { once: true });
      return cuebook.make("li", {}, details);
    }));
  }

  cuebook.nav = function (rows) {
    var tree = list(rows), first;
    place.append(tree);
    button.remove();
    first = tree.querySelector("a, summary");
    if (first) first.focus();
  };
  button.addEventListener("click", function () {
    button.setAttribute("aria-disabled", "true");
    cuebook.load(cuebook.words.nav, function () { button.removeAttribute("aria-disabled"); });
  });
  cuebook.show(place);
};

/** Marks in the contents list the last heading that has been passed. */
cuebook.contents = function () {
  "use strict";
  var links = cuebook.all(".contents a");
  var headings = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  if (!links.length || !window.IntersectionObserver) return;
  function follow() {
    var passed = 0;
    headings.forEach(function (heading, n) { if (heading && heading.getBoundingClientRect().top < innerHeight / 3) passed = n; });
    links.forEach(function (link, n) {
      if (n === passed) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  var observer = new IntersectionObserver(follow, { rootMargin: "0px 0px -66% 0px" });
  headings.forEach(function (heading) { if (heading) observer.observe(heading); });
  follow();
};

/** `/` and Ctrl K go to the search field; the single key can be turned off (WCAG 2.1.4). */
cuebook.keys = function () {
  "use strict";
  var on = cuebook.recall("shortcuts") !== "off", fields = cuebook.all(".search-field"), field = fields[0];
  var button = document.querySelector("[data-do=shortcuts]");
  function tell() {
    button.textContent = on ? cuebook.words.shortcutsOff : cuebook.words.shortcutsOn;
    cuebook.all(".search-key").forEach(function (key) { key.hidden = !on; });
  }
  addEventListener("keydown", function (event) {
    var typing = event.target.closest && event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!field || event.isComposing || event.altKey || event.shiftKey && event.key !== "/") return;
    var slash = on && !typing && event.key === "/" && !event.ctrlKey && !event.metaKey;
    if (!slash && !((event.ctrlKey || event.metaKey) && event.key === "k")) return;
    event.preventDefault();
    field.focus();
  });
  button.addEventListener("click", function () {
    on = !on;
    cuebook.keep("shortcuts", on ? null : "off");
    tell();
  });
  tell();
  cuebook.show(button);
  if (field && document.body.classList.contains("page-front") && !location.hash) field.focus({ preventScroll: true });
};
