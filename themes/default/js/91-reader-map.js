/* The map of a page: what links here at the left, what it leads to at the right. The picture is described by the lists
   under it, which are made of the same entries. */
(() => {
  /** Entries that a picture has room for at one side. */
  var MOST = 8, WIDTH = 220, HEIGHT = 34, GAP = 10;

  /** What is known of the entries behind links, each once, without this page. */
  function entries(links) {
    var seen = new Set([cuebook.words.page]), found = [];
    links.forEach(link => {
      var path = cuebook.from(link.href).split(/[?#]/)[0], href = cuebook.to(path);
      if (!path || seen.has(path)) return;
      seen.add(path);
      found.push(cuebook.behind(cuebook.make("a", { href: href })).then(known => known && { href: href, kind: known[0], title: known[2] }));
    });
    return Promise.all(found).then(all => all.filter(Boolean));
  }

  function shape(name, attributes, text) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(key => { element.setAttribute(key, attributes[key]); });
    if (text) element.textContent = text;
    return element;
  }

  function short(title) {
    return title.length > 24 ? title.slice(0, 23).trim() + "…" : title;
  }

  function box(entry, x, y) {
    var group = shape("g", { "class": "kind-" + entry.kind });
    group.append(shape("rect", { "class": "map-node", x: x, y: y, width: WIDTH, height: HEIGHT, rx: 6 }),
      shape("text", { x: x + WIDTH / 2, y: y + HEIGHT / 2 + 5, "text-anchor": "middle" }, short(entry.title)));
    return group;
  }

  function picture(self, from, to) {
    var rows = Math.max(from.length, to.length, 1), high = rows * (HEIGHT + GAP) - GAP;
    var wide = WIDTH * 3 + 120, middle = { x: WIDTH + 60, y: (high - HEIGHT) / 2 };
    var svg = shape("svg", { "class": "diagram map", viewBox: "-2 -2 " + (wide + 4) + " " + (high + 4), width: wide, role: "img", "aria-labelledby": "map-title", "aria-describedby": "map-lists" });
    function side(list, x, start, end) {
      var top = (high - list.length * (HEIGHT + GAP) + GAP) / 2;
      list.forEach((entry, n) => {
        var y = top + n * (HEIGHT + GAP), own = y + HEIGHT / 2, center = middle.y + HEIGHT / 2;
        svg.append(shape("path", { "class": "edge", d: "M" + start + "," + (x ? center : own) + " C" + (start + 30) + "," + (x ? center : own) + " " + (end - 30) + "," + (x ? own : center) + " " + end + "," + (x ? own : center) }));
        svg.append(box(entry, x, y));
      });
    }
    side(from, 0, WIDTH, middle.x);
    side(to, wide - WIDTH, middle.x + WIDTH, wide - WIDTH);
    svg.append(box(self, middle.x, middle.y));
    return svg;
  }

  function list(title, entries) {
    var items = entries.map(entry => cuebook.make("li", {}, cuebook.make("a", { href: entry.href }, entry.title)));
    return cuebook.make("div", {}, [cuebook.make("h3", {}, title), items.length ? cuebook.make("ul", {}, items) : "–"]);
  }

  cuebook.map = button => {
    var article = document.querySelector("article.entry"), words = cuebook.words;
    var text = cuebook.all(".use-when a, .entry-body a").filter(link => !link.closest(".about") && link.className !== "term");
    button.disabled = true;
    Promise.all([entries(cuebook.all("[data-backlinks] a")), entries(text)]).then(sides => {
      var self = { title: article.querySelector("h1").textContent, kind: article.className.match(/kind-(\w+)/)[1] };
      var title = cuebook.make("h2", { "class": "about-title", id: "map-title", tabindex: -1 }, words.mapOfPage);
      button.replaceWith(title, cuebook.make("div", { "class": "table", tabindex: 0 }, picture(self, sides[0].slice(0, MOST), sides[1].slice(0, MOST))),
        cuebook.make("div", { "class": "map-lists", id: "map-lists" }, [list(words.backlinks, sides[0]), list(words.leadsTo, sides[1])]));
      title.focus();
    });
  };
})();
