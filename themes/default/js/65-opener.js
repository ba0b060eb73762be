/* Opens the search. Its dialog stands at once, so that no key is lost; what fills it is loaded when a reader first
   means to search: the files with `engine` in their names, and those with `search`, each joined into a file of its own. */

/* The map of the index comes with the engine that reads it: what is there first waits. */
cuebook.early = [];
cuebook.shelf = (...file) => { cuebook.early.push(file); };

/** Loads what finds, once; again after a failure. */
cuebook.withEngine = () => cuebook.engineIsHere = cuebook.engineIsHere || new Promise((done, failed) => {
  cuebook.mapScript = cuebook.load(cuebook.words.map, () => { cuebook.mapScript = null; });
  cuebook.load(cuebook.searchFiles[2], () => {
    cuebook.engineIsHere = null;
    failed();
  }, done);
});

/** Loads what searches, once; again after a failure. */
cuebook.withSearch = () => cuebook.searchIsHere = cuebook.searchIsHere || new Promise((done, failed) => {
  var left = 4, one = () => { if (!--left) done(); }, again = () => {
    cuebook.searchIsHere = null;
    failed();
  };
  cuebook.dress(cuebook.searchFiles[1], one);
  cuebook.load(cuebook.words.facts, one, one);
  cuebook.load(cuebook.searchFiles[0], again, one);
  cuebook.withEngine().then(one, again);
});

/* What the engine offers to others is there on every page: it loads the engine, which puts its own in the place of these. */
["ready", "search"].forEach(name => {
  cuebook[name] = (...asked) => cuebook.withEngine().then(() => cuebook[name](...asked));
});

/** `/`, Ctrl K and the field open the search; the single key can be turned off (WCAG 2.1.4). */
cuebook.opener = () => {
  var on = cuebook.recall("shortcuts") !== "off", fields = cuebook.all(".search-field"), dialog;
  var place = document.querySelector("[data-search-page]"), words = cuebook.words;
  var input = cuebook.make("input", { type: "text", inputmode: "search", autocomplete: "off", placeholder: words.searchPlaceholder });
  /* Enter may come before what hears it. */
  input.onkeydown = event => { input.lastKey = event; };

  function open() {
    if (!place && !dialog) {
      dialog = cuebook.make("dialog", { "class": "search-dialog", "aria-label": words.searchBook },
        cuebook.make("div", { "class": "search-top" }, input));
      /* Keys are taken; what they fill is seen once its style is there. */
      dialog.style.opacity = 0;
      document.body.append(dialog);
    }
    if (dialog && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
    cuebook.withSearch().then(() => {
      if (dialog) cuebook.searchDialog(dialog, input);
    }, () => {
      if (fields[0]) location.href = fields[0].href;
    });
  }

  fields.forEach(field => {
    field.setAttribute("aria-haspopup", "dialog");
    field.addEventListener("pointerover", () => { cuebook.withSearch().catch(() => {}); }, { once: true });
    field.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  });
  addEventListener("keydown", event => {
    var ctrl = event.ctrlKey || event.metaKey, typing = event.target.closest && event.target.closest("input[type=text], textarea");
    if (event.isComposing || event.altKey) return;
    if (ctrl ? event.key === "k" : event.key === "/" && on && !typing) event.preventDefault();
    /* Whoever types into what looks like a field means it. */
    else if (ctrl || event.key.length > 1 || !fields.includes(event.target)) return;
    open();
  });

  function tell() {
    cuebook.all("[data-do=shortcuts]").forEach(button => {
      button.textContent = on ? words.shortcutsOff : words.shortcutsOn;
      cuebook.show(button);
    });
    cuebook.all(".search-key").forEach(key => { key.hidden = !on; });
  }
  cuebook.press("shortcuts", () => {
    on = !on;
    cuebook.keep("shortcuts", on ? null : "off");
    tell();
  });
  tell();
  if (place) cuebook.withSearch().then(() => { cuebook.searchPage(place, input); }, () => {});
  if (/[?&]h=/.test(location.search)) cuebook.withSearch().then(() => { cuebook.arrive(); }, () => {});
  if (document.querySelector(".front-search") && !location.hash) fields[0].focus({ preventScroll: true });
};
