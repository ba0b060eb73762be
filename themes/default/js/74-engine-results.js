/* Makes of ranked entries what a reader sees: the line to say, sections, excerpts. `cuebook.find` is for the search box,
   `cuebook.search` for anybody. */
(() => {
  var W = cuebook.searchWords, R = cuebook.searchRank, POINT = 100000, WINDOW = 200, origins = new WeakMap(), idle = false;

  /** What the words of a query weigh in a text: the weights of those that stand in it, and how many do. */
  function measure(words) {
    var rows = words.map(word => {
      var forms = new Set(), weight = 0, isStop = true;
      word.hits.forEach(hit => {
        hit.term.forms.forEach(form => { forms.add(form); });
        weight = Math.max(weight, hit.term.scale * hit.weight);
        if (!hit.term.stop) isStop = false;
      });
      return { forms: forms, weight: weight, isStop: isStop };
    });
    var some = rows.filter(row => !row.isStop && row.forms.size);
    if (some.length) rows = some;
    return {
      total: rows.reduce((sum, row) => sum + row.weight, 0),
      of: text => {
        var found = new Set(W.words(text));
        return rows.reduce((sum, row) => sum + (Array.from(row.forms).some(form => found.has(form)) ? row.weight : 0), 0);
      }
    };
  }

  function best(items, value) {
    var found = null, most = 0;
    items.forEach(item => {
      var n = value(item);
      if (n > most) {
        most = n;
        found = item;
      }
    });
    return { item: found, value: most };
  }

  /** The line that stands for an entry before its page is open. */
  function line(card, kind, weights) {
    var pair = best(card[7], pair => weights.of(pair[0])), said;
    if (pair.item && pair.value * 2 >= weights.total) return { form: "try", text: pair.item[1], why: pair.item[0] };
    if (!card[4]) return null;
    if (kind === "escalation") return { form: "level", text: card[4], why: card[5] || undefined };
    if (kind === "contact") return { form: "contact", text: card[4], why: card[5] || undefined };
    said = best(card[6], weights.of);
    if (said.item && said.value * 2 >= weights.total && said.value > weights.of(card[4])) return { form: "say", text: said.item };
    return { form: "say", text: card[4] };
  }

  /** The headings under which the words stand: those that have at least half of what the best one has. */
  function sections(card, text, weights) {
    var rows = card[8].map((heading, at) => {
      if (!heading) return null;
      return { title: heading[0], url: cuebook.to(card[1] + "#" + encodeURIComponent(heading[1])), at: at, weight: weights.of(heading[0] + "\n" + (text ? text[at + 1] : "")) };
    }).filter(row => row && row.weight > 0);
    var most = rows.reduce((most, row) => Math.max(most, row.weight), 0);
    rows = rows.filter(row => row.weight * 2 >= most).sort((a, b) => b.weight - a.weight || a.at - b.at);
    var shown = rows.slice(0, 3).sort((a, b) => a.at - b.at);
    return { shown: shown.map(row => ({ title: row.title, url: row.url })), more: rows.length - shown.length };
  }

  /** The line of a text that has most of the words, or the part of it round the first of them. */
  function cut(text, weights) {
    var lines = text.flatMap(part => part.split("\n")).filter(Boolean), found = best(lines, weights.of).item || lines[0] || "";
    if (found.length <= WINDOW) return found;
    var words = found.split(" "), at = words.findIndex(word => weights.of(word) > 0), from = Math.max(0, at - 8), to = from, length = 0;
    while (to < words.length && length + words[to].length < WINDOW) length += words[to++].length + 1;
    return (from ? "… " : "") + words.slice(from, to).join(" ") + (to < words.length ? " …" : "");
  }

  /** The card of an entry, and the name of the file with its text. */
  async function card(map, entry) {
    var file = await cuebook.shelved(map.cards[Math.floor(entry / map.cardsIn)]);
    return { card: file[1][entry % map.cardsIn], texts: file[0] };
  }

  /** The text of an entry, by section. */
  async function textOf(map, texts, entry) { return (await cuebook.shelved(texts))[entry % map.textsIn]; }

  async function holds(map, entry, phrases) {
    var found = await card(map, entry), text = await textOf(map, found.texts, entry);
    var lines = [found.card[0]].concat(text.flatMap(part => part.split("\n"))).map(line => " " + W.words(line).join(" ") + " ");
    return phrases.every(phrase => lines.some(line => line.includes(" " + phrase.join(" ") + " ")));
  }

  function mended(query, words) {
    var meant = new Map(words.filter(word => word.mended).map(word => [word.typed, word.mended]));
    if (!meant.size) return null;
    var text = query.replace(/[\p{Alphabetic}\p{N}\p{M}'’]+/gu, word => {
      var folded = W.words(word);
      return folded.length === 1 && meant.get(folded[0]) || word;
    });
    return text === query ? null : text;
  }

  async function answer(typed, options) {
    var map = await cuebook.shelved("map"), query = W.parse(typed);
    var found = await R.rank(map, query, cuebook.isoDay(new Date()), (entry, phrases) => holds(map, entry, phrases), options.kind);
    var weights = measure(found.words), forms = new Set(), expires = new Map(map.expires);
    var terms = found.words.flatMap(word => Array.from(word.hits.values(), hit => hit.term)), telling = terms.filter(term => !term.stop);
    (telling.length ? telling : terms).forEach(term => { term.forms.forEach(form => { forms.add(form); }); });
    var results = await Promise.all(found.ranked.slice(0, options.limit === undefined ? 10 : options.limit).map(async pair => {
      var entry = pair[0], of = await card(map, entry), shown = of.card, text = null, url = cuebook.to(shown[1]);
      if (cuebook.isShelved(of.texts)) text = await textOf(map, of.texts, entry);
      var kind = map.kinds["ABCDEFGHI".indexOf(map.ofKind.charAt(entry))], under = sections(shown, text, weights);
      var result = {
        url: url, title: shown[0], kind: kind, score: pair[1] / POINT, trail: shown[2], line: line(shown, kind, weights),
        summary: shown[3], expires: expires.get(entry) || null, sections: under.shown, more: under.more
      };
      origins.set(result, { map: map, entry: entry, weights: weights, text: text, texts: of.texts });
      return result;
    }));
    if (!idle) {
      // Words that the book lacks need all that it has; by the next key they may be there.
      idle = true;
      (window.requestIdleCallback || setTimeout)(() => { cuebook.shelved(map.words).catch(() => {}); });
    }
    return {
      query: typed, total: found.ranked.length, counts: found.counts, terms: Array.from(forms),
      didYouMean: mended(typed, found.words), isLoose: found.isLoose && found.ranked.length > 0, results: results
    };
  }

  /** Resolved when the map of the index is there. */
  cuebook.ready = () => cuebook.shelved("map").then(() => {});

  /** What a query finds, for the search box. Rejected only if a file of the index cannot be loaded. */
  cuebook.find = async (typed, options) => {
    typed = String(typed);
    options = options || {};
    try {
      return await answer(typed, options);
    } catch (failed) {
      // The site may have been built anew while this page was open: its files have other names now.
      cuebook.unshelve();
      R.reset();
      return answer(typed, options);
    }
  };

  /** A part of the text of a result, round the words that were asked for; empty if there is none. */
  cuebook.excerpt = async result => {
    var from = origins.get(result);
    if (!from) return "";
    return cut(from.text || await textOf(from.map, from.texts, from.entry), from.weights);
  };

  /** `[{url, title, score, kind, excerpt}]`, best first. */
  cuebook.search = async (typed, options) => {
    var found = await cuebook.find(typed, options);
    return found.results.map(result => {
      var from = origins.get(result);
      var excerpt = from.text ? cut(from.text, from.weights) : result.line ? result.line.text : result.summary;
      return { url: result.url, title: result.title, score: result.score, kind: result.kind, excerpt: excerpt };
    });
  };
})();
