/* Narrows a long list on the page by what is typed. */

/** Whether every word of `query` stands somewhere in `text`, without regard to case and accents. */
cuebook.matches = (text, query) => {
  function plain(string) { return string.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase(); }
  return plain(query).split(/\s+/).every(word => plain(text).includes(word));
};

cuebook.filter = () => {
  var bar = document.querySelector("[data-filter]"), rows = cuebook.all(".listing :is(.card, .row, .doors > li)");
  if (!bar || rows.length < 10) return;
  var field = bar.querySelector("input"), count = bar.querySelector(".filter-count");
  field.addEventListener("input", () => {
    var left = rows.filter(row => !(row.hidden = !cuebook.matches(row.textContent, field.value))).length;
    cuebook.all(".listing-group").forEach(group => { group.hidden = !group.querySelector("li:not([hidden])"); });
    count.textContent = !field.value ? "" : left === 1 ? cuebook.words.entryOne : cuebook.words.entryMany.replace("{n}", left);
  });
  cuebook.show(bar);
};
