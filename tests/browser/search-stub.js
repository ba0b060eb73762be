/* Stands in for the engine of the search, after its contract: five entries, found by the beginnings of words. `broken`
   cannot be loaded, `slow` takes its time. */
(() => {
  var root = cuebook.words.root;
  var sections = [{ title: "On the phone", url: "scripts/a-quiet-offer.html#on-the-phone" }, { title: "Closing", url: "scripts/a-quiet-offer.html#closing" }];
  var rows = [
    { url: "scripts/a-quiet-offer.html", title: "A quiet offer", kind: "script", trail: "Scripts", line: { form: "say", text: "Anything I can look up for you, {colleague}?" }, sections: sections, more: 2, words: "quiet offer colleague looked stuck look" },
    { url: "scripts/bad-news.html", title: "Bad news about a date", kind: "script", trail: "Scripts", line: { form: "try", text: "It comes on Friday. I looked it up.", why: "We are doing our best." }, words: "bad news date offer friday" },
    { url: "escalations/late-parcel.html", title: "A parcel that does not come", kind: "escalation", trail: "Escalations", line: { form: "level", text: "Team lead", why: "+44 20 7946 0001" }, words: "late parcel offer" },
    { url: "people/duty-manager.html", title: "Duty manager", kind: "contact", trail: "People", line: { form: "contact", text: "+44 20 7946 0002", why: "Mon-Fri 08:00-20:00" }, words: "duty manager offer phone" },
    { url: "guides/draft-of-a-rule.html", title: "A rule that waits for a second reader", kind: "guide", trail: "Guides", line: null, summary: "Not settled yet.", expires: "2026-02-01", words: "rule offer" },
    { url: "guides/japanese.html", title: "お客様への最初の一言", kind: "guide", trail: "", line: null, summary: "電話での最初の言葉と、その理由。", words: "電話 最初" },
  ];
  cuebook.ready = () => Promise.resolve();
  cuebook.excerpt = result => Promise.resolve(result.summary === "Not settled yet." ? "It stopped being valid; the offer is another one now." : "");
  cuebook.find = async (query, { limit = 10, kind } = {}) => {
    var asked = query.toLowerCase().split(/\s+/), counts = new Map();
    if (query === "broken") throw new Error("search-1.js cannot be loaded");
    if (asked[0] === "slow") await new Promise(done => { setTimeout(done, 1500); });
    var found = rows.filter(row => row.words.split(" ").some(word => asked.some(term => word.startsWith(term))));
    found.forEach(row => { counts.set(row.kind, (counts.get(row.kind) || 0) + 1); });
    var shown = found.filter(row => !kind || row.kind === kind);
    return {
      query: query, total: shown.length, counts: counts, terms: asked, didYouMean: query === "ofer" ? "offer" : null,
      results: shown.slice(0, limit).map(row => ({
        ...row, url: root + row.url, score: 1, summary: row.summary || "", expires: row.expires || null, more: row.more || 0,
        sections: (row.sections || []).map(section => ({ ...section, url: root + section.url }))
      }))
    };
  };
})();
