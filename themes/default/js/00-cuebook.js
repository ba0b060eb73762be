/* What all other files stand on: the facts in our own script tag, storage that may fail, and small helpers.
   Every file adds its part to `cuebook`; 99-main.js lists what is set up. Nothing here needs the others. */
var cuebook = (function () {
  "use strict";
  var tag = document.getElementById("cuebook");
  var key = "cuebook:" + tag.dataset.site + ":";
  var policy = window.trustedTypes && trustedTypes.createPolicy("cuebook", { createScriptURL: ours });

  /** An address, if it lies beside our own script; else a mistake, so that nothing foreign is ever loaded. */
  function ours(address) {
    var url = new URL(address, location.href), home = new URL(".", tag.src);
    if (url.href.indexOf(home.href) !== 0) throw new TypeError("not one of our scripts: " + url.href);
    return url.href;
  }

  /** Loads a script of the site, given from its root. */
  function load(path, failed) {
    var script = document.createElement("script"), url = tag.dataset.root + path;
    script.src = policy ? policy.createScriptURL(url) : ours(url);
    script.onerror = failed;
    document.head.append(script);
  }

  /** Storage may be off, full or forbidden: then reading gives null, and writing false. */
  function recall(name) {
    try { return localStorage.getItem(key + name); } catch (off) { return null; }
  }
  function keep(name, value) {
    try {
      if (value === null) localStorage.removeItem(key + name);
      else localStorage.setItem(key + name, value);
      return true;
    } catch (off) { return false; }
  }

  function all(selector, within) { return Array.from((within || document).querySelectorAll(selector)); }
  function show(element) { if (element) element.hidden = false; }

  /** An element with text or children, without a parser. */
  function make(name, attributes, content) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (attribute) { element.setAttribute(attribute, attributes[attribute]); });
    element.append.apply(element, [].concat(content || []));
    return element;
  }

  /** Says something to everyone, for a moment. */
  var timer;
  function say(text) {
    var status = document.getElementById("status");
    status.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(function () { status.textContent = ""; }, 2500);
  }

  return { words: tag.dataset, key: key, load: load, recall: recall, keep: keep, all: all, show: show, make: make, say: say };
})();
