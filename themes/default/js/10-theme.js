/* The three-way switch of colours, kept in step between open pages; large type for lines to say.
   Where files do not share storage (Firefox, file:), links carry the choice: ?theme=dark. */
cuebook.theme = function () {
  "use strict";
  var root = document.documentElement, choices = cuebook.all("[data-theme-choice]");
  var channel = window.BroadcastChannel && new BroadcastChannel(cuebook.key + "theme");
  var asked = /[?&]theme=(light|dark|auto)\b/.exec(location.search);
  var chosen = asked ? asked[1] : cuebook.recall("theme");

  function apply(theme) {
    chosen = theme;
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    choices.forEach(function (button) { button.setAttribute("aria-pressed", button.dataset.themeChoice === (theme || "auto")); });
    cuebook.all("meta[name=theme-color]").forEach(function (meta) {
      var dark = theme === "dark" || (theme !== "light" && meta.media.indexOf("dark") > 0);
      meta.content = dark ? "#14171a" : "#ffffff";
    });
  }

  choices.forEach(function (button) {
    button.addEventListener("click", function () {
      apply(button.dataset.themeChoice);
      cuebook.keep("theme", chosen);
      if (channel) channel.postMessage(chosen);
    });
  });
  if (channel) channel.onmessage = function (event) { apply(event.data); };
  addEventListener("storage", function (event) { if (event.key === cuebook.key + "theme") apply(event.newValue); });
  addEventListener("pageshow", function (event) { if (event.persisted) apply(cuebook.recall("theme") || chosen); });

  function carry(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || !chosen || link.protocol !== "file:" || link.pathname === location.pathname) return;
    var search = new URLSearchParams(link.search);
    search.set("theme", chosen);
    link.search = search;
  }
  if (location.protocol === "file:") ["click", "auxclick"].forEach(function (name) { addEventListener(name, carry, true); });

  apply(chosen);
  choices.forEach(function (button) { cuebook.show(button.parentElement); });

  cuebook.all("[data-do=large]").forEach(function (button) {
    var on = root.dataset.large === "yes";
    button.setAttribute("aria-pressed", on);
    button.addEventListener("click", function () {
      on = !on;
      if (on) root.dataset.large = "yes";
      else delete root.dataset.large;
      button.setAttribute("aria-pressed", on);
      cuebook.keep("large", on ? "yes" : null);
    });
  });
};
