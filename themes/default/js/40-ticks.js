/* A checklist that remembers, if this browser lets it; progress, reset, copy as text. */

/** How far it is, in the book's words: {done} of {total}. */
cuebook.progress = function (done, total, pattern) {
  return pattern.replace("{done}", done).replace("{total}", total);
};

/** The list as text, as it can be pasted into a message. */
cuebook.summary = function (title, progress, items) {
  return [title + " (" + progress + ")"].concat(items.map(function (item) { return (item.done ? "[x] " : "[ ] ") + item.text; })).join("\n");
};

cuebook.ticks = function () {
  "use strict";
  var entry = document.querySelector("[data-ticks]"), bar = document.querySelector("[data-ticks-bar]");
  var boxes = entry ? cuebook.all(".task input", entry) : [];
  if (!bar || !boxes.length) return;
  var name = "ticks:" + entry.dataset.ticks;
  var line = bar.querySelector("progress"), text = bar.querySelector(".ticks-progress"), saved = bar.querySelector(".ticks-saved");

  function marks() { return boxes.map(function (box) { return box.checked ? "1" : "0"; }).join(""); }
  function progress() { return cuebook.progress(boxes.filter(function (box) { return box.checked; }).length, boxes.length, cuebook.words.progress); }
  function tell() {
    var done = marks().indexOf("0") < 0;
    line.max = boxes.length;
    line.value = marks().replace(/0/g, "").length;
    text.textContent = progress() + (done ? " · " + cuebook.words.allDone : "");
  }
  function changed() {
    tell();
    saved.hidden = !cuebook.keep(name, marks().indexOf("1") < 0 ? null : marks()) || marks().indexOf("1") < 0;
  }

  /* Marks of another number of boxes belong to an older text of the list. */
  var before = cuebook.recall(name);
  if (before && before.length === boxes.length) {
    boxes.forEach(function (box, n) { box.checked = before[n] === "1"; });
    saved.hidden = false;
  }
  boxes.forEach(function (box) { box.addEventListener("change", changed); });
  bar.querySelector("[data-do=reset-ticks]").addEventListener("click", function () {
    boxes.forEach(function (box) { box.checked = false; });
    changed();
  });
  bar.querySelector("[data-do=copy-ticks]").addEventListener("click", function () {
    var items = boxes.map(function (box) { return { done: box.checked, text: box.closest("li").textContent.trim().replace(/\s+/g, " ") }; });
    cuebook.copyText(cuebook.summary(document.querySelector("h1").textContent, progress(), items));
  });
  tell();
  cuebook.show(bar);
};
