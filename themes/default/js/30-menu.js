/* The menu, the contents list. */
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

/** The button that unfolds the whole tree. */
cuebook.tree = () => {
  cuebook.press("tree", button => {
    var again = () => { button.disabled = false; };
    button.disabled = true;
    cuebook.withSearch().then(() => { cuebook.load(cuebook.words.nav, again); }, again);
  });
  cuebook.show(document.querySelector("[data-tree]"));
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
