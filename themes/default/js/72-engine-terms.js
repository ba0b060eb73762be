/* Reads the files of the index: forms, terms, postings, the vocabulary. Their form is that of src/search/shards.rs. */
(() => {
  var digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", values = new Uint8Array(128);
  Array.from(digits).forEach((digit, value) => { values[digit.charCodeAt(0)] = value; });

  /** Calls `each(entry, impact)` for every posting; impacts are 0 where there are none. */
  function postings(code, hasImpacts, each) {
    var entry = 0, at = 0, step, shift, value;
    while (at < code.length) {
      step = shift = 0;
      do {
        value = values[code.charCodeAt(at++)];
        step += (value & 31) * Math.pow(2, shift);
        shift += 5;
      } while (value > 31);
      entry += step;
      each(entry, hasImpacts ? values[code.charCodeAt(at++)] : 0);
    }
  }

  /** A form from its stem and what differs from it. */
  function form(key, ending) {
    if (ending.charAt(0) === "-") return ending.slice(1);
    var letters = Array.from(key), lacks = parseInt(ending.charAt(0), 36);
    return letters.slice(0, letters.length - lacks).join("") + ending.slice(1);
  }

  /** The records of a shard: `forms`, form → terms; `names`, hash → postings. A term is
      `{key, forms, stop, scale, code, below}`; `below` has the lines of the words that stand behind or before it. */
  function shard(text) {
    var forms = new Map(), names = new Map(), term;
    text.split("\n").forEach(line => {
      var fields = line.split(";");
      if (line.charAt(0) === "=") names.set(fields[0].slice(1), fields[1]);
      else if (line.charAt(0) === " " || line.charAt(0) === "<") term.below.push(line);
      else if (line) {
        term = { key: fields[0], stop: fields[2].charAt(0) === "!", scale: +fields[2].replace("!", ""), code: fields[3], below: [] };
        term.forms = fields[1] ? fields[1].split(",").map(ending => form(fields[0], ending)) : [];
        term.forms.forEach(known => {
          if (forms.has(known)) forms.get(known).push(term);
          else forms.set(known, [term]);
        });
      }
    });
    return { forms: forms, names: names };
  }

  function pairs(term) {
    if (!term.pairs) {
      term.pairs = new Map(term.below.map(line => {
        var fields = line.split(";");
        return [fields[0], { scale: +fields[1], code: fields[2] }];
      }));
    }
    return term.pairs;
  }

  /** What two words that stand together say, if they do anywhere: it lies with the rarer one. */
  function pair(first, second) { return pairs(first).get(" " + second.key) || pairs(second).get("<" + first.key); }

  /** Every word that a slip can mean. */
  function vocabulary(text) {
    var before = [];
    return (text ? text.split(",") : []).map(coded => {
      before = before.slice(0, parseInt(coded.charAt(0), 36)).concat(Array.from(coded.slice(1)));
      return before.join("");
    });
  }

  /** The Damerau–Levenshtein distance (optimal string alignment) of two lists of letters, up to `most`, else one more. */
  function slips(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    var before = [], above = b.map((_, j) => j), row = [], i, j, steps, least, spare;
    above.push(b.length);
    for (i = 1; i <= a.length; i++) {
      row[0] = least = i;
      for (j = 1; j <= b.length; j++) {
        steps = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, before[j - 2] + 1);
        row[j] = steps;
        if (steps < least) least = steps;
      }
      if (least > most) return most + 1;
      spare = before;
      before = above;
      above = row;
      row = spare;
    }
    return above[b.length];
  }

  /** A short name for a text: FNV-1a. */
  function hash(text) {
    var sum = 0x811c9dc5, at;
    for (at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
    return (sum >>> 0).toString(16);
  }

  cuebook.searchTerms = { postings: postings, shard: shard, pair: pair, vocabulary: vocabulary, slips: slips, hash: hash };
})();
