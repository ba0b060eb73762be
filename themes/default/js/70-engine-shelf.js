/* The files of the search index: each is a script that calls `cuebook.shelf(name, data)`, loaded once and only when it is
   needed. The map has the name that the page gives; all others are named by their content (src/search/shards.rs). */
(() => {
  var held = new Map(), asked = new Map(), waiting = new Map(), turn = 0;

  cuebook.shelf = (name, data) => {
    held.set(name, data);
    if (waiting.has(name)) waiting.get(name)(data);
  };
  (cuebook.early || []).forEach(file => { cuebook.shelf(...file); });

  function path(name) {
    if (name !== "map") return "search/" + name + ".js";
    return cuebook.words.map + (turn ? "?" + turn : "");
  }

  /** The data of a file. Rejected if it cannot be loaded; the next call tries again. */
  cuebook.shelved = name => {
    if (held.has(name)) return Promise.resolve(held.get(name));
    if (!asked.has(name)) {
      asked.set(name, new Promise((resolve, reject) => {
        function failed() {
          asked.delete(name);
          reject(new Error("search: " + path(name) + " could not be loaded"));
        }
        waiting.set(name, resolve);
        // The map may be on its way since before the engine was there.
        var script = name === "map" && cuebook.mapScript || cuebook.load(path(name));
        cuebook.mapScript = null;
        script.onerror = failed;
        script.onload = () => { if (!held.has(name)) failed(); };
      }));
    }
    return asked.get(name);
  };

  /** Whether a file is there already. */
  cuebook.isShelved = name => held.has(name);

  /** Forgets the map: the site was built anew, and the files that the old one names are gone. */
  cuebook.unshelve = () => {
    turn++;
    cuebook.mapScript = null;
    held.delete("map");
    asked.delete("map");
  };
})();
