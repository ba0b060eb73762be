/* A checklist that remembers, if this browser lets it; progress, reset, copy as text. */

/** The list as text, as it can be pasted into a message. */
cuebook.summary = (title, progress, items) => {
  return [title + " (" + progress + ")", ...items.map(item => (item.done ? "[x] " : "[ ] ") + item.text)].join("\n");
};

cuebook.ticks = () => {
  var entry = document.querySelector("[data-ticks]"), bar = document.querySelector("[data-ticks-bar]");
  var boxes = entry ? cuebook.all(".task input", entry) : [];
  if (!bar || !boxes.length) return;
  var name = "ticks:" + entry.dataset.ticks, before = cuebook.recall(name);
  var line = bar.querySelector("progress"), text = bar.querySelector(".ticks-progress"), saved = bar.querySelector(".ticks-saved");

  function done() { return boxes.filter(box => box.checked).length; }
  function progress() { return cuebook.words.progress.replace("{done}", done()).replace("{total}", boxes.length); }
  function tell() {
    line.max = boxes.length;
    line.value = done();
    text.textContent = progress() + (done() === boxes.length ? " · " + cuebook.words.allDone : "");
  }
  function changed() {
    var marks = done() ? boxes.map(box => box.checked ? "1" : "0").join("") : null;
    saved.hidden = !cuebook.keep(name, marks) || !marks;
    tell();
  }

  /* Marks of another number of boxes belong to an older text of the list. */
  if (before && before.length === boxes.length) {
    boxes.forEach((box, n) => { box.checked = before[n] === "1"; });
    saved.hidden = !cuebook.keep(name, before);
  }
  boxes.forEach(box => { box.addEventListener("change", changed); });
  cuebook.press("reset-ticks", () => {
    boxes.forEach(box => { box.checked = false; });
    changed();
  });
  cuebook.press("copy-ticks", () => {
    var items = boxes.map(box => ({ done: box.checked, text: box.closest("li").textContent.trim().replace(/\s+/g, " ") }));
    cuebook.copyText(cuebook.summary(document.querySelector("h1").textContent, progress(), items));
  });
  tell();
  cuebook.show(bar);
};
