/* What depends on today is judged here, when the page is read; pages themselves never know the date. */

/** A day as 2026-11-02, in the reader's own time zone. */
cuebook.isoDay = date => {
  return new Date(date - date.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
};

/** Whether `iso` is more than 30 days before `today`. */
cuebook.isOld = (iso, today) => (new Date(today) - new Date(iso)) / 864e5 > 30;

cuebook.dates = () => {
  var today = cuebook.isoDay(new Date());
  cuebook.all("[data-after]").forEach(mark => { mark.hidden = today <= mark.dataset.after; });
  cuebook.all("[data-before]").forEach(mark => { mark.hidden = today >= mark.dataset.before; });
  cuebook.all("[data-new-since]").forEach(news => { if (cuebook.isOld(news.dataset.newSince, today)) news.remove(); });
  cuebook.all("[data-new-list]").forEach(list => { if (!list.querySelector("li")) list.remove(); });
};
