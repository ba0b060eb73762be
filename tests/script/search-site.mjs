// The search of a built site in Node: the theme's script over the files of its index, read from the folder.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const FILES = [
  "00-cuebook.js", "50-dates.js", "70-engine-shelf.js", "71-engine-words.js", "72-engine-terms.js", "73-engine-rank.js",
  "74-engine-results.js",
];

/** The theme's `cuebook`, in a page whose files `read(path)` gives; it throws for a file that is not there. */
export function cuebookOf(read, more = {}) {
  const tag = { dataset: { site: "test", root: "", map: "search.js" }, src: "https://desk.example/book/cuebook.js" };
  const page = vm.createContext({
    URL, Promise, console, window: {}, setTimeout: () => {}, addEventListener() {}, location: { href: "https://desk.example/book/index.html" },
    document: {
      getElementById: (id) => (id === "cuebook" ? tag : null),
      createElement: () => ({}),
      head: { append: (script) => queueMicrotask(() => loaded(script)) },
    },
    ...more,
  });
  function loaded(script) {
    let text;
    try {
      text = read(script.src.replace("https://desk.example/book/", "").replace(/\?.*/, ""));
    } catch {
      return script.onerror();
    }
    vm.runInContext(text, page);
    script.onload?.();
  }
  for (const name of FILES) {
    const path = fileURLToPath(new URL(`../../themes/default/js/${name}`, import.meta.url));
    vm.runInContext(readFileSync(path, "utf8"), page, { filename: name });
  }
  return vm.runInContext("cuebook", page);
}

/** The same for a site that lies in a folder. */
export function cuebookAt(folder, more) {
  return cuebookOf((path) => readFileSync(`${folder}/${path}`, "utf8"), more);
}
