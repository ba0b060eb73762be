/* A field that narrows a long list on the page, and the channels of phrases. What narrows it is loaded with the search. */
cuebook.filter = () => {
  var bar = document.querySelector("[data-filter]"), rows = cuebook.all(".listing :is(.card, .row, .phrase, .matrix tbody tr, :is(.doors, .gaps, .enough) > li)");
  if (!bar || rows.length < 10) return;
  function narrow() { cuebook.withSearch().then(() => { cuebook.narrow(bar, rows); }, () => {}); }
  bar.addEventListener("input", narrow);
  cuebook.press("channel", button => {
    button.ariaPressed = button.ariaPressed !== "true";
    narrow();
  });
  cuebook.show(bar);
  cuebook.show(document.querySelector(".channels"));
};
