//! What a reader typed, taken apart: words, `"a phrase"`, `kind:script`.
//!
//! The script does the same in `themes/default/js/71-engine-words.js`. Nothing that can be typed is a mistake: a sign
//! that means nothing is left out, and a quotation mark that is never closed is none.

use super::tokens::folded_words;

/// Names that can stand before a colon.
pub const FILTERS: [&str; 5] = ["kind", "tag", "situation", "channel", "owner"];

/// Words that are looked at; what a reader pastes may be longer.
pub const MOST_WORDS: usize = 40;

const QUOTES: [char; 4] = ['"', '“', '”', '„'];

/// A query, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Its words, folded, in order; also those in quotation marks.
    pub words: Vec<String>,
    /// Whether the last word may still be being typed.
    pub open: bool,
    /// Words in quotation marks, which must stand side by side.
    pub phrases: Vec<Vec<String>>,
    /// `kind:script`, folded.
    pub filters: Vec<String>,
}

impl Query {
    /// Takes a query apart.
    pub fn parse(typed: &str) -> Query {
        let mut query = Query::default();
        let mut plain = String::new();
        let mut rest = typed;
        while let Some(c) = rest.chars().next() {
            let at_start = plain.chars().next_back().is_none_or(char::is_whitespace);
            if at_start && let Some((filter, behind)) = filter(rest) {
                query.filters.push(filter);
                rest = behind;
                continue;
            }
            let behind = &rest[c.len_utf8()..];
            if QUOTES.contains(&c)
                && let Some(end) = behind.find(QUOTES)
            {
                let inside = &behind[..end];
                let words = folded_words(inside);
                if !words.is_empty() {
                    query.phrases.push(words);
                }
                plain.push(' ');
                plain.push_str(inside);
                plain.push(' ');
                let close = behind[end..].chars().next().map_or(0, char::len_utf8);
                rest = &behind[end + close..];
                continue;
            }
            plain.push(c);
            rest = behind;
        }
        query.words = folded_words(&plain);
        query.open = plain.chars().next_back().is_some_and(|c| folded_words(c.encode_utf8(&mut [0; 4])).len() == 1);
        query.open &= query.words.len() <= MOST_WORDS;
        query.words.truncate(MOST_WORDS);
        query
    }
}

/// A filter at the start of `rest`, and what stands behind it.
fn filter(rest: &str) -> Option<(String, &str)> {
    let (name, value) = rest.split_once(':')?;
    let name = FILTERS.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    let quoted = value.chars().next().filter(|c| QUOTES.contains(c));
    let (value, behind) = match quoted {
        Some(quote) => {
            let value = &value[quote.len_utf8()..];
            let end = value.find(QUOTES).unwrap_or(value.len());
            let close = value[end..].chars().next().map_or(0, char::len_utf8);
            (&value[..end], &value[end + close..])
        }
        None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
    };
    let words = folded_words(value);
    (!words.is_empty()).then(|| (format!("{name}:{}", words.join(" ")), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_query(typed: &str, words: &[&str], phrases: &[&str], filters: &[&str], open: bool) {
        let query = Query::parse(typed);
        let phrases_found: Vec<String> = query.phrases.iter().map(|phrase| phrase.join(" ")).collect();
        assert_eq!(
            (&query.words[..], &phrases_found[..], &query.filters[..], query.open),
            (
                &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..],
                &phrases.iter().map(|phrase| (*phrase).to_owned()).collect::<Vec<_>>()[..],
                &filters.iter().map(|filter| (*filter).to_owned()).collect::<Vec<_>>()[..],
                open,
            )
        );
    }

    #[test]
    fn a_query_is_words_phrases_and_filters() {
        check_query("Where is my parc", &["where", "is", "my", "parc"], &[], &[], true);
        check_query("late parcel?", &["late", "parcel"], &[], &[], false);
        check_query("\"late parcel\" kind:script", &["late", "parcel"], &["late parcel"], &["kind:script"], false);
        check_query("Tag:\"late parcels\" refund", &["refund"], &[], &["tag:late parcels"], true);
        check_query("unkind:script", &["unkind", "script"], &[], &[], true);
    }

    #[test]
    fn nothing_that_is_typed_is_a_mistake() {
        check_query("\"late parcel", &["late", "parcel"], &[], &[], true);
        check_query("kind: (.*+?^$", &["kind"], &[], &[], false);
        check_query("“” ‏עברית‎ 😀", &["עברית"], &[], &[], false);
        assert_eq!(Query::parse(&"word ".repeat(2_000)).words.len(), MOST_WORDS);
    }
}
