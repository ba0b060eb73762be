/* Finds what the words of a query mean and ranks the entries: the same sums as src/search/rank.rs, in whole numbers. */
(() => {
  var W = cuebook.searchWords, T = cuebook.searchTerms;
  var EXACT = 100, PREFIX = 100, INFLECTED = 95, RELATED = 80, ENDING = 60, SLIP = 90, SLIPS = 65, SHORTEST_PREFIX = 3, SHORTEST_MENDED = 4;
  var SLIPS_FROM = 6, SHORTEST_KNOWN = 3, LONGEST_MENDED = 30, SHORTEST_ROOT = 4, LONGEST_SUFFIX = 4, SHORTEST_ENDING = 5, SELDOMER = 6, NAMED = 1e8, LOOKED_AT = 40, SPEECH = 4, CUT = 3;
  var endings = ",s,es,ies,ed,ied,ing,ings,er,ers,ly".split(","), fallen = ["e", "y"];
  var shards, own, known, facets;

  /** Forgets all that was read of an older index. */
  function reset() {
    shards = new Map();
    own = known = facets = null;
  }
  reset();

  async function shard(name) {
    if (!shards.has(name)) {
      var text = await cuebook.shelved(name);
      if (!shards.has(name)) shards.set(name, T.shard(text));
    }
    return shards.get(name);
  }

  function isCompleted(form, isOpen) {
    return isOpen && (Array.from(form).length >= SHORTEST_PREFIX || W.isDense(form));
  }

  /** The names of the files in which a form lies, or all that begin with it; of the first word, also the names of entries. */
  function files(map, form, isOpen, isFirst) {
    var letters = Array.from(form), prefix = letters.slice(0, CUT).join(""), last, found = [], at;
    if (!own) own = map.own.flatMap(row => row[0].map(known => [known, row[1], row[2]]));
    own.forEach(row => { if (row[0] === form || row[2] && row[0].startsWith(form) && isCompleted(form, isOpen)) found.push(row[1]); });
    if (!isOpen && !isFirst && own.some(row => row[0] === form)) return found;
    last = isOpen && letters.length < CUT ? prefix + "\uffff" : prefix;
    for (at = 0; at < map.terms.length; at++) {
      if (map.terms[at][0] > last) break;
      if (at + 1 === map.terms.length || map.terms[at + 1][0] > prefix) found.push(map.terms[at][1]);
    }
    return Array.from(new Set(found));
  }

  function load(map, form, isOpen, isFirst) {
    return Promise.all(files(map, form, isOpen, isFirst).map(shard));
  }

  function add(hits, term, weight) {
    var hit = hits.get(term.key);
    if (!hit) hits.set(term.key, { term: term, weight: weight });
    else if (weight > hit.weight) hit.weight = weight;
  }

  /** How many binary digits the number of a term's entries has. */
  function magnitude(term) {
    if (term.magnitude === undefined) {
      var n = 0;
      T.postings(term.code, true, () => { n++; });
      term.magnitude = 32 - Math.clz32(n);
    }
    return term.magnitude;
  }

  function exact(loaded, form) {
    return loaded.flatMap(shard => shard.forms.get(form) || []);
  }

  /** What one word finds in the shards that were loaded for it. */
  function word(typed, isOpen, loaded) {
    var hits = new Map(), completed = new Map(), length = Array.from(typed).length, most = 0;
    exact(loaded, typed).forEach(term => { add(hits, term, EXACT); });
    if (isCompleted(typed, isOpen)) {
      loaded.forEach(shard => {
        shard.forms.forEach((terms, form) => {
          if (!form.startsWith(typed)) return;
          var longer = Array.from(form).length;
          if (longer <= length) return;
          terms.forEach(term => { if (!term.stop) add(completed, term, Math.floor(PREFIX * length / longer)); });
        });
      });
      [hits, completed].forEach(terms => { terms.forEach(hit => { most = Math.max(most, magnitude(hit.term)); }); });
      // Of words that begin alike, a seldom one is seldom meant.
      completed.forEach(hit => {
        add(hits, hit.term, Math.floor(hit.weight * Math.max(0, 100 - SELDOMER * (most - magnitude(hit.term))) / 100));
      });
    }
    return { typed: typed, hits: hits, mended: null };
  }

  function isMended(word) {
    var length = Array.from(word.typed).length;
    return !word.hits.size && length >= SHORTEST_MENDED && length <= LONGEST_MENDED && !/[0-9]/.test(word.typed) &&
      !W.isDense(word.typed);
  }

  /** The closest of these forms, and how far they are if not over `most`. */
  function closest(letters, forms, most) {
    var nearest = most, found = [];
    forms.forEach(form => {
      if (Math.abs(form.length - letters.length) > nearest + 2) return;
      var distance = T.slips(letters, Array.from(form), nearest);
      if (distance < nearest) {
        nearest = distance;
        found = [];
      }
      if (distance === nearest) found.push(form);
    });
    return { distance: nearest, forms: found };
  }

  /** The forms that share most letters with the beginning of a word and have fewest others. */
  function related(letters, forms) {
    var most = SHORTEST_ROOT, fewest = Infinity, found = [];
    forms.forEach(form => {
      var others = Array.from(form), shared = 0, n;
      while (shared < letters.length && letters[shared] === others[shared]) shared++;
      n = others.length - shared;
      if (letters.length - shared > LONGEST_SUFFIX || n > LONGEST_SUFFIX || shared < most || shared === most && n > fewest) return;
      if (shared > most || n < fewest) found = [];
      most = shared;
      fewest = n;
      found.push(form);
    });
    return found;
  }

  /** The forms that differ from a word by their endings alone and share most letters with it. */
  function inflected(letters, forms) {
    var most = SHORTEST_ROOT, found = [];
    forms.forEach(form => {
      var others = Array.from(form), shared = 0, ending, other;
      while (shared < letters.length && letters[shared] === others[shared]) shared++;
      ending = letters.slice(shared).join("");
      other = others.slice(shared).join("");
      if (shared < most || !endings.includes(ending) || !endings.includes(other) && !fallen.includes(other)) return;
      if (shared > most) found = [];
      most = shared;
      found.push(form);
    });
    return found;
  }

  /** The forms that begin with the same letters as a word: the shards that were loaded for it have them, or the map. */
  function near(letters, loaded) {
    var start = letters.slice(0, CUT).join(""), found = new Set();
    function take(form) {
      var length = Array.from(form).length;
      if (form.startsWith(start) && length >= SHORTEST_KNOWN && length <= LONGEST_MENDED && !/[0-9]/.test(form)) found.add(form);
    }
    loaded.forEach(shard => { shard.forms.forEach((_, form) => { take(form); }); });
    own.forEach(row => { take(row[0]); });
    return Array.from(found).sort();
  }

  /** What a word that the book lacks can mean, as far as it begins alike. */
  function nearby(letters, forms) {
    var form = inflected(letters, forms), slip;
    if (form.length) return { weight: INFLECTED, forms: form };
    slip = closest(letters, forms, 1).forms;
    return slip.length ? { weight: SLIP, forms: slip } : { weight: RELATED, forms: related(letters, forms) };
  }

  /** What else it can mean: one slip, else a word that it ends with, else two slips. */
  function anywhere(letters) {
    var slip = closest(letters, known, letters.length >= SLIPS_FROM ? 2 : 1), set, n, ending;
    if (slip.distance === 1 && slip.forms.length) return { weight: SLIP, forms: slip.forms };
    set = new Set(known);
    for (n = 1; n <= letters.length - SHORTEST_ENDING; n++) {
      ending = letters.slice(n).join("");
      if (set.has(ending)) return { weight: ENDING, forms: [ending] };
    }
    return { weight: SLIPS, forms: slip.forms };
  }

  /** Gives a word that the book lacks what it may mean. Most need no file that is not there already. */
  async function mend(map, word, loaded) {
    var letters = Array.from(word.typed), found = nearby(letters, near(letters, loaded)), meant, text;
    if (!found.forms.length) {
      text = await cuebook.shelved(map.words);
      if (!known) known = T.vocabulary(text);
      found = anywhere(letters);
    }
    meant = found.forms;
    await Promise.all(meant.map(async form => {
      exact(await load(map, form, false), form).forEach(term => { add(word.hits, term, found.weight); });
    }));
    // A letter is left out more often than one is typed too many, and the first one is seldom wrong.
    word.mended = meant.slice().sort((a, b) => {
      return (Array.from(b)[0] === letters[0]) - (Array.from(a)[0] === letters[0]) || Array.from(b).length - Array.from(a).length;
    })[0] || null;
  }

  /** The words of a query with all that they find. */
  async function understood(map, query) {
    var last = query.words.length - 1;
    var loaded = await Promise.all(query.words.map((typed, at) => load(map, typed, query.open && at === last, at === 0)));
    var words = query.words.map((typed, at) => word(typed, query.open && at === last, loaded[at]));
    await Promise.all(words.map((word, at) => isMended(word) ? mend(map, word, loaded[at]) : null));
    return { words: words, names: loaded.length ? loaded[0] : [] };
  }

  /** The score of every entry; `found` lists those that have one. */
  function scored(n, words) {
    var scores = new Float64Array(n), best = new Float64Array(n), touched = [], found = [], isFound = new Uint8Array(n);
    function take(term, weight) {
      T.postings(term.code, true, (entry, impact) => {
        var score = impact * term.scale * weight;
        if (!best[entry]) touched.push(entry);
        if (score > best[entry]) best[entry] = score;
      });
    }
    function put() {
      touched.forEach(entry => {
        if (!isFound[entry]) {
          isFound[entry] = 1;
          found.push(entry);
        }
        scores[entry] += best[entry];
        best[entry] = 0;
      });
      touched = [];
    }
    words.forEach(word => {
      word.hits.forEach(hit => { take(hit.term, hit.weight); });
      put();
    });
    words.slice(1).forEach((second, at) => {
      words[at].hits.forEach(one => {
        second.hits.forEach(other => {
          var term = T.pair(one.term, other.term);
          if (term) take(term, Math.floor(one.weight * other.weight / EXACT));
        });
      });
      put();
    });
    return { scores: scores, found: found };
  }

  function entries(code) {
    var found = new Set();
    T.postings(code, false, entry => { found.add(entry); });
    return found;
  }

  /** The entries that stand under a filter. A kind is known from the map. */
  async function under(map, filter) {
    if (!facets) facets = new Map(await cuebook.shelved(map.facets));
    return facets.has(filter) ? entries(facets.get(filter)) : new Set();
  }

  /** The entries that have all of these words as they are typed. */
  async function having(map, phrase) {
    var sets = await Promise.all(phrase.map(async form => {
      var found = new Set();
      exact(await load(map, form, false), form).forEach(term => {
        T.postings(term.code, true, entry => { found.add(entry); });
      });
      return found;
    }));
    return entry => sets.every(set => set.has(entry));
  }

  /** `{words, ranked, counts, isLoose}`: `ranked` has `[entry, score]`, best first; `counts` how many of each kind there are before
      `kinds` (those words) narrow them; `isLoose` if no entry has what is in quotation marks, so that they count as none. `holds(entry, phrases)` tells whether a text has them; it may have to be loaded. */
  async function rank(map, query, today, holds, kind) {
    var meaning = await understood(map, query), words = meaning.words, all = scored(map.n, words), found = all.found;
    var scores = all.scores, hash = T.hash(query.words.join(" ")), ofKinds = [], counts = new Map(), filter, set, phrase, has, exact, isLoose = false;
    function kindOf(entry) { return map.kinds["ABCDEFGHI".indexOf(map.ofKind.charAt(entry))]; }
    if (query.words.length) {
      meaning.names.forEach(shard => {
        if (!shard.names.has(hash)) return;
        // A name may lie in several of the shards that were loaded.
        entries(shard.names.get(hash)).forEach(entry => {
          if (scores[entry] < NAMED) {
            if (!scores[entry]) found.push(entry);
            scores[entry] += NAMED;
          }
        });
      });
    } else if (query.filters.length) {
      found = Array.from(scores, (_, entry) => entry);
    }
    for (filter of query.filters) {
      if (filter.startsWith("kind:")) {
        ofKinds.push(filter.slice(5));
      } else {
        set = await under(map, filter);
        found = found.filter(entry => set.has(entry));
      }
    }
    map.expires.forEach(row => { if (row[1] < today) scores[row[0]] = Math.floor(scores[row[0]] / 2); });
    found.sort((a, b) => scores[b] - scores[a] || a - b);
    if (query.phrases.length) {
      // What is filtered by kind is looked at in the same order by both rankers.
      exact = found.filter(entry => ofKinds.every(word => word === kindOf(entry)));
      for (phrase of query.phrases) {
        has = await having(map, phrase);
        exact = exact.filter(has);
      }
      exact = exact.slice(0, LOOKED_AT);
      has = await Promise.all(exact.map(entry => holds(entry, query.phrases)));
      exact = exact.filter((_, at) => has[at]);
      isLoose = !exact.length && query.words.length >= SPEECH;
      if (!isLoose) found = exact;
    }
    found.forEach(entry => { counts.set(kindOf(entry), (counts.get(kindOf(entry)) || 0) + 1); });
    if (kind) ofKinds.push(kind);
    found = found.filter(entry => ofKinds.every(word => word === kindOf(entry)));
    return { words: words, counts: counts, isLoose: isLoose, ranked: found.map(entry => [entry, scores[entry]]) };
  }

  cuebook.searchRank = { rank: rank, reset: reset };
})();
