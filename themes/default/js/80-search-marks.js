/* Where words of the query stand in a text. */

/** A pattern for hits, each a whole word; null without any. Scripts that put no spaces between words are found anywhere. */
cuebook.hitPattern = terms => {
  var unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  var signs = terms.filter(term => term && term.length < 80).slice(0, 60).sort((a, b) => b.length - a.length).map(term => {
    var sign = term.replace(/[\\^$.*+?()[\]{}|\/]/g, "\\$&").replace(/['’]/g, "['’]");
    return unspaced.test(term) ? sign : "(?<![\\p{L}\\p{N}])" + sign + "(?![\\p{L}\\p{N}\\p{M}])";
  });
  return signs.length ? new RegExp(signs.join("|"), "giu") : null;
};

/** A text in pieces, with each hit in a `<mark>`. */
cuebook.marked = (text, pattern) => {
  var pieces = [], done = 0;
  for (var hit of pattern ? text.matchAll(pattern) : []) {
    pieces.push(text.slice(done, hit.index), cuebook.make("mark", {}, hit[0]));
    done = hit.index + hit[0].length;
  }
  return [...pieces, text.slice(done)].filter(piece => piece !== "");
};
