/* What stands behind a link, in a box beside it: by pointer, by keyboard and by touch (WCAG 1.4.13: it can be dismissed by
   Escape, the pointer may enter it, and it stays until the reader leaves). The shards call `cuebook.previews(rows)`; a row is
   [path, kind, kind in words, title, text]. */
(() => {
  var known = new Map(), asked = {};
  var folder = cuebook.words.previews, count = +folder.split("/").slice(-2)[0];
  var box, owner, coming, leaving;

  cuebook.previews = rows => { rows.forEach(row => { known.set(row[0], row.slice(1)); }); };

  /** FNV-1a with 32 bits, as the program has it. */
  function hash(text) {
    var sum = 0x811c9dc5;
    for (var n = 0; n < text.length; n++) sum = Math.imul(sum ^ text.charCodeAt(n), 0x01000193);
    return sum >>> 0;
  }

  function look(path) {
    var shard = hash(path) % count;
    asked[shard] = asked[shard] || new Promise(done => { cuebook.load(folder + shard + ".js", done, done); });
    return asked[shard].then(() => known.get(path));
  }

  /** What is known of what a link leads to: of a glossary's word, else of the entry. */
  cuebook.behind = link => {
    var path = cuebook.from(link.href).replace(/\?[^#]*/, "");
    var entry = path.split("#")[0];
    if (!count || !/\.html$/.test(entry)) return Promise.resolve();
    return look(path).then(found => found || (entry === path || entry === cuebook.words.page ? null : look(entry)));
  };

  function close() {
    clearTimeout(leaving);
    if (box) box.remove();
    if (owner) owner.removeAttribute("aria-describedby");
    box = owner = null;
  }

  /** Closes the box, and keeps the next one from coming. */
  function hide() {
    clearTimeout(coming);
    close();
  }

  function hideSoon() {
    clearTimeout(leaving);
    leaving = setTimeout(close, 250);
  }

  function show(link, found, touched) {
    close();
    owner = link;
    box = cuebook.make("div", { "class": "preview kind-" + found[0], role: "tooltip", id: "preview" }, [
      cuebook.make("p", { "class": "preview-kind" }, found[1]),
      cuebook.make("p", { "class": "preview-title" }, touched ? cuebook.make("a", { href: link.href }, found[2]) : found[2]),
      cuebook.make("p", {}, found[3]),
    ]);
    if (box.showPopover) box.popover = "manual";
    /* Not in the text: it would be read, copied and printed with it. */
    cuebook.ground().append(box);
    if (box.showPopover) box.showPopover();
    link.setAttribute("aria-describedby", "preview");
    var at = link.getClientRects()[0], size = box.getBoundingClientRect(), below = at.bottom + 6;
    box.style.left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8)) + "px";
    box.style.top = (below + size.height > innerHeight - 8 ? Math.max(8, at.top - size.height - 6) : below) + "px";
    box.addEventListener("pointerenter", () => {
      clearTimeout(coming);
      clearTimeout(leaving);
    });
    box.addEventListener("pointerleave", hideSoon);
  }

  /** Shows what stands behind `link`, if the reader is still on it when it is there. */
  cuebook.rest = (link, event) => {
    var touched = event.type === "click", byKey = event.type === "focusin";
    if (link === owner || link.closest(".card, .skip") || event.pointerType === "touch" && !touched) return;
    if (byKey && !link.matches(":focus-visible")) return;
    clearTimeout(coming);
    coming = setTimeout(() => {
      cuebook.behind(link).then(found => {
        if (found && found[3] && (touched || link.matches(byKey ? ":focus" : ":hover"))) show(link, found, touched);
      });
    }, touched ? 0 : 350);
  };

  addEventListener("pointerover", event => {
    if (owner && event.pointerType !== "touch" && !owner.contains(event.target) && !box.contains(event.target)) hideSoon();
    else if (owner && owner.contains(event.target)) clearTimeout(leaving);
  });
  addEventListener("focusout", () => { if (owner) hideSoon(); });
  addEventListener("pointerdown", event => { if (box && !box.contains(event.target) && !owner.contains(event.target)) hide(); });
  addEventListener("keydown", event => { if (event.key === "Escape" && box) hide(); });
  /* The focus scrolls the page to the link whose box is to come. */
  addEventListener("scroll", close, { passive: true });
})();
