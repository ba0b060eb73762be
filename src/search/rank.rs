//! Ranks the entries of a book for a query, with the same index and the same sums as the script of the site.
//!
//! Everything is added in whole numbers: a score is the same wherever and in whatever order it is computed. The script is
//! `themes/default/js/73-engine-rank.js`, and a test holds the two equal, order and score.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::impact::{Impacts, Posting};
use super::query::Query;
use super::shards::Labels;
use super::tokens;

/// What an exact word counts; every other way to find a term counts so many hundredths of it.
const EXACT: u64 = 100;
/// A word that is still being typed, times how much of the longer word is there.
const PREFIX: u64 = 100;
/// What a longer word loses of that for each time that it stands in half as many entries as the most frequent of those that
/// begin alike, the typed one among them: `team` is seldom the start of the only `teamwork`, whose rarity would make up
/// for all that the frequent word says.
const SELDOMER: u64 = 6;
/// A word that differs from one of the book by an ending that forms have: `filming` and `films`.
const INFLECTED: u64 = 95;
/// A word that begins as one of the book does.
const RELATED: u64 = 80;
/// A word that ends as one of the book does: a compound, or one with a prefix.
const ENDING: u64 = 60;
/// One slip.
const ONE_SLIP: u64 = 90;
/// Two slips.
const TWO_SLIPS: u64 = 65;
/// Letters of a word that is being typed from which it is completed.
const SHORTEST_PREFIX: usize = 3;
/// Letters from which a word is taken for a slip.
const SHORTEST_MENDED: usize = 4;
/// Letters from which two slips are.
const TWO_SLIPS_FROM: usize = 6;
/// The shortest word that a slip can mean.
const SHORTEST_KNOWN: usize = 3;
/// Letters up to which a word is mended.
const LONGEST_MENDED: usize = 30;
/// Letters that related words share at least.
const SHORTEST_ROOT: usize = 4;
/// How many letters may follow what related words share.
const LONGEST_SUFFIX: usize = 4;
/// Endings by which forms of a word differ, none among them. Where one is typed that the book has not, a slip seldom made it.
const ENDINGS: [&str; 11] = ["", "s", "es", "ies", "ed", "ied", "ing", "ings", "er", "ers", "ly"];
/// What may stand in the place of an ending in the book.
const FALLEN: [&str; 2] = ["e", "y"];
/// Letters from which the end of a word can be one of the book.
const SHORTEST_ENDING: usize = 5;
/// Letters that decide in which shard a form lies. What a word can mean is looked for among those that share them, then
/// among all: few slips are in the first letters, and the script has their shards already.
pub const CUT: usize = 3;
/// An entry whose title or other name was typed stands before all others.
const NAMED: u64 = 100_000_000;
/// Entries whose text is looked at for a phrase in quotation marks.
pub const LOOKED_AT: usize = 40;
/// Words from which what is in quotation marks may be what somebody said, and need not be what an entry says.
const SPEECH: usize = 4;
/// What one point of a score is, as it is shown.
pub const POINT: f64 = 100_000.0;

/// An index in memory, ready to be asked.
#[derive(Debug)]
pub struct Index {
    /// What its terms say.
    pub impacts: Impacts,
    /// Every form with its term, in the order of [`by_units`].
    pub forms: Vec<(Box<str>, u32)>,
    /// What entries are found by besides.
    pub labels: Labels,
    /// How many entries there are.
    pub n: usize,
}

/// A term that a word of the query finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The term.
    pub term: u32,
    /// What it counts, in hundredths.
    pub weight: u64,
}

/// A word of the query as it is understood.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// As typed, folded.
    pub typed: String,
    /// What it finds.
    pub hits: Vec<Hit>,
    /// The word of the book that stands for one that the book does not have.
    pub mended: Option<String>,
}

/// An entry that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The entry.
    pub entry: u32,
    /// The higher, the better.
    pub score: u64,
}

/// What a query found.
#[derive(Debug)]
pub struct Answer {
    /// The words as they were understood.
    pub words: Vec<Word>,
    /// The best first; entries that are as good in their own order.
    pub ranked: Vec<Ranked>,
    /// Whether no entry has the words in quotation marks side by side, and they were taken as if they had none: who types
    /// what a customer said may put it between them.
    pub is_loose: bool,
}

/// The order of text in a script: by UTF-16 code units, ECMA-262 §7.2.12.
pub fn by_units(a: &str, b: &str) -> std::cmp::Ordering {
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

impl Index {
    /// An index over these terms of `n` entries.
    pub fn new(impacts: Impacts, labels: Labels, n: usize) -> Index {
        let numbered = (0..).zip(&impacts.terms);
        let mut forms: Vec<(Box<str>, u32)> =
            numbered.flat_map(|(at, term)| term.forms.iter().map(move |form| (form.clone(), at))).collect();
        forms.sort_unstable_by(|a, b| by_units(&a.0, &b.0).then(a.1.cmp(&b.1)));
        Index { impacts, forms, labels, n }
    }

    fn from<'i>(&'i self, form: &str) -> &'i [(Box<str>, u32)] {
        let start = self.forms.partition_point(|(known, _)| by_units(known, form).is_lt());
        &self.forms[start..]
    }

    /// The terms of a form.
    fn with_form<'i>(&'i self, form: &'i str) -> impl Iterator<Item = u32> + 'i {
        self.from(form).iter().take_while(move |(known, _)| **known == *form).map(|(_, term)| *term)
    }

    /// What a query finds. `today` is the day by which entries hold, as `2026-12-31`; `holds` says whether an entry's text
    /// has the words of a phrase side by side.
    pub fn ask(&self, query: &Query, today: &str, holds: impl Fn(u32, &[String]) -> bool) -> Answer {
        let last = query.words.len().wrapping_sub(1);
        let words = query.words.iter().enumerate();
        let words: Vec<Word> = words.map(|(at, word)| self.word(word, query.open && at == last)).collect();
        let mut scores = self.scores(&words);
        if let Some(named) = self.labels.names.get(&query.words.join(" ")) {
            for entry in named {
                *scores.entry(*entry).or_default() += NAMED;
            }
        }
        if query.words.is_empty() && !query.filters.is_empty() {
            scores = (0..self.n as u32).map(|entry| (entry, 0)).collect();
        }
        for filter in &query.filters {
            let kept = self.labels.facets.get(filter).map_or(&[][..], Vec::as_slice);
            scores.retain(|entry, _| kept.binary_search(entry).is_ok());
        }
        for (entry, last_day) in &self.labels.expires {
            if let Some(score) = scores.get_mut(entry).filter(|_| last_day.as_str() < today) {
                *score /= 2;
            }
        }
        let mut ranked: Vec<Ranked> = scores.into_iter().map(|(entry, score)| Ranked { entry, score }).collect();
        ranked.sort_unstable_by_key(|ranked| (Reverse(ranked.score), ranked.entry));
        let has_words = |entry: u32| query.phrases.iter().flatten().all(|word| self.has(entry, word));
        let has_phrases = |entry: u32| query.phrases.iter().all(|phrase| holds(entry, phrase));
        let mut is_loose = false;
        if !query.phrases.is_empty() {
            let likely = ranked.iter().filter(|ranked| has_words(ranked.entry)).take(LOOKED_AT);
            let exact: Vec<Ranked> = likely.filter(|ranked| has_phrases(ranked.entry)).copied().collect();
            match exact.is_empty() {
                true if query.words.len() >= SPEECH => is_loose = true,
                _ => ranked = exact,
            }
        }
        Answer { words, ranked, is_loose }
    }

    fn has(&self, entry: u32, form: &str) -> bool {
        self.with_form(form).any(|term| find(self.impacts.of_term(term), entry).is_some())
    }

    /// How many binary digits the number of a term's entries has.
    fn magnitude(&self, term: u32) -> u64 {
        u64::from(usize::BITS - self.impacts.of_term(term).len().leading_zeros())
    }

    fn word(&self, typed: &str, open: bool) -> Word {
        let mut hits: BTreeMap<u32, u64> = BTreeMap::new();
        let length = typed.chars().count();
        let dense = typed.chars().all(tokens::is_dense);
        for term in self.with_form(typed) {
            add(&mut hits, term, EXACT);
        }
        if open && (length >= SHORTEST_PREFIX || dense) {
            let mut completed = BTreeMap::new();
            for (form, term) in self.from(typed).iter().take_while(|(known, _)| known.starts_with(typed)) {
                let longer = form.chars().count();
                if longer > length && !self.impacts.terms[*term as usize].stop {
                    add(&mut completed, *term, PREFIX * length as u64 / longer as u64);
                }
            }
            let most = hits.keys().chain(completed.keys()).map(|term| self.magnitude(*term)).max().unwrap_or_default();
            for (term, weight) in completed {
                let share = 100u64.saturating_sub(SELDOMER * (most - self.magnitude(term)));
                add(&mut hits, term, weight * share / 100);
            }
        }
        let mut mended = None;
        if hits.is_empty() && is_mended(typed, length, dense) {
            let letters: Vec<char> = typed.chars().collect();
            let (weight, meant) = self.meant(&letters);
            for form in &meant {
                for term in self.with_form(form) {
                    add(&mut hits, term, weight);
                }
            }
            // A letter is left out more often than one is typed too many, and the first one is seldom wrong.
            let likely =
                |form: &&&str| (form.chars().next() != letters.first().copied(), Reverse(form.chars().count()));
            mended = meant.iter().min_by_key(likely).map(|form| (*form).to_owned());
        }
        let hits = hits.into_iter().map(|(term, weight)| Hit { term, weight }).collect();
        Word { typed: typed.to_owned(), hits, mended }
    }

    /// What a word that the book does not have can mean, and what that counts.
    fn meant(&self, typed: &[char]) -> (u64, Vec<&str>) {
        let start: String = typed.iter().take(CUT).collect();
        let near = || {
            let forms = self.from(&start).iter().map(|(form, _)| &**form);
            forms.take_while(|form| form.starts_with(&start)).filter(|form| is_slip_of(form))
        };
        let inflected = inflected(typed, near());
        if !inflected.is_empty() {
            return (INFLECTED, inflected);
        }
        let (_, one_slip) = closest(typed, near(), 1);
        if !one_slip.is_empty() {
            return (ONE_SLIP, one_slip);
        }
        let related = related(typed, near());
        if !related.is_empty() {
            return (RELATED, related);
        }
        let all = self.forms.iter().map(|(form, _)| &**form).filter(|form| is_slip_of(form));
        let (distance, closest) = closest(typed, all, if typed.len() >= TWO_SLIPS_FROM { 2 } else { 1 });
        if distance == 1 && !closest.is_empty() {
            return (ONE_SLIP, closest);
        }
        let mut endings =
            (1..=typed.len().saturating_sub(SHORTEST_ENDING)).map(|n| typed[n..].iter().collect::<String>());
        let ending =
            endings.find_map(|ending| Some(&*self.from(&ending).first().filter(|(form, _)| **form == *ending)?.0));
        ending.map_or((TWO_SLIPS, closest), |ending| (ENDING, vec![ending]))
    }

    fn scores(&self, words: &[Word]) -> HashMap<u32, u64> {
        let mut scores: HashMap<u32, u64> = HashMap::new();
        let mut best: HashMap<u32, u64> = HashMap::new();
        for found in self.found(words) {
            for list in &found {
                for posting in list.postings {
                    let kept = best.entry(posting.entry()).or_default();
                    *kept = list.score(*posting).max(*kept);
                }
            }
            best.drain().for_each(|(entry, score)| *scores.entry(entry).or_default() += score);
        }
        scores
    }

    /// The posting lists of each word, then those of each two words that stand together.
    fn found<'i>(&'i self, words: &'i [Word]) -> impl Iterator<Item = Vec<List<'i>>> {
        let singles = words.iter().map(|word| {
            let list = |hit: &Hit| {
                let term = &self.impacts.terms[hit.term as usize];
                let scale = u64::from(term.scale) * hit.weight;
                List { terms: (hit.term, None), scale, postings: self.impacts.of_term(hit.term) }
            };
            word.hits.iter().map(list).collect()
        });
        let pairs = words.windows(2).map(|two| {
            let both = two[0].hits.iter().flat_map(|one| two[1].hits.iter().map(move |other| (one, other)));
            let lists = both.filter_map(|(one, other)| {
                let pair = self.impacts.pair(one.term, other.term)?;
                let scale = u64::from(self.impacts.pairs[pair as usize].scale) * (one.weight * other.weight / EXACT);
                Some(List { terms: (one.term, Some(other.term)), scale, postings: self.impacts.of_pair(pair) })
            });
            lists.collect()
        });
        singles.chain(pairs)
    }

    /// What each word, and each two that stand together, adds to the score of an entry: the best term of each, as the
    /// book has it.
    pub fn explain(&self, words: &[Word], entry: u32) -> Vec<(String, u64)> {
        let terms = &self.impacts.terms;
        let best = self.found(words).filter_map(|found| {
            let scored = found.iter().filter_map(|list| Some((list.score(find(list.postings, entry)?), list.terms)));
            // Of two that are as good, the one that comes first.
            scored.max_by_key(|(score, terms)| (*score, Reverse(*terms)))
        });
        let named = best.map(|(score, (first, second))| {
            let first = &terms[first as usize];
            let name = match second {
                None => first.forms.first().unwrap_or(&first.key).to_string(),
                Some(second) => format!("{} {}", first.key, terms[second as usize].key),
            };
            (name, score)
        });
        named.collect()
    }
}

/// A posting list that a query looks at.
struct List<'i> {
    /// The term, or the two that stand together.
    terms: (u32, Option<u32>),
    /// What one step of an impact counts.
    scale: u64,
    postings: &'i [Posting],
}

impl List<'_> {
    fn score(&self, posting: Posting) -> u64 {
        u64::from(posting.impact()) * self.scale
    }
}

fn find(postings: &[Posting], entry: u32) -> Option<Posting> {
    postings.binary_search_by_key(&entry, |posting| posting.entry()).ok().map(|at| postings[at])
}

fn add(hits: &mut BTreeMap<u32, u64>, term: u32, weight: u64) {
    let kept = hits.entry(term).or_default();
    *kept = weight.max(*kept);
}

fn is_mended(typed: &str, length: usize, dense: bool) -> bool {
    (SHORTEST_MENDED..=LONGEST_MENDED).contains(&length) && !dense && !typed.bytes().any(|byte| byte.is_ascii_digit())
}

/// How far the closest of these forms are from a word, if not over `most`, and which they are. Only the closest count: slips
/// on every word would find false friends. A form that comes twice in a row counts once.
fn closest<'f>(typed: &[char], forms: impl Iterator<Item = &'f str>, most: usize) -> (usize, Vec<&'f str>) {
    let mut nearest = most;
    let mut closest: Vec<&str> = Vec::new();
    for form in forms {
        if closest.last() == Some(&form) {
            continue;
        }
        let known: Vec<char> = form.chars().collect();
        let distance = slips(typed, &known, nearest);
        if distance < nearest {
            nearest = distance;
            closest.clear();
        }
        if distance == nearest {
            closest.push(form);
        }
    }
    (nearest, closest)
}

/// The forms that share most letters with the beginning of a word and have fewest others: `swears` is one of the book's
/// `swearing`.
fn related<'f>(typed: &[char], forms: impl Iterator<Item = &'f str>) -> Vec<&'f str> {
    let mut best = (SHORTEST_ROOT, Reverse(usize::MAX));
    let mut related: Vec<&str> = Vec::new();
    for form in forms {
        let shared = typed.iter().zip(form.chars()).take_while(|(a, b)| **a == *b).count();
        let others = form.chars().count() - shared;
        if typed.len() - shared > LONGEST_SUFFIX || others > LONGEST_SUFFIX || (shared, Reverse(others)) < best {
            continue;
        }
        if (shared, Reverse(others)) > best {
            best = (shared, Reverse(others));
            related.clear();
        }
        if related.last() != Some(&form) {
            related.push(form);
        }
    }
    related
}

/// The forms that differ from a word by their endings alone and share most letters with it.
fn inflected<'f>(typed: &[char], forms: impl Iterator<Item = &'f str>) -> Vec<&'f str> {
    let mut most = SHORTEST_ROOT;
    let mut inflected: Vec<&str> = Vec::new();
    for form in forms {
        let known: Vec<char> = form.chars().collect();
        let shared = typed.iter().zip(&known).take_while(|(a, b)| a == b).count();
        let (ending, other) = (&typed[shared..], &known[shared..]);
        if shared < most || !is_any_of(&ENDINGS, ending) || !is_any_of(&ENDINGS, other) && !is_any_of(&FALLEN, other) {
            continue;
        }
        if shared > most {
            most = shared;
            inflected.clear();
        }
        if inflected.last() != Some(&form) {
            inflected.push(form);
        }
    }
    inflected
}

fn is_any_of(endings: &[&str], letters: &[char]) -> bool {
    endings.iter().any(|ending| ending.chars().eq(letters.iter().copied()))
}

/// Whether a form of the book can be what a slip means. Those that can are the vocabulary that the script loads.
pub fn is_slip_of(form: &str) -> bool {
    let length = form.chars().count();
    (SHORTEST_KNOWN..=LONGEST_MENDED).contains(&length)
        && !form.bytes().any(|byte| byte.is_ascii_digit())
        && !form.chars().any(tokens::is_dense)
}

/// The Damerau–Levenshtein distance of two words (optimal string alignment: Damerau 1964, Levenshtein 1966), as far as it
/// is not over `most`; else one more than that.
fn slips(a: &[char], b: &[char], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut steps = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                steps = steps.min(before[j - 2] + 1);
            }
            row[j] = steps;
            least = least.min(steps);
        }
        if least > most {
            return most + 1;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::impact::{Document, Weights, impacts};
    use crate::search::text::{Field, Text};

    #[test]
    fn slips_are_counted_up_to_a_limit() {
        for (typed, meant, n) in [
            ("refund", "refund", 0),
            ("refnud", "refund", 1),
            ("recieve", "receive", 1),
            ("howver", "however", 1),
            ("abcd", "wxyz", 3),
        ] {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            assert_eq!(slips(&letters(typed), &letters(meant), 2), n, "{typed} {meant}");
        }
    }

    fn index(texts: &[Text]) -> Index {
        let documents: Vec<Document<'_>> = texts
            .iter()
            .map(|text| Document { language: "en", listed_in: "en", kind: None, text, is_door: false })
            .collect();
        Index::new(impacts(&documents, Weights::default(), &[], &[]), Labels::default(), texts.len())
    }

    fn text_of(lines: &[(Field, &str)]) -> Text {
        let mut text = Text::default();
        lines.iter().for_each(|(field, line)| text.add(*field, line));
        text
    }

    #[test]
    fn of_words_that_begin_alike_a_seldom_one_is_seldom_meant() {
        let mut texts = vec![text_of(&[(Field::Text, "the team")]); 40];
        texts.push(text_of(&[(Field::Text, "teamwork")]));
        let index = index(&texts);
        for (typed, wanted) in [("team", [("team", 100), ("teamwork", 35)]), ("tea", [("team", 75), ("teamwork", 25)])]
        {
            let word = index.word(typed, true);
            let found = word.hits.iter().map(|hit| (&*index.impacts.terms[hit.term as usize].key, hit.weight));
            assert_eq!(found.collect::<Vec<_>>(), wanted, "{typed}");
        }
    }

    #[test]
    fn a_tag_of_a_translation_is_a_word_of_the_book() {
        let texts = [text_of(&[(Field::Text, "The phones ring")]), text_of(&[(Field::Tag, "phones")])];
        let languages = ["en", "de"];
        let documents = texts.iter().zip(languages);
        let documents: Vec<Document<'_>> = documents
            .map(|(text, language)| Document { language, listed_in: "en", kind: None, text, is_door: false })
            .collect();
        let impacts = impacts(&documents, Weights::default(), &[], &[]);
        let index = Index::new(impacts, Labels::default(), 2);
        assert_eq!(index.with_form("phones").count(), 1);
        assert_eq!(index.ask(&Query::parse("phone"), "", |_, _| true).ranked.len(), 2);
    }

    #[test]
    fn what_readers_call_its_kind_finds_an_entry() {
        let texts = ["Returns", "Returns"].map(|title| text_of(&[(Field::Title, title)]));
        let kinds = [None, Some("Role-play")];
        let documents = texts.iter().zip(kinds);
        let documents: Vec<Document<'_>> = documents
            .map(|(text, kind)| Document { language: "en", listed_in: "en", kind, text, is_door: false })
            .collect();
        let index = Index::new(impacts(&documents, Weights::default(), &[], &[]), Labels::default(), 2);
        let answer = index.ask(&Query::parse("role play returns"), "", |_, _| true);
        assert_eq!(answer.ranked.iter().map(|ranked| ranked.entry).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn a_word_of_a_path_says_more_the_nearer_it_is_to_the_end() {
        let paths = ["leaving/office/people", "people/leaving/office", "people/office/leaving"];
        let texts = paths.map(|path| text_of(&[(Field::Title, "What to do"), (Field::Path, path)]));
        let answer = index(&texts).ask(&Query::parse("leaving"), "", |_, _| true);
        assert_eq!(answer.ranked.iter().map(|ranked| ranked.entry).collect::<Vec<_>>(), [2, 1, 0]);
    }

    #[test]
    fn what_is_said_for_one_entry_and_seldom_for_others_says_more_than_the_same_text() {
        let lines = [
            [(Field::Heading, "grumble"), (Field::Heading, "grumble"), (Field::Asked, "kettle")],
            [(Field::Said, "grumble"), (Field::Asked, "grumble"), (Field::Heading, "kettle")],
        ];
        let index = index(&lines.map(|lines| text_of(&lines)));
        for (typed, wanted) in [("grumble", [1, 0]), ("kettle", [0, 1])] {
            let answer = index.ask(&Query::parse(typed), "", |_, _| true);
            assert_eq!(answer.ranked.iter().map(|ranked| ranked.entry).collect::<Vec<_>>(), wanted, "{typed}");
        }
    }

    #[test]
    fn a_word_that_the_book_lacks_means_what_begins_alike_then_any_other() {
        let index = index(&[text_of(&[(Field::Text, "filling films install refund spoke swearing transfer")])]);
        for (typed, weight, meant) in [
            ("refudn", ONE_SLIP, "refund"),
            ("swears", INFLECTED, "swearing"),
            ("transfering", INFLECTED, "transfer"),
            ("transferable", RELATED, "transfer"),
            ("filming", INFLECTED, "films"),
            ("smoke", ONE_SLIP, "spoke"),
            ("reinstall", ENDING, "install"),
            ("erfudn", TWO_SLIPS, "refund"),
        ] {
            let letters: Vec<char> = typed.chars().collect();
            assert_eq!(index.meant(&letters), (weight, vec![meant]), "{typed}");
        }
    }
}
