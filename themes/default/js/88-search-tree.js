/* The whole tree in the menu, which is another way to look for something.

   It comes from nav.js, loaded when asked for. It calls `cuebook.nav(rows)`; a row is [title, path, kind, children]:
   `path` from the root of the site, empty for a folder without a page; `kind` the kind's word, `folder` for a folder;
   `children` rows again, absent where there are none. */
cuebook.nav = rows => {
  var place = document.querySelector("[data-tree]");

  /** One level of the tree; a folder's own rows are made when it is opened. */
  function list(rows) {
    return cuebook.make("ul", {}, rows.map(row => {
      var title = row[0], path = row[1], children = row[3];
      var link = path ? cuebook.make("a", { href: cuebook.to(path) }, title) : title;
      if (path && path === cuebook.words.page) link.setAttribute("aria-current", "page");
      if (!children) return cuebook.make("li", {}, link);
      var details = cuebook.make("details", {}, cuebook.make("summary", {}, title));
      details.addEventListener("toggle", () => {
        details.append(list(path ? [[title, path], ...children] : children));
      }, { once: true });
      return cuebook.make("li", {}, details);
    }));
  }
  place.replaceChildren(list(rows));
  place.querySelector("a, summary").focus();
};
