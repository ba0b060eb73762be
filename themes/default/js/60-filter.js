/* Narrows a long list on the page by what is typed. */

/** Whether every word of `query` stands somewhere in `text`, without regard to case and accents. */
cuebook.matches = function (text, query) {
  function plain(string) { return string.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase(); }
  var where = plain(text);
  return plain(query).split(/\s+/).every(function (word) { return where.indexOf(word) >= 0; });
};

cuebook.filter = function () {
  "use strict";
  var list = document.querySelector("[data-filtered]"), bar = document.querySelector("[data-filter]");
  var rows = list ? cuebook.all(".card, .row, .doors > li", list) : [];
  if (!bar || rows.length < 10) return;
  var field = bar.querySelector("input"), count = bar.querySelector(".filter-count");
  field.addEventListener("input", function () {
    rows.forEach(function (row) { row.hidden = !cuebook.matches(row.textContent, field.value); });
    cuebook.all("[data-filter-group]", list).forEach(function (group) {
      group.hidden = false;
      group.hidden = !group.querySelector("li:not([hidden])");
    });
    var left = rows.filter(function (row) { return !row.hidden; }).length;
    count.textContent = !field.value ? "" : left === 1 ? cuebook.words.entryOne : cuebook.words.entryMany.replace("{n}", left);
  });
  cuebook.show(bar);
};
