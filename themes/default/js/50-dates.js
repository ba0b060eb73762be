/* What depends on today is judged here, when the page is read; pages themselves never know the date. */

/** A day as 2026-11-02, in the reader's own time zone. */
cuebook.isoDay = function (date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(function (part) { return String(part).padStart(2, "0"); }).join("-");
};

/** Whether `iso` is more than 30 days before `today`. */
cuebook.isOld = function (iso, today) {
  return (new Date(today) - new Date(iso)) / 864e5 > 30;
};

cuebook.dates = function () {
  "use strict";
  var today = cuebook.isoDay(new Date());
  cuebook.all("[data-after]").forEach(function (mark) { mark.hidden = today <= mark.dataset.after; });
  cuebook.all("[data-before]").forEach(function (mark) { mark.hidden = today >= mark.dataset.before; });
  cuebook.all("[data-new-since]").forEach(function (news) { if (cuebook.isOld(news.dataset.newSince, today)) news.remove(); });
  cuebook.all("[data-new-list]").forEach(function (list) { if (!list.querySelector("li")) list.remove(); });
};
