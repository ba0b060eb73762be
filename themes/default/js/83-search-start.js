/* What the list shows before anything is typed: entries opened last, entries that the team pinned. */

/** A group of `[title, path, kind]` rows; none without rows. What leaves the site is left out. */
cuebook.rowGroup = (id, title, rows) => {
  var options = rows.filter(row => cuebook.from(new URL(cuebook.to(row[1]), location.href).href)).map(row => (
    cuebook.option(row[2], row[0], cuebook.to(row[1]), [cuebook.icon(row[2]), cuebook.part("text", cuebook.part("head", [
      cuebook.part("title", row[0]), cuebook.part("trail", cuebook.kindWords(row[2])[0])
    ]))])
  ));
  return options.length ? [cuebook.optionGroup(id, title, null, "index", options)] : [];
};

/** The entries that were opened from here last, but the one that is open. What is stored may be anything. */
cuebook.recent = () => {
  var rows = (cuebook.recall("recent") || "").split("\n").map(line => line.split("\t"));
  return rows.filter(row => row.length === 3 && row[0] !== cuebook.words.page).map(([path, kind, title]) => [title, path, kind]).slice(0, 5);
};

/** Remembers an entry that is being opened: a line each, path, kind and title between tabs, the newest first. */
cuebook.opened = (address, kind, title) => {
  var path = cuebook.from(address).split(/[?#]/)[0] + "\t";
  var others = (cuebook.recall("recent") || "").split("\n").filter(line => !line.startsWith(path)).slice(0, 5);
  cuebook.keep("recent", [path + kind + "\t" + title, ...others].join("\n"));
};

cuebook.startGroups = id => {
  var recent = cuebook.recent();
  return [
    ...cuebook.rowGroup(id + "-recent", cuebook.words.recent, recent),
    ...cuebook.rowGroup(id + "-pinned", cuebook.words.pinned, (cuebook.facts || { pinned: [] }).pinned)
  ];
};
