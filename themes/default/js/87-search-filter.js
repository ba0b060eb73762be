/* Narrows a long list on the page by what is typed, and by the channels that are chosen. */

/** Whether every word of `query` stands somewhere in `text`, without regard to case and accents. */
cuebook.matches = (text, query) => {
  function plain(string) { return string.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase(); }
  return plain(query).split(/\s+/).every(word => plain(text).includes(word));
};

cuebook.narrow = (bar, rows) => {
  var query = bar.querySelector("input").value, count = bar.querySelector(".filter-count");
  var channels = cuebook.all("[data-do=channel][aria-pressed=true]").map(button => button.textContent);
  function fits(row) {
    var own = (row.dataset.channels || "").split("|");
    return (!channels.length || channels.some(channel => own.includes(channel))) && cuebook.matches(row.textContent, query);
  }
  var left = rows.filter(row => !(row.hidden = !fits(row))).length;
  cuebook.all(".listing-group").forEach(group => { group.hidden = !group.querySelector("li:not([hidden]), tbody tr:not([hidden])"); });
  count.textContent = !query && !channels.length ? "" : left === 1 ? cuebook.words.entryOne : cuebook.words.entryMany.replace("{n}", left);
};
