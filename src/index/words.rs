//! The words of the glossaries, and where a text uses one.
//!
//! A text is read once, word by word; each is looked up by its first four letters before anything else, so that a page
//! costs the same however many words the glossaries have.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::entry::Section;
use crate::filter::Visible;
use crate::kind::Kind;
use crate::persistent::PersistentVec;

/// A word of a glossary.
#[derive(Clone, Debug, Hash)]
pub struct Word {
    /// The glossary.
    pub entry: usize,
    /// The section of its text that says what the word means.
    pub section: usize,
    /// The glossary's page.
    pub address: String,
    /// Where in it.
    pub anchor: String,
}

/// The words of all glossaries in one language.
#[derive(Debug, Default)]
pub struct Words {
    /// In the order of the glossaries.
    pub words: Vec<Word>,
    /// First word of a name, in small letters → how many words the names have that begin with it, most first.
    lengths: FxHashMap<String, Vec<usize>>,
    /// Name, in small letters with one space between its words → which word of a glossary it is.
    names: FxHashMap<String, usize>,
    /// Whether a name, or its plural, may begin with letters of this [`start_of`].
    begins: Vec<bool>,
    /// Of everything that a page can show of it.
    hash: u64,
}

impl Hash for Words {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

/// Elements whose text is not prose, or cannot hold a link.
const CLOSED: [&str; 13] = ["a", "code", "pre", "kbd", "button", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "th"];

/// The words of the glossaries, by language; `default` is that of an entry that names none.
pub fn glossaries(entries: &PersistentVec<Visible>, addresses: &[String], default: &str) -> HashMap<String, Words> {
    let mut found: HashMap<String, Words> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Kind::Glossary(glossary) = &entry.kind else { continue };
        let language = entry.facts.lang.as_ref().map_or(default, |lang| &lang.value);
        let words = found.entry(language.to_owned()).or_default();
        for word in &glossary.words {
            let section = &entry.body.sections[word.sections.start];
            let Some(heading) = &section.heading else { continue };
            words.words.push(Word {
                entry: index,
                section: word.sections.start,
                address: addresses[index].clone(),
                anchor: heading.id.clone(),
            });
            let names = std::iter::once(Section::title(section)).chain(word.also_called.iter().map(String::as_str));
            names.for_each(|name| words.name(name));
        }
    }
    found.values_mut().for_each(Words::finish);
    found
}

impl Words {
    /// Gives a name to the last word.
    fn name(&mut self, name: &str) {
        let lower = name.to_lowercase();
        let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        // One letter is an initial or an article.
        let Some(first) = parts.first().filter(|first| first.chars().count() > 1) else { return };
        let lengths = self.lengths.entry((*first).to_owned()).or_default();
        if !lengths.contains(&parts.len()) {
            lengths.push(parts.len());
        }
        // Of two glossaries that explain one word the first is asked.
        self.names.entry(parts.join(" ")).or_insert(self.words.len() - 1);
    }

    fn finish(&mut self) {
        self.begins = vec![false; 1 << 16];
        for (first, lengths) in &mut self.lengths {
            for ending in ["", "s", "es"] {
                self.begins[start_of(&format!("{first}{ending}"))] = true;
            }
            lengths.sort_by_key(|length| std::cmp::Reverse(*length));
        }
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort();
        let mut digest = xxhash_rust::xxh3::Xxh3::new();
        let places: Vec<(&str, &str)> = self.words.iter().map(|word| (&*word.address, &*word.anchor)).collect();
        (names, places).hash(&mut digest);
        self.hash = digest.finish();
    }

    /// Where `html` uses words that are not yet `seen`, each for the first time: the place, and the word. They are seen
    /// afterwards. Text in links, code and headings is passed over.
    pub fn first_uses(&self, html: &str, seen: &mut Vec<usize>) -> Vec<(Range<usize>, usize)> {
        let bytes = html.as_bytes();
        let mut found = Vec::new();
        let mut closed = 0_usize;
        let mut name = String::new();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'<' => {
                    let end = html[at..].find('>').map_or(bytes.len(), |end| at + end + 1);
                    let is_end = html[at + 1..].starts_with('/');
                    let name = &html[at + 1 + usize::from(is_end)..end];
                    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
                    if CLOSED.contains(&name) {
                        closed = if is_end { closed.saturating_sub(1) } else { closed + 1 };
                    }
                    at = end;
                }
                // An entity is a sign.
                b'&' => at = html[at..].find(';').map_or(bytes.len(), |end| at + end + 1),
                _ => {
                    let end = word_end(html, at);
                    if end == at {
                        at += html[at..].chars().next().map_or(1, char::len_utf8);
                        continue;
                    }
                    let may_begin = end - at > 1 && self.begins[start_of(&html[at..end])];
                    match (closed == 0 && may_begin).then(|| self.at(html, at..end, &mut name)).flatten() {
                        Some((range, word)) => {
                            at = range.end;
                            if !seen.contains(&word) {
                                seen.push(word);
                                found.push((range, word));
                            }
                        }
                        None => at = end,
                    }
                }
            }
        }
        found
    }

    /// The longest name that begins with the word at `first`. The last of its words may be in the plural. `name` is room.
    fn at(&self, html: &str, first: Range<usize>, name: &mut String) -> Option<(Range<usize>, usize)> {
        let typed = lower(&html[first.clone()]);
        if let Some(lengths) = self.lengths.get(&*typed) {
            for &length in lengths {
                let Some(end) = phrase(html, &typed, first.end, length, name) else { continue };
                let singular = || name.strip_suffix('s').filter(|_| length > 1);
                let found = self.names.get(name.as_str()).or_else(|| self.names.get(singular()?));
                if let Some(word) = found {
                    return Some((first.start..end, *word));
                }
            }
        }
        let mut singular = [typed.strip_suffix('s'), typed.strip_suffix("es")].into_iter().flatten();
        singular.find_map(|name| Some((first.clone(), *self.names.get(name)?)))
    }
}

/// The end of the word that starts at `at`; `at` itself if none does.
fn word_end(html: &str, at: usize) -> usize {
    let bytes = html.as_bytes();
    let mut end = at;
    while end < bytes.len() && bytes[end].is_ascii_alphanumeric() {
        end += 1;
    }
    if end < bytes.len() && !bytes[end].is_ascii() {
        end += html[end..].find(|c: char| !c.is_alphanumeric()).unwrap_or(html.len() - end);
    }
    end
}

/// Makes `name` as many words as `length`, in small letters, of which `first` is the first and ends at `at`. Where they end;
/// `None` unless a space or a hyphen, and no more, stands between them.
fn phrase(html: &str, first: &str, at: usize, length: usize, name: &mut String) -> Option<usize> {
    name.clear();
    name.push_str(first);
    let mut end = at;
    for _ in 1..length {
        if !matches!(html.as_bytes().get(end), Some(b' ' | b'-' | b'\n')) {
            return None;
        }
        let start = end + 1;
        end = word_end(html, start);
        name.push(' ');
        name.push_str(&lower(&html[start..end]));
    }
    Some(end)
}

/// A word in small letters, which most are already.
fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// The first four letters of a word in any case, as a number of sixteen bits that many words may share. A letter that is
/// not ASCII may be written in two cases and as many bytes, so it and what follows say nothing.
fn start_of(word: &str) -> usize {
    let letters = word.bytes().take(4).take_while(u8::is_ascii);
    let start = letters.fold(0_u32, |start, letter| start << 8 | u32::from(letter.to_ascii_lowercase()));
    (start.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(names: &[&[&str]]) -> Words {
        let mut words = Words::default();
        for (at, names) in names.iter().enumerate() {
            words.words.push(Word { entry: 0, section: at, address: String::new(), anchor: String::new() });
            names.iter().for_each(|name| words.name(name));
        }
        words.finish();
        words
    }

    fn found<'h>(words: &Words, html: &'h str) -> Vec<&'h str> {
        words.first_uses(html, &mut Vec::new()).into_iter().map(|(range, _)| &html[range]).collect()
    }

    #[test]
    fn whole_words_are_found_in_any_case_and_in_the_plural() {
        let words = words(&[&["Cue", "nudge"], &["Warm handover"], &["Übergabe"]]);
        assert_eq!(found(&words, "<p>Two cues, no rescue.</p>"), ["cues"]);
        assert_eq!(found(&words, "A warm-handover. Warm handovers."), ["warm-handover"]);
        assert_eq!(found(&words, "Die ÜBERGABE und die Übergaben"), ["ÜBERGABE"]);
        assert!(found(&words, "a warm <b>handover</b>").is_empty());
    }

    #[test]
    fn short_words_are_found_in_the_plural() {
        let words = words(&[&["PR"], &["bus"], &["café"]]);
        assert_eq!(found(&words, "Two PRs, three buses and a CAFÉ"), ["PRs", "buses", "CAFÉ"]);
    }

    #[test]
    fn only_the_first_use_counts_whatever_the_word_is_called() {
        let words = words(&[&["Cue", "nudge"], &["Cue card"]]);
        assert_eq!(found(&words, "A nudge, a cue, a cue card."), ["nudge", "cue card"]);
        let mut seen = vec![0];
        assert!(words.first_uses("a cue", &mut seen).is_empty());
    }

    #[test]
    fn links_code_headings_tags_and_entities_are_passed_over() {
        let words = words(&[&["Cue"], &["amp"], &["quot"]]);
        let html = "<h3>Cue</h3><a href=\"cue.html\">the <b>cue</b></a> <code>cue</code> &amp; &quot;x&quot; cue";
        let uses = words.first_uses(html, &mut Vec::new());
        assert_eq!(uses, [(html.len() - 3..html.len(), 0)]);
    }
}
