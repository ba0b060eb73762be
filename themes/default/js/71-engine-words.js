/* Cuts text into words and takes a query apart, just as src/search/tokens.rs and src/search/query.rs do. */
(() => {
  var apostrophe = /['’‘ʼ＇]/, letter = /[\p{Alphabetic}\p{N}\p{M}]/u, quote = /["“”„]/, plain = /^[\x00-\x7f]*$/;
  var dense = /^[\u0E01-\u0E3A\u0E40-\u0E4E\u0E81-\u0ECE\u1000-\u103F\u1780-\u17D3\u3005-\u3007\u3041-\u3096\u309D-\u309F\u30A1-\u30FA\u30FC-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{3FFFF}]+$/u;
  var marks = /[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670]/g;
  var others = new Map([["ß", "ss"], ["æ", "ae"], ["œ", "oe"], ["ø", "o"], ["đ", "d"], ["ł", "l"], ["ı", "i"]]);
  var most = 40, filters = /^(kind|tag|situation|channel|owner):/i;

  /** A word without accents. */
  function fold(word) {
    if (plain.test(word)) return word;
    return word.normalize("NFKD").replace(marks, "").replace(/[ßæœøđłı]/g, c => others.get(c)).normalize("NFKC");
  }

  /** The same as `words` for a text that needs no tables of Unicode, as nearly all are. */
  function plainWords(text) {
    return (text.toLowerCase().match(/[a-z0-9']+/g) || []).flatMap(run => {
      if (!run.includes("'")) return run;
      var found = [""];
      for (var c of run) {
        if (c !== "'") found[found.length - 1] += c;
        else if (found[found.length - 1].length <= 2) found.push("");
      }
      return found.filter(Boolean);
    });
  }

  /** The words of a text, folded, in order. */
  function words(text) {
    if (plain.test(text)) return plainWords(text);
    var found = [], word = "", run = [];
    function flush() {
      var folded = fold(word);
      if (folded) found.push(folded);
      word = "";
    }
    function close() {
      if (run.length === 1) found.push(fold(run[0]));
      run.slice(1).forEach((c, n) => { found.push(fold(run[n] + c)); });
      run = [];
    }
    for (var c of text.normalize("NFKC").toLowerCase()) {
      if (apostrophe.test(c)) {
        if (word && Array.from(word).length <= 2) flush();
      } else if (dense.test(c)) {
        flush();
        run.push(c);
      } else {
        close();
        if (letter.test(c)) word += c === "ς" ? "σ" : c;
        else flush();
      }
    }
    close();
    flush();
    return found;
  }

  /** A filter at the start of `rest`: `[filter, what stands behind it]`, or null. */
  function filter(rest) {
    var name = filters.exec(rest);
    if (!name) return null;
    var value = rest.slice(name[0].length), quoted = quote.test(value.charAt(0)), end;
    if (quoted) value = value.slice(1);
    end = value.search(quoted ? quote : /\s/);
    if (end < 0) end = value.length;
    var found = words(value.slice(0, end));
    if (!found.length) return null;
    return [name[1].toLowerCase() + ":" + found.join(" "), value.slice(end + (quoted ? 1 : 0))];
  }

  /** `{words, open, phrases, filters}`: words folded; `open` if the last may still be being typed. */
  function parse(typed) {
    var query = { words: [], open: false, phrases: [], filters: [] }, text = "", rest = typed, found, end, inside, last;
    while (rest) {
      found = !text || /\s$/.test(text) ? filter(rest) : null;
      if (found) {
        query.filters.push(found[0]);
        rest = found[1];
        continue;
      }
      end = quote.test(rest.charAt(0)) ? rest.slice(1).search(quote) : -1;
      if (end >= 0) {
        inside = rest.slice(1, end + 1);
        found = words(inside);
        if (found.length) query.phrases.push(found);
        text += " " + inside + " ";
        rest = rest.slice(end + 2);
        continue;
      }
      text += rest.charAt(0);
      rest = rest.slice(1);
    }
    query.words = words(text);
    last = Array.from(text.slice(-2)).pop() || "";
    query.open = words(last).length === 1 && query.words.length <= most;
    query.words = query.words.slice(0, most);
    return query;
  }

  cuebook.searchWords = { fold: fold, words: words, parse: parse, isDense: word => dense.test(word) };
})();
