/* What is said below the list: nothing found, nothing there to search with, and where to go instead. */

/** A button that looks like a link. */
cuebook.plainButton = (text, action) => {
  var button = cuebook.make("button", { type: "button", "class": "plain" }, text);
  button.addEventListener("click", action);
  return button;
};

/** The team's address for remarks, about a query that found nothing. */
cuebook.tellHref = (feedback, query) => {
  var path = cuebook.facts.page + "?" + new URLSearchParams({ q: query });
  return feedback.replaceAll("{title}", encodeURIComponent(cuebook.words.noResults.replace("{query}", () => query))).replaceAll("{path}", encodeURIComponent(path));
};

/** Ways on that always work: the A–Z index, the entry for danger and distress; for a query, those who look after the book. */
cuebook.waysOn = query => {
  var facts = cuebook.facts, words = cuebook.words, link = (href, content) => cuebook.make("a", { href: href }, content);
  if (!facts) return [];
  return [cuebook.make("ul", { "class": "search-ways" }, [
    link(cuebook.to(facts.index), [cuebook.icon("index"), words.allEntries]),
    ...facts.urgent ? [link(cuebook.to(facts.urgent[1]), [cuebook.icon("urgent"), words.urgentLink + ": " + facts.urgent[0]])] : [],
    ...facts.feedback && query ? [link(cuebook.tellHref(facts.feedback, query), [cuebook.icon("email"), words.tellOwner])] : []
  ].map(way => cuebook.make("li", {}, way)))];
};
