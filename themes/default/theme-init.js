/* Sets the colours before the first paint: what the link says (?theme=dark), else what was chosen, else the system's. */
(function (root) {
  var key = "cuebook:" + root.dataset.site + ":", asked = /[?&]theme=(light|dark|auto)\b/.exec(location.search), theme, large;
  try {
    if (asked) localStorage.setItem(key + "theme", asked[1]);
    theme = localStorage.getItem(key + "theme");
    large = localStorage.getItem(key + "large");
  } catch (storageIsOff) { /* then the link alone decides */ }
  theme = asked ? asked[1] : theme;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (large === "yes") root.dataset.large = "yes";
})(document.documentElement);
