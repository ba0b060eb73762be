/* Copies a line to say, print buttons, and whatever else is one press. */

/** A spoken line without the quotation marks around it. */
cuebook.unquoted = function (text) {
  return text.trim().replace(/^["“„«‚‘']+\s*|\s*["”“»‘’']+(?=[.!?]?$)/g, "");
};

/** Puts text on the clipboard: by the new way, else by the old one, which also works on an intranet without https. */
cuebook.copyText = function (text) {
  "use strict";
  function theOldWay() {
    var field = cuebook.make("textarea", { readonly: "", "aria-hidden": "true", "class": "visually-hidden" });
    var focused = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    if (focused) focused.focus();
    return done;
  }
  function tell(done) { cuebook.say(done ? cuebook.words.copied : cuebook.words.copyFailed); }
  if (!navigator.clipboard) return tell(theOldWay());
  navigator.clipboard.writeText(text).then(function () { tell(true); }, function () { tell(theOldWay()); });
};

cuebook.copy = function () {
  "use strict";
  cuebook.all(".copy").forEach(function (button) {
    var text = button.dataset.copy || cuebook.unquoted(button.previousElementSibling.textContent);
    button.setAttribute("aria-label", button.textContent.trim() + ": " + text);
    button.addEventListener("click", function () { cuebook.copyText(text); });
    cuebook.show(button);
  });
  cuebook.all("[data-tools]").forEach(cuebook.show);
  cuebook.all("[data-do=print]").forEach(function (button) { button.addEventListener("click", function () { print(); }); });
};
