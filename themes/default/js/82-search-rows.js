/* What was found, as options of a list: one entry a row, its headings below it, under the name of its kind. An option is
   the link itself, so it holds nothing else that can be pressed; what is read out is its text. */

/** A kind in the reader's words: one, many. */
cuebook.kindWords = kind => {
  var words = cuebook.words;
  return {
    script: [words.kindScript, words.kindsScript], escalation: [words.kindEscalation, words.kindsEscalation],
    roleplay: [words.kindRoleplay, words.kindsRoleplay], decision: [words.kindDecision, words.kindsDecision],
    checklist: [words.kindChecklist, words.kindsChecklist], contact: [words.kindContact, words.kindsContact],
    glossary: [words.kindGlossary, words.kindsGlossary], path: [words.kindPath, words.kindsPath],
    guide: [words.kindGuide, words.kindsGuide]
  }[kind] || [kind, kind];
};

/** An address that asks something of its page. */
cuebook.asking = (url, what) => {
  var parts = url.split("#");
  return parts[0] + (parts[0].includes("?") ? "&" : "?") + new URLSearchParams(what) + (parts[1] ? "#" + parts[1] : "");
};

/** An address that tells the page which words to mark. */
cuebook.withTerms = (url, terms) => terms.length ? cuebook.asking(url, { h: terms.slice(0, 12).join(" ") }) : url;

/** A day as the pages write it, in the book's words. */
cuebook.dayText = iso => {
  var words = cuebook.words, [year, month, day] = iso.split("-").map(Number);
  var months = [
    words.january, words.february, words.march, words.april, words.may, words.june,
    words.july, words.august, words.september, words.october, words.november, words.december
  ];
  return words.date.replace("{day}", day).replace("{month}", months[month - 1]).replace("{year}", year);
};

cuebook.part = (name, content) => cuebook.make("span", { "class": "search-" + name }, content);

/** An option that leads to a page of the entry `title`. */
cuebook.option = (kind, title, href, content) => cuebook.make("a", {
  "class": "search-row kind-" + kind, role: "option", "aria-selected": "false", tabindex: "-1", href: href, "data-kind": kind, "data-title": title
}, content);

/** Options of one kind under its name, which only those who see need. */
cuebook.optionGroup = (id, title, icon, kind, options) => {
  var name = cuebook.make("span", { "class": "search-group-title", id: id }, [...icon ? [cuebook.icon(icon)] : [], title]);
  return cuebook.make("div", { "class": "search-group kind-" + kind, role: "group", "aria-labelledby": id }, [name, ...options]);
};

/** The line that helps at once: what to say, whom to call. */
cuebook.foundLine = (line, pattern) => {
  var part = cuebook.part, words = cuebook.words, marked = text => cuebook.marked(text || "", pattern);
  if (line.form === "level") {
    return part("reach", [part("number", [cuebook.icon("phone"), line.why || ""]), part("who", [words.level + " 1: ", ...marked(line.text)])]);
  }
  if (line.form === "contact") {
    var on = line.why ? cuebook.isOn(line.why, new Date(), document.documentElement.lang) : null;
    return part("reach", [
      part("number", [cuebook.icon("phone"), line.text]),
      ...on === null ? [] : [part(on ? "on" : "off", on ? words.availableNow : words.notAvailableNow)],
      part("who", line.why || "")
    ]);
  }
  var say = part("say", [part("words", marked(line.text)), cuebook.make("span", { "class": "search-copy", "aria-hidden": "true", title: words.keyCopy }, cuebook.icon("copy"))]);
  if (line.form !== "try" || !line.why) return say;
  return part("pair", [part("instead", [words.insteadOf + ": ", ...marked(line.why)]), part("label", words.try), say]);
};

/** What is copied of a line: words to say, or a number. */
cuebook.copyOfLine = line => line ? line.form === "level" ? line.why || "" : line.text : "";

/** One result: its option, and those of its headings. */
cuebook.foundOptions = (result, terms, pattern, sections) => {
  var part = cuebook.part, words = cuebook.words, line = result.line, copy = cuebook.copyOfLine(line);
  var over = result.expires && result.expires < cuebook.isoDay(new Date());
  var option = cuebook.option(result.kind, result.title, cuebook.withTerms(result.url, terms), [cuebook.icon(result.kind), part("text", [
    part("head", [
      part("title", cuebook.marked(result.title, pattern)),
      ...result.trail && result.trail !== cuebook.kindWords(result.kind)[1] ? [part("trail", result.trail)] : []
    ]),
    ...over ? [part("over", words.expired.replace("{date}", cuebook.dayText(result.expires)))] : [],
    line && (line.text || line.why) ? cuebook.foundLine(line, pattern) : part("excerpt", cuebook.marked(result.summary || "", pattern))
  ])]);
  if (over) option.classList.add("search-expired");
  if (copy) {
    option.dataset.copy = copy;
    option.setAttribute("aria-keyshortcuts", "Alt+Enter");
  }
  var rest = sections.map(section => cuebook.option(result.kind, result.title, cuebook.withTerms(section.url, terms),
    [cuebook.part("hash", "§"), cuebook.part("title", cuebook.marked(section.title, pattern))]));
  rest.forEach(row => { row.classList.add("search-section"); });
  if (sections.length && result.more > 0) rest.at(-1).append(part("more", words.moreOnThisPage.replace("{n}", result.more)));
  return [option, ...rest];
};

/** Rows that a list has at most: more would be slow to read, and to draw between two keys. */
cuebook.mostRows = 20;

/** All results by kind, the kind of the best one first. Headings are shown as far as there is room. */
cuebook.foundGroups = (id, found, most) => {
  var pattern = cuebook.hitPattern(found.terms), room = most - found.results.length, groups = new Map();
  found.results.forEach(result => {
    var sections = (result.sections || []).slice(0, Math.max(0, Math.min(3, room)));
    room -= sections.length;
    groups.set(result.kind, [...groups.get(result.kind) || [], ...cuebook.foundOptions(result, found.terms, pattern, sections)]);
  });
  return Array.from(groups, ([kind, options]) => cuebook.optionGroup(id + "-" + kind, cuebook.kindWords(kind)[1], kind, kind, options));
};
