/* What all other files stand on: the facts in our own script tag and the words that we say, storage that may fail, and small helpers.
   Every file adds its part to `cuebook`; 99-main.js lists what is set up. */
"use strict";
var cuebook = (() => {
  var tag = document.getElementById("cuebook");
  var key = "cuebook:" + tag.dataset.site + ":";
  var policy = window.trustedTypes && trustedTypes.createPolicy("cuebook", { createScriptURL: ours });
  var timer;

  /** Our own script lies at the root of the site. */
  function home() { return new URL(".", tag.src).href; }

  /** An address, if it lies beside our own script; else a mistake, so that nothing foreign is ever loaded. */
  function ours(address) {
    var url = new URL(address, location.href).href;
    if (!url.startsWith(home())) throw new TypeError("not one of our scripts: " + url);
    return url;
  }

  return {
    words: tag.dataset,
    icons: {},
    key: key,

    /** The link to a place of the site, given from its root. */
    to: path => tag.dataset.root + path,
    /** The place behind an address; empty for one that lies elsewhere. */
    from: address => address.startsWith(home()) ? address.slice(home().length) : "",

    /** Loads a script of the site, given from its root, and gives its element. */
    load: (path, failed, done) => {
      var script = document.createElement("script"), url = cuebook.to(path);
      script.src = policy ? policy.createScriptURL(url) : ours(url);
      script.onerror = failed;
      script.onload = done;
      document.head.append(script);
      return script;
    },
    /** Loads a style sheet, in the same way. */
    dress: (path, done) => {
      var link = cuebook.make("link", { rel: "stylesheet", href: cuebook.to(path) });
      link.onload = link.onerror = done;
      document.head.append(link);
    },

    /** Storage may be off, full or forbidden: then reading gives null, and writing false. */
    recall: name => {
      try { return localStorage.getItem(key + name); } catch (off) { return null; }
    },
    keep: (name, value) => {
      try {
        if (value === null) localStorage.removeItem(key + name);
        else localStorage.setItem(key + name, value);
        return true;
      } catch (off) { return false; }
    },

    /** Where something must stand to be reached: the open dialog, else the page. */
    ground: () => document.querySelector("dialog[open]") || document.body,
    all: (selector, within) => Array.from((within || document).querySelectorAll(selector)),
    show: element => { if (element) element.hidden = false; },
    press: (name, action) => {
      cuebook.all("[data-do=" + name + "]").forEach(button => { button.addEventListener("click", () => { action(button); }); });
    },

    /** An element with attributes and children, without a parser. */
    make: (name, attributes, content) => {
      var element = document.createElement(name);
      Object.keys(attributes).forEach(attribute => { element.setAttribute(attribute, attributes[attribute]); });
      element.append(...[content || []].flat());
      return element;
    },
    /** An icon of the theme: a page holds only those that it uses itself. */
    icon: name => {
      var draw = (element, attributes) => {
        var shape = document.createElementNS("http://www.w3.org/2000/svg", element);
        Object.keys(attributes).forEach(attribute => { shape.setAttribute(attribute, attributes[attribute]); });
        return shape;
      };
      var svg = draw("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" });
      svg.append(...(cuebook.icons[name] || []).map(shape => draw(shape[0], shape[1])));
      return svg;
    },

    /** Says something to everyone, for a moment. Outside of an open dialog nothing is seen or heard. */
    say: text => {
      var status = document.getElementById("status");
      cuebook.ground().append(status);
      status.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => { status.textContent = ""; }, 2500);
    },
    // A page that is shown out of one file gets there in other ways.
    ...window.cuebookHost
  };
})();
