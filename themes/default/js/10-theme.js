/* The three-way switch of colours, kept in step between open pages; large type for lines to say.
   Where files do not share storage (Firefox, file:), links carry the choice: ?theme=dark. */
cuebook.theme = () => {
  var root = document.documentElement, choices = cuebook.all("[data-theme-choice]");
  var channel = window.BroadcastChannel && new BroadcastChannel(cuebook.key + "theme");
  var asked = /[?&]theme=(light|dark|auto)\b/.exec(location.search);
  var chosen = asked ? asked[1] : cuebook.recall("theme");

  function apply(theme) {
    chosen = theme;
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    choices.forEach(button => { button.setAttribute("aria-pressed", button.dataset.themeChoice === (theme || "auto")); });
    cuebook.all("meta[name=theme-color]").forEach(meta => {
      meta.content = theme === "dark" || theme !== "light" && meta.media.includes("dark") ? "#14171a" : "#ffffff";
    });
  }

  choices.forEach(button => {
    button.addEventListener("click", () => {
      apply(button.dataset.themeChoice);
      cuebook.keep("theme", chosen);
      if (channel) channel.postMessage(chosen);
    });
    cuebook.show(button.parentElement);
  });
  if (channel) channel.onmessage = event => { apply(event.data); };
  addEventListener("storage", event => { if (event.key === cuebook.key + "theme") apply(event.newValue); });
  addEventListener("pageshow", event => { if (event.persisted) apply(cuebook.recall("theme") || chosen); });

  function carry(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || !chosen || link.protocol !== "file:" || link.pathname === location.pathname) return;
    var address = new URL(link.href);
    address.searchParams.set("theme", chosen);
    link.href = address.href;
  }
  if (location.protocol === "file:") ["click", "auxclick"].forEach(name => { addEventListener(name, carry, true); });
  apply(chosen);

  function large(on) {
    if (on) root.dataset.large = "yes";
    else delete root.dataset.large;
    cuebook.all("[data-do=large]").forEach(button => { button.setAttribute("aria-pressed", on); });
  }
  large(root.dataset.large === "yes");
  cuebook.press("large", () => {
    large(!root.dataset.large);
    cuebook.keep("large", root.dataset.large || null);
  });
};
