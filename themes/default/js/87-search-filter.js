/* Narrows a long list on the page by what is typed. */

/** Whether every word of `query` stands somewhere in `text`, without regard to case and accents. */
cuebook.matches = (text, query) => {
  function plain(string) { return string.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase(); }
  return plain(query).split(/\s+/).every(word => plain(text).includes(word));
};

cuebook.narrow = (bar, rows) => {
  var query = bar.querySelector("input").value, count = bar.querySelector(".filter-count");
  var left = rows.filter(row => !(row.hidden = !cuebook.matches(row.textContent, query))).length;
  cuebook.all(".listing-group").forEach(group => { group.hidden = !group.querySelector("li:not([hidden])"); });
  count.textContent = !query ? "" : left === 1 ? cuebook.words.entryOne : cuebook.words.entryMany.replace("{n}", left);
};
