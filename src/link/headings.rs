//! Finds the heading that an address means by what follows its `#`.
//!
//! Every generator makes its own id of a heading, and no single rule wins in all folders: an id that a writer gave comes
//! first, then our own, which is GitHub's, then those of Python-Markdown, mdBook and kramdown, at last letters and digits
//! alone.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use unicode_normalization::UnicodeNormalization;

use crate::filter::Visible;
use crate::text::{UniqueNames, fold, lower, slug};

/// What can be jumped to in one entry, under everything that a link may call it.
pub(super) struct Headings {
    /// Ids that a writer gave → the id on the page; empty for the top.
    given: HashMap<String, Arc<str>>,
    by_id: HashMap<String, Arc<str>>,
    by_words: HashMap<String, Arc<str>>,
    /// What it says, and the id, of each heading in order.
    headings: Vec<(String, Arc<str>)>,
    /// Made when the first link needs them.
    others: OnceLock<Others>,
}

/// The ids that other tools make.
#[derive(Default)]
struct Others {
    by_rule: HashMap<String, Arc<str>>,
    by_letters: HashMap<String, Arc<str>>,
}

impl Headings {
    pub(super) fn new(entry: &Visible) -> Headings {
        let sections = entry.body.sections.iter().filter_map(|section| section.heading.as_ref());
        let mut headings: Vec<(String, Arc<str>)> =
            sections.map(|heading| (heading.text.clone(), heading.id.as_str().into())).collect();
        let mut given = HashMap::new();
        for anchor in &entry.anchors {
            let id: Arc<str> = anchor.id.as_str().into();
            if !anchor.text.is_empty() {
                headings.push((anchor.text.clone(), id.clone()));
            }
            if !anchor.typed.is_empty() {
                given.entry(anchor.typed.clone()).or_insert(id);
            }
        }
        let (mut by_id, mut by_words) = (HashMap::new(), HashMap::new());
        for (text, id) in &headings {
            by_id.entry(id.to_string()).or_insert_with(|| id.clone());
            by_id.entry(lower(id)).or_insert_with(|| id.clone());
            by_words.entry(fold(text)).or_insert_with(|| id.clone());
        }
        Headings { given, by_id, by_words, headings, others: OnceLock::new() }
    }

    /// The id that is meant by `typed` on a page of that title. `Some(None)` for the top of the page.
    pub(super) fn find(&self, typed: &str, title: &str) -> Option<Option<Arc<str>>> {
        // GitHub puts a word before the ids of what people write.
        let typed = typed.strip_prefix("user-content-").unwrap_or(typed);
        // Obsidian writes the way to a heading as `#Outer#Inner`.
        let last = typed.rsplit('#').next().unwrap_or(typed);
        let small = lower(typed);
        let given = self.given.get(typed).or_else(|| self.given.get(&small));
        let found = given
            .or_else(|| self.by_id.get(typed))
            .or_else(|| self.by_words.get(&fold(last)))
            .or_else(|| self.by_id.get(&small))
            .or_else(|| self.by_id.get(&slug(last)));
        if let Some(id) = found {
            return Some((!id.is_empty()).then(|| id.clone()));
        }
        if fold(title) == fold(last) || slug(title) == small {
            return Some(None);
        }
        let others = self.others.get_or_init(|| Others::new(&self.headings));
        let by_letters = |text: &str| Some(letters(text)).filter(|letters| !letters.is_empty());
        let found = others.by_rule.get(&small).or_else(|| {
            let found = |text: &str| others.by_letters.get(&by_letters(text)?);
            found(typed).or_else(|| found(last))
        });
        if let Some(id) = found {
            return Some(Some(id.clone()));
        }
        // `#top` is the top of every page (HTML Standard, 7.4.6.3).
        let is_title = by_letters(last).is_some_and(|letters| letters == self::letters(title))
            || RULES.iter().any(|rule| lower(&(rule.id)(title)) == small)
            || small == "top";
        is_title.then_some(None)
    }
}

/// How a tool makes ids.
struct Rule {
    id: fn(&str) -> String,
    /// What stands before the 1 of the second heading of one name.
    mark: &'static str,
}

/// Python-Markdown's `toc` (`slugify`, then `slugify_unicode`), mdBook's `normalize_id`, kramdown's `basic_generate_id`.
const RULES: [Rule; 4] = [
    Rule { id: python_markdown, mark: "_" },
    Rule { id: python_unicode, mark: "_" },
    Rule { id: mdbook, mark: "-" },
    Rule { id: kramdown, mark: "-" },
];

impl Others {
    fn new(headings: &[(String, Arc<str>)]) -> Others {
        let mut others = Others::default();
        for rule in &RULES {
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (text, id) in headings {
                let own = (rule.id)(text);
                let n = seen.entry(own.clone()).or_default();
                let name = if *n == 0 { own } else { format!("{own}{}{n}", rule.mark) };
                *n += 1;
                others.by_rule.entry(lower(&name)).or_insert_with(|| id.clone());
            }
        }
        // `#same-1` where our own second one is called otherwise, because another heading has that name.
        let mut numbered = UniqueNames::default();
        for (text, id) in headings {
            others.by_rule.entry(numbered.claim(&slug(text))).or_insert_with(|| id.clone());
            others.by_letters.entry(letters(text)).or_insert_with(|| id.clone());
        }
        for (text, id) in headings.iter().filter(|(text, _)| text.contains('&')) {
            for word in [" and ", " amp "] {
                others.by_letters.entry(letters(&text.replace('&', word))).or_insert_with(|| id.clone());
            }
        }
        others
    }
}

/// Letters of English, digits, `_` and hyphens, every run of white space and hyphens one hyphen.
fn python_markdown(text: &str) -> String {
    joined(text.nfkd().filter(char::is_ascii))
}

fn python_unicode(text: &str) -> String {
    joined(text.nfkc())
}

fn joined(letters: impl Iterator<Item = char>) -> String {
    let kept: String = letters.filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace()).collect();
    let words = kept.split(|c: char| c == '-' || c.is_whitespace());
    // White space at the ends goes before the runs are joined, a hyphen there stays.
    let inner: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let trimmed = kept.trim();
    let (before, after) = (trimmed.starts_with('-'), trimmed.ends_with('-') && trimmed.len() > 1);
    let hyphen = |is_there: bool| if is_there { "-" } else { "" };
    format!("{}{}{}", hyphen(before), inner.join("-"), hyphen(after)).to_lowercase()
}

/// Each white space a hyphen, letters and digits of any script, `_` and `-`.
fn mdbook(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c.to_ascii_lowercase()),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}

/// From the first letter of English on: its letters, digits, spaces and hyphens, each space a hyphen.
fn kramdown(text: &str) -> String {
    let from_letter = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let kept = from_letter.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

fn letters(text: &str) -> String {
    text.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_as_other_tools_make_them() {
        let ids = |text: &str| RULES.map(|rule| (rule.id)(text));
        assert_eq!(ids("1. Über & so"), ["1-uber-so", "1-über-so", "1-Über--so", "über--so"]);
        assert_eq!(ids("snake_case: `x`"), ["snake_case-x", "snake_case-x", "snake_case-x", "snakecase-x"]);
    }
}
