/* What a copy that left its place adds to a page: how old it is by the reader's clock, and a notice that has to be passed
   once it is too old to be relied on. */
"use strict";
(() => {
  const words = cuebookCopy.words, day = 864e5;
  const all = selector => Array.from(document.querySelectorAll(selector));
  const now = new Date(), today = new Date(now - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
  const since = iso => Math.max(0, Math.round((new Date(today) - new Date(iso)) / day));

  all("[data-copy-made]").forEach(place => {
    const n = since(place.dataset.copyMade);
    place.textContent = n === 0 ? words.copyAgeNone : n === 1 ? words.copyAgeOne : words.copyAgeMany.replace("{n}", n);
  });
  all("[data-copy-old]").forEach(note => { note.hidden = today <= note.dataset.copyOld; });

  /* Where pages of a folder share no storage, the notice is passed once a page. */
  const key = "cuebook-" + document.documentElement.dataset.site + "-old-copy-" + today;
  const recall = () => { try { return sessionStorage.getItem(key); } catch (refused) { return null; } };
  const keep = () => { try { sessionStorage.setItem(key, "1"); } catch (refused) { /* asked again on the next page */ } };
  all("[data-copy-stop]").forEach(notice => {
    if (today <= notice.dataset.copyStop || recall()) return;
    const others = Array.from(document.body.children).filter(other => other !== notice);
    const button = notice.querySelector("button");
    notice.hidden = false;
    others.forEach(other => { other.inert = true; });
    button.focus();
    button.addEventListener("click", () => {
      keep();
      notice.hidden = true;
      others.forEach(other => { other.inert = false; });
      const main = document.getElementById("main");
      if (main) main.focus();
    });
  });
})();
