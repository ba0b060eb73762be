/* What stands behind a link is shown where a reader rests on it; a touch shows what a word means before it leads there. What
   shows it, and the map of a page, is loaded when it is first asked for: the files with `reader` in their names. */

/** Loads it, once. */
cuebook.withReader = () => cuebook.readerIsHere = cuebook.readerIsHere || new Promise((done, failed) => {
  cuebook.dress(cuebook.readerFiles[1]);
  cuebook.load(cuebook.readerFiles[0], failed, done);
});

cuebook.resting = () => {
  var main = document.querySelector("main");
  function rest(event) {
    var link = event.target.closest("a[href]"), touched = event.type === "click";
    if (!link || touched && (event.pointerType !== "touch" || link.className !== "term")) return;
    if (touched) event.preventDefault();
    cuebook.withReader().then(() => { cuebook.rest(link, event); }, () => {});
  }
  ["pointerover", "focusin", "click"].forEach(name => { main.addEventListener(name, rest); });
  cuebook.press("map", button => { cuebook.withReader().then(() => { cuebook.map(button); }, () => {}); });
  cuebook.show(document.querySelector("[data-do=map]"));
};
