/* Copies a line to say; prints. */

/** A spoken line without the quotation marks around it. */
cuebook.unquoted = text => {
  return text.trim().replace(/^["“„«]\s*|\s*["”“»](?=[.!?]?$)/g, "");
};

/** Puts text on the clipboard: by the new way, else by the old one, which also works on an intranet without https. */
cuebook.copyText = text => {
  function theOldWay() {
    var field = cuebook.make("textarea", { readonly: "", "class": "visually-hidden" }), focused = document.activeElement;
    field.value = text;
    cuebook.ground().append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    focused.focus();
    tell(done);
  }
  function tell(done) { cuebook.say(done ? cuebook.words.copied : cuebook.words.copyFailed); }
  if (!navigator.clipboard) return theOldWay();
  navigator.clipboard.writeText(text).then(() => { tell(true); }, theOldWay);
};

cuebook.copy = () => {
  cuebook.all(".copy").forEach(button => {
    var text = button.dataset.copy || cuebook.unquoted(button.previousElementSibling.textContent);
    button.setAttribute("aria-label", button.textContent + ": " + text);
    button.prepend(cuebook.icon("copy"));
    button.addEventListener("click", () => { cuebook.copyText(text); });
    cuebook.show(button);
  });
  cuebook.press("print", () => { print(); });
  cuebook.all("[data-tools]").forEach(cuebook.show);
};
