/* Sets everything up, in the order in which a reader may need it. One part that fails leaves the others. */
cuebook.main = () => {
  ["theme", "copy", "menu", "tree", "contents", "opener", "resting", "ticks", "dates", "filter"].forEach(part => {
    try { cuebook[part](); } catch (mistake) { console.error(mistake); }
  });
};
cuebook.main();
