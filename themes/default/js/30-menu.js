/* The menu with its tree, the contents list, the keys.

   The whole tree comes from nav.js, loaded when asked for. It calls `cuebook.nav(rows)`; a row is
   [title, path, kind, children]: `path` from the root of the site, empty for a folder without a page; `kind` the
   kind's word, `folder` for a folder; `children` rows again, absent where there are none. */
cuebook.menu = () => {
  var fold = document.querySelector(".menu-fold"), button = fold.querySelector("summary"), opened = [];

  /* Folds that are open on wide screens; CSS shows them there anyway, this tells assistive technology. */
  cuebook.all("[data-open-from]").forEach(details => {
    var wide = matchMedia("(width >= " + details.dataset.openFrom + "px)");
    function follow() { details.open = wide.matches; }
    wide.addEventListener("change", follow);
    follow();
  });

  function covers() { return fold.open && getComputedStyle(button).position === "fixed"; }
  addEventListener("keydown", event => {
    if (event.key === "Escape" && covers()) { fold.open = false; button.focus(); }
  });
  addEventListener("focusin", event => { if (covers() && !fold.contains(event.target)) fold.open = false; });

  /* On paper everything is open; browsers without ::details-content need it said. */
  addEventListener("beforeprint", () => {
    opened = cuebook.all("main details:not([open])");
    opened.forEach(details => { details.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach(details => { details.open = false; }); });
};

cuebook.tree = () => {
  var place = document.querySelector("[data-tree]");

  /** One level of the tree; a folder's own rows are made when it is opened. */
  function list(rows) {
    return cuebook.make("ul", {}, rows.map(row => {
      var title = row[0], path = row[1], children = row[3];
      var link = path ? cuebook.make("a", { href: cuebook.words.root + path }, title) : title;
      if (path && path === cuebook.words.page) link.setAttribute("aria-current", "page");
      if (!children) return cuebook.make("li", {}, link);
      var details = cuebook.make("details", {}, cuebook.make("summary", {}, title));
      details.addEventListener("toggle", () => {
        details.append(list(path ? [[title, path], ...children] : children));
      }, { once: true });
      return cuebook.make("li", {}, details);
    }));
  }

  cuebook.nav = rows => {
    place.replaceChildren(list(rows));
    place.querySelector("a, summary").focus();
  };
  cuebook.press("tree", button => {
    button.disabled = true;
    cuebook.load(cuebook.words.nav, () => { button.disabled = false; });
  });
  cuebook.show(place);
};

/** Marks in the contents list the last heading that has been passed. */
cuebook.contents = () => {
  var links = cuebook.all(".contents a");
  var headings = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  function follow() {
    var passed = 0;
    headings.forEach((heading, n) => { if (heading && heading.getBoundingClientRect().top < innerHeight / 3) passed = n; });
    links.forEach((link, n) => { link.ariaCurrent = n === passed ? "true" : null; });
  }
  var observer = new IntersectionObserver(follow, { rootMargin: "0px 0px -66% 0px" });
  headings.forEach(heading => { if (heading) observer.observe(heading); });
};

/** `/` and Ctrl K go to the search field; the single key can be turned off (WCAG 2.1.4). */
cuebook.keys = () => {
  var on = cuebook.recall("shortcuts") !== "off", field = document.querySelector(".search-field");
  function tell() {
    cuebook.all("[data-do=shortcuts]").forEach(button => {
      button.textContent = on ? cuebook.words.shortcutsOff : cuebook.words.shortcutsOn;
      cuebook.show(button);
    });
    cuebook.all(".search-key").forEach(key => { key.hidden = !on; });
  }
  addEventListener("keydown", event => {
    var ctrl = event.ctrlKey || event.metaKey, typing = event.target.closest && event.target.closest("input[type=text], textarea");
    if (event.isComposing || event.altKey || !(ctrl ? event.key === "k" : event.key === "/" && on && !typing)) return;
    event.preventDefault();
    field.focus();
  });
  cuebook.press("shortcuts", () => {
    on = !on;
    cuebook.keep("shortcuts", on ? null : "off");
    tell();
  });
  tell();
  if (document.body.classList.contains("page-front") && !location.hash) field.focus({ preventScroll: true });
};
