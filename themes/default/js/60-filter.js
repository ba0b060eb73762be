/* A field that narrows a long list on the page. What narrows it is loaded with the search. */
cuebook.filter = () => {
  var bar = document.querySelector("[data-filter]"), rows = cuebook.all(".listing :is(.card, .row, .doors > li)");
  if (!bar || rows.length < 10) return;
  bar.addEventListener("input", () => { cuebook.withSearch().then(() => { cuebook.narrow(bar, rows); }, () => {}); });
  cuebook.show(bar);
};
