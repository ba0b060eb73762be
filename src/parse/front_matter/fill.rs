//! Turns what the fields say into [`Facts`]: each value typed, and what cannot be read reported.
//!
//! Our own fields come first; another tool's field fills only what ours leave open, and of its values only those are
//! complained about that nobody could read. Of two lines that set one field the last one counts.

use std::ops::Range;

use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{Facts, Field, Interval, KindName, Status};
use crate::rules;
use crate::source::Source;
use crate::text::{SourcePath, Span};

use super::fields::shortened;
use super::key_line::is_gap;
use super::keys::{Form, Key, Meaning};
use super::scalar::{in_quotes, parts, trimmed};
use super::values::{
    DateRead, KindRead, STATUSES, are_hours, date, date_and_rest, entry_name, half_day_hours, kind, language,
    path_in_address, spoken, status, whole_number, yes_or_no,
};
use super::{Given, Piece, Value};

/// Fills `facts` from all that is given.
pub(super) fn fill(source: &Source, config: &Config, givens: &[Given], facts: &mut Facts, out: &mut Vec<Diagnostic>) {
    let mut filler = Filler { source, config, facts, out, foreign: false };
    let mut used: Vec<(Key, usize)> = Vec::new();
    for (at, given) in givens.iter().enumerate() {
        filler.check_name(given);
        let (Meaning::Ours(key) | Meaning::Plural(key)) = given.meaning else { continue };
        filler.check_value(key, given);
        match used.iter_mut().find(|(known, _)| *known == key) {
            Some((_, earlier)) => {
                filler.report_duplicate(key, &givens[*earlier], given);
                *earlier = at;
            }
            None => used.push((key, at)),
        }
    }
    for (key, at) in &used {
        filler.set(*key, &givens[*at]);
    }
    filler.foreign = true;
    for given in givens {
        let is_free = |key: Key| !used.iter().any(|(known, _)| *known == key);
        match given.meaning {
            Meaning::Theirs(key) if is_free(key) => filler.set_if_open(key, given),
            Meaning::Theirs(Key::Reviewed) => filler.compare_reviewed(given),
            Meaning::Draft if is_free(Key::Status) && filler.says(given) == Some(true) => {
                filler.facts.status = Status::Draft;
            }
            Meaning::Publish if is_free(Key::Status) && filler.says(given) == Some(false) => {
                filler.facts.status = Status::Draft;
            }
            Meaning::Retired if is_free(Key::Status) && filler.says(given) == Some(true) => {
                filler.facts.status = Status::Retired;
            }
            _ => {}
        }
    }
}

/// What stands between the quotes of a word processor, if those stand around all of it.
pub(super) fn in_curly_quotes(text: &str) -> Option<&str> {
    let pairs = [('“', '”'), ('”', '”'), ('„', '“'), ('„', '”'), ('“', '“'), ('«', '»'), ('‘', '’'), ('‚', '‘')];
    pairs.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
        let pure = !inside.contains([*open, *close]) || (*close == '’' && !inside.contains(*open));
        (pure && !inside.is_empty()).then_some(inside)
    })
}

/// Values that a field holds at most.
const MOST_TEXTS: usize = 200;

struct Filler<'a> {
    source: &'a Source,
    config: &'a Config,
    facts: &'a mut Facts,
    out: &'a mut Vec<Diagnostic>,
    /// The field is another tool's, where only what that tool could not read either is worth a warning.
    foreign: bool,
}

impl Filler<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        let unreadable = [&rules::BAD_DATE, &rules::BAD_NUMBER, &rules::BAD_YES_NO];
        match self.foreign {
            false => self.out.push(diagnostic),
            true if unreadable.iter().any(|rule| rule.name == diagnostic.rule.name) => {
                self.out.push(diagnostic.with_severity(Severity::Warning));
            }
            true => {}
        }
    }

    /// What the name of a field alone tells.
    fn check_name(&mut self, given: &Given) {
        let typed = given.typed.as_str();
        match given.meaning {
            Meaning::Doubt => self.facts.audience_in_doubt = Some(given.key),
            Meaning::Near(key) | Meaning::Plural(key) => {
                if key == Key::Audience {
                    self.facts.audience_in_doubt = Some(given.key);
                }
                let name = key.name();
                let diagnostic =
                    self.source.diagnose(&rules::UNKNOWN_FIELD, given.key, format!("unknown field `{typed}`"));
                let diagnostic = match given.meaning {
                    Meaning::Plural(_) => {
                        diagnostic.help(format!("type `{name}`, as which it is read")).safe_fix(given.key, name)
                    }
                    _ => diagnostic.help(format!("did you mean `{name}`?")).suggested_fix(given.key, name),
                };
                self.report(diagnostic);
            }
            _ => {}
        }
    }

    /// A field of ours that nothing is written behind. Lists may be empty, and what every entry of a book must have is
    /// reported as missing, at the empty field.
    fn check_value(&mut self, key: Key, given: &Given) {
        let empty = match &given.value {
            Value::Empty => true,
            Value::Text(piece) => is_null(piece),
            _ => false,
        };
        if !empty || key.form().is_list() {
            return;
        }
        self.facts.left_empty.push(Field { value: key.name(), span: given.key });
        if self.config.is_book && matches!(key, Key::Owner | Key::Reviewed | Key::Summary) {
            return;
        }
        let name = key.name();
        let diagnostic = self
            .source
            .diagnose(&rules::EMPTY_FIELD, given.key, format!("`{name}` says nothing"))
            .with_severity(Severity::Warning)
            .help(format!("write the value behind the colon, `{name}: …`, or delete the line"));
        self.report(diagnostic);
    }

    fn report_duplicate(&mut self, key: Key, earlier: &Given, given: &Given) {
        let (first, second) = (self.source.line(earlier.key), self.source.line(given.key));
        let name = key.name();
        let lines = if first == second {
            format!("line {first} sets `{name}` twice")
        } else {
            format!("lines {first} and {second} both set `{name}`")
        };
        if key == Key::Audience {
            self.facts.audience_in_doubt = Some(given.key);
        }
        let diagnostic = self
            .source
            .diagnose(&rules::DUPLICATE_FIELD, given.key, lines)
            .label("this one is used")
            .help(format!("keep one line that sets `{name}`"));
        self.report(diagnostic);
    }

    fn set_if_open(&mut self, key: Key, given: &Given) {
        let facts = &*self.facts;
        let open = match key {
            Key::Summary => facts.summary.is_none(),
            Key::Tags => true,
            Key::Aliases => true,
            Key::Replaces => true,
            Key::Reviewed => facts.reviewed.is_none(),
            Key::ReviewEvery => facts.review_every.is_none(),
            Key::Owner => facts.owner.is_none(),
            Key::Permalink => facts.permalink.is_none(),
            Key::Lang => facts.lang.is_none(),
            Key::Order => facts.order.is_none(),
            _ => false,
        };
        if open {
            self.set(key, given);
        }
    }

    /// Another tool's day of the last review, beside one in our own field: that one counts, and the writer may mean the other.
    fn compare_reviewed(&mut self, given: &Given) {
        let (Some(other), Some(ours)) = (self.date(Key::Reviewed, given), &self.facts.reviewed) else { return };
        let is_later = other.value > ours.value;
        // Of the day of the last edit, an earlier one is no contradiction.
        if other.value == ours.value || !is_later && !given.typed.to_lowercase().contains("review") {
            return;
        }
        let message = format!("`reviewed` says {}, and `{}` says {}", ours.value, given.typed, other.value);
        let help = match is_later {
            true => "write the later day behind `reviewed`, which counts, and delete the other line",
            false => "delete the other line: `reviewed` counts",
        };
        let diagnostic = self
            .source
            .diagnose(&rules::DUPLICATE_FIELD, given.key, message)
            .with_severity(Severity::Warning)
            .help(help);
        self.out.push(diagnostic);
    }

    fn set(&mut self, key: Key, given: &Given) {
        match key {
            Key::Title => self.facts.title = self.one_text(key, given),
            Key::Kind => self.facts.kind = self.kind(given),
            Key::Summary => self.facts.summary = self.one_text(key, given),
            Key::Owner => self.facts.owner = self.name(key, given),
            Key::Reviewed => self.facts.reviewed = self.date(key, given),
            Key::ReviewEvery => self.facts.review_every = self.interval(key, given),
            Key::Status => self.facts.status = self.status(given),
            Key::Audience => {
                let audience = self.texts(key, given);
                if audience.is_empty() {
                    self.facts.audience_in_doubt = Some(given.key);
                }
                self.facts.audience = audience;
            }
            Key::Channel => self.facts.channel = self.texts(key, given),
            Key::Situations => self.facts.situations = self.texts(key, given),
            Key::ValidFrom => self.facts.valid_from = self.date(key, given),
            Key::ValidUntil => self.facts.valid_until = self.date(key, given),
            Key::Changed => self.facts.changed = self.change(given),
            Key::MustRead => self.facts.must_read = self.yes_or_no(key, given),
            Key::Urgent => self.facts.urgent = self.yes_or_no(key, given),
            Key::Skills => self.facts.skills = self.texts(key, given),
            Key::Related => self.facts.related = self.texts(key, given),
            // Several tools' fields can fill these lists.
            Key::Aliases => {
                // Hugo's are old addresses.
                let (old, more): (Vec<_>, Vec<_>) =
                    self.texts(key, given).into_iter().partition(|alias| alias.value.starts_with('/'));
                self.facts.aliases.extend(more);
                self.facts.replaces.extend(old);
            }
            Key::Tags => {
                let more = self.texts(key, given);
                self.facts.tags.extend(more);
            }
            Key::Replaces => {
                let more = self.texts(key, given);
                let leads_out = |old: &&Field<String>| {
                    let path = old.value.split(['#', '?']).next().unwrap_or_default().trim_matches('/');
                    !path.is_empty() && !path.contains("://") && !is_address(path)
                };
                for old in more.iter().filter(leads_out) {
                    let message = format!("`{}` is no address in the site, so nothing leads from it here", old.value);
                    let help = "write the old path from the root of the site, as `guides/late-parcel`";
                    self.out.push(self.source.diagnose(&rules::BAD_ADDRESS, old.span, message).help(help));
                }
                self.facts.replaces.extend(more);
            }
            Key::Permalink => self.facts.permalink = self.permalink(given),
            Key::Lang => self.facts.lang = self.language(given),
            Key::TranslationOf => self.facts.translation_of = self.name(key, given),
            Key::Source => self.facts.source = self.one_text(key, given),
            Key::Difficulty => self.facts.difficulty = self.one_text(key, given),
            Key::Minutes => self.facts.minutes = self.number(key, given),
            Key::People => self.facts.people = self.number(key, given),
            Key::Phone => self.facts.phone = self.one_text(key, given),
            Key::Email => self.facts.email = self.one_text(key, given),
            Key::Chat => self.facts.chat = self.one_text(key, given),
            Key::Hours => self.facts.hours = self.hours(key, given),
            Key::Backup => self.facts.backup = self.name(key, given),
            Key::Knows => self.facts.knows = self.texts(key, given),
            Key::RefreshEvery => self.facts.refresh_every = self.interval(key, given),
            Key::Order => self.facts.order = self.order(key, given),
            Key::CustomersSay => self.customers_say(given),
            Key::AskedAs => self.facts.asked_as = self.texts(key, given),
        }
    }

    /// A permalink is a path, a slug the last part of one.
    fn permalink(&mut self, given: &Given) -> Option<Field<String>> {
        let typed = self.one_text(Key::Permalink, given)?;
        let is_name = given.typed.eq_ignore_ascii_case("slug") || typed.value.starts_with('/');
        let value = if is_name { typed.value } else { format!("/{}", typed.value) };
        // A pattern, or an address on the web, is for the tool that reads it.
        let is_ours = !value.contains([':', '{']) && !value.trim_matches('/').is_empty();
        if is_ours && !is_address(value.trim_matches('/')) {
            let message = format!("`{}` is no address in the site, so this entry keeps that of its file", given.typed);
            let help = "write a path from the root of the site, as `guides/late-parcel`";
            self.out.push(self.source.diagnose(&rules::BAD_ADDRESS, typed.span, message).help(help));
        }
        Some(Field { value, span: typed.span })
    }

    fn customers_say(&mut self, given: &Given) {
        self.facts.customers_say = self.texts(Key::CustomersSay, given);
        let typed = &given.typed;
        let diagnostic = self
            .source
            .diagnose(&rules::FIELD_IN_TEXT, given.key, format!("`{typed}` is better written as a heading"))
            .help("write a heading `## Customers say` in the text, with a bullet for each thing they say");
        self.report(diagnostic);
    }

    /// The one text that a field says. `None` if it says nothing.
    fn text(&mut self, key: Key, given: &Given) -> Option<Piece> {
        let piece = match &given.value {
            Value::Text(piece) => piece.clone(),
            Value::List(pieces) if key.form() == Form::Prose => self.as_one(key, given, pieces)?,
            Value::List(pieces) => {
                let piece = pieces.iter().find(|piece| !is_null(piece))?.clone();
                // Several links that are no list have been reported as such.
                let is_link = self.source.text[..piece.span.start as usize].ends_with("[[");
                if pieces.len() > 1 && !is_link {
                    self.report_list_for_one(given, &piece);
                }
                piece
            }
            Value::Empty | Value::Lost | Value::Fields => return None,
        };
        let piece = self.without_curly_quotes(key, piece);
        (!is_null(&piece)).then_some(piece)
    }

    /// A list where one value is wanted: the first counts.
    fn report_list_for_one(&mut self, given: &Given, first: &Piece) {
        let (name, kept) = (&given.typed, shortened(&first.text));
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_LIST, given.key, format!("`{name}` takes one value and has a list"))
            .help(format!("write one: `{name}: {kept}`, which is the one that is used"));
        self.report(diagnostic);
    }

    /// Items where one text is wanted.
    fn as_one(&mut self, key: Key, given: &Given, pieces: &[Piece]) -> Option<Piece> {
        let (first, last) = (pieces.first()?, pieces.last()?);
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let joined = texts.join(" ");
        if pieces.len() > 1 {
            let name = key.name();
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, given.key, format!("`{name}` takes one text and has a list"))
                .help(format!("write it on one line: `{name}: {}`", shortened(&in_quotes(&joined))));
            self.report(diagnostic);
        }
        let span = Span::new(first.span.start as usize, last.span.end as usize);
        Some(Piece { text: joined, span, quoted: pieces.len() > 1 || first.quoted })
    }

    fn one_text(&mut self, key: Key, given: &Given) -> Option<Field<String>> {
        let piece = self.text(key, given)?;
        let whole = piece.text.trim_matches(is_gap);
        if let Some(name) = whole.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            return self.part(&piece, name).filter(|field| !field.value.is_empty());
        }
        // Obsidian makes a link of a number or an address that is pasted.
        let linked = whole.strip_prefix('[').and_then(|rest| rest.split_once("](")).map(|(words, _)| words);
        if let Some(words) = linked.filter(|_| matches!(key, Key::Email | Key::Phone | Key::Chat)) {
            return self.part(&piece, words).filter(|field| !field.value.is_empty());
        }
        self.part(&piece, whole).filter(|field| !field.value.is_empty())
    }

    /// A text that lies within a piece, with its own place where that can be told.
    fn part(&self, piece: &Piece, text: &str) -> Option<Field<String>> {
        let typed = self.source.text.get(piece.span.range())?;
        let span = match typed.find(text) {
            Some(at) if !text.is_empty() => Span::new(at, at + text.len()).shifted(piece.span.start as usize),
            _ => piece.span,
        };
        Some(Field { value: text.to_owned(), span })
    }

    fn language(&mut self, given: &Given) -> Option<Field<String>> {
        let typed = self.one_text(Key::Lang, given)?;
        let tag = language(&typed.value);
        if tag.as_ref() != Some(&typed.value) {
            let message = match &tag {
                Some(tag) => format!("`{}` is read as the language `{tag}`", typed.value),
                None => format!("`{}` is no code of a language", shortened(&typed.value)),
            };
            let diagnostic = self.source.diagnose(&rules::BAD_LANGUAGE, typed.span, message);
            self.report(match &tag {
                Some(tag) => {
                    diagnostic.help(format!("write its code: `lang: {tag}`")).safe_fix(typed.span, tag.clone())
                }
                None => diagnostic.help("write the code of the language: `lang: en`, `lang: de`"),
            });
        }
        Some(Field { value: tag?, span: typed.span })
    }

    /// The page that an address on the web names, where an old name is wanted.
    fn old_path<'t>(&mut self, piece: &Piece, typed: &'t str) -> &'t str {
        let Some(path) = path_in_address(typed) else { return typed };
        let diagnostic = self
            .source
            .diagnose(
                &rules::BAD_ADDRESS,
                piece.span,
                format!(
                    "`replaces` takes the old name of an entry, and `{}` is an address on the web",
                    shortened(typed)
                ),
            )
            .help(format!("write the path in this book: `replaces: {path}`"))
            .suggested_fix(piece.span, path);
        self.report(diagnostic);
        path
    }

    fn name(&mut self, key: Key, given: &Given) -> Option<Field<String>> {
        let piece = self.text(key, given)?;
        let name = entry_name(piece.text.trim_matches(is_gap));
        self.part(&piece, name).filter(|field| !field.value.is_empty())
    }

    /// The several texts that a field says, one of them being enough.
    fn texts(&mut self, key: Key, given: &Given) -> Vec<Field<String>> {
        let pieces: Vec<Piece> = match &given.value {
            Value::Text(piece) if is_null(piece) => Vec::new(),
            Value::Text(piece) => {
                let piece = piece.clone();
                self.separated(key, piece)
            }
            Value::List(pieces) => pieces.clone(),
            Value::Empty | Value::Lost | Value::Fields => Vec::new(),
        };
        let mut texts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let piece = self.without_curly_quotes(key, piece);
            if is_null(&piece) {
                continue;
            }
            let text = self.without_comma(key, &piece);
            let text = match key.form() {
                Form::Names if key == Key::Replaces && text.contains("://") => self.old_path(&piece, text),
                Form::Names => entry_name(text),
                _ => text.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")).unwrap_or(text),
            };
            let text = if key == Key::Tags { text.trim_start_matches('#') } else { text };
            texts.extend(self.part(&piece, text).filter(|field| !field.value.is_empty()));
        }
        // Each of them may get a page of its own. Those who may see an entry are never cut.
        if texts.len() > MOST_TEXTS && key != Key::Audience {
            let message = format!("`{}` has more than {MOST_TEXTS} values", key.name());
            let help = format!("keep those that readers need; from `{}` on they are left out", texts[MOST_TEXTS].value);
            let span = texts[MOST_TEXTS].span;
            self.report(self.source.diagnose(&rules::LIMIT, span, message).help(help));
            texts.truncate(MOST_TEXTS);
        }
        texts
    }

    /// An item without the comma behind it, which a list that has a line for each item does not take.
    fn without_comma<'t>(&mut self, key: Key, piece: &'t Piece) -> &'t str {
        let text = piece.text.trim_matches(is_gap);
        let Some(item) = text.strip_suffix(',').filter(|item| !piece.quoted && !item.is_empty()) else { return text };
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_LIST,
                piece.span,
                format!("a comma stands behind an item of `{}`, and is left out", key.name()),
            )
            .with_severity(Severity::Hint)
            .help(format!("type `{}`", shortened(item)))
            .safe_fix(piece.span, item);
        self.report(diagnostic);
        item
    }

    /// The texts of a list that is typed as one: `refund, return`.
    fn separated(&mut self, key: Key, piece: Piece) -> Vec<Piece> {
        // A bracket that closes what nothing opens is a slip, and no part of the last item.
        let open = !piece.quoted && piece.text.ends_with(']') && !piece.text.contains('[');
        let text = if open { piece.text.trim_end_matches(']') } else { piece.text.as_str() };
        let links = key.form() == Form::Names && text.contains("]]");
        let separator = [',', ';'].into_iter().find(|sign| text.contains(*sign));
        let words = key == Key::Tags && separator.is_none() && text.contains(is_gap);
        let items = match separator {
            _ if matches!(key, Key::CustomersSay | Key::AskedAs) || (piece.quoted && key != Key::Tags && !links) => {
                return vec![piece];
            }
            Some(sign) => parts(text, 0..text.len(), &[sign]),
            None if words => parts(text, 0..text.len(), &[' ', '\t', '\u{a0}', '\n']),
            None => return vec![piece],
        };
        let short = |item: &Range<usize>| {
            let item = &text[item.clone()];
            item.chars().count() <= 40 && item.split_whitespace().count() <= 5
        };
        if !items.iter().all(short) || items.is_empty() {
            return vec![piece];
        }
        if items.len() > 1 {
            let name = key.name();
            let shown: Vec<&str> = items.iter().map(|item| text[item.clone()].trim_start_matches('#')).collect();
            let fixed = format!("[{}]", shown.join(", "));
            let message = format!("the list of `{name}` has no brackets");
            let mut diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, piece.span, message)
                .with_severity(Severity::Hint)
                .help(format!("type `{name}: {}`", shortened(&fixed)));
            if !piece.quoted {
                diagnostic = diagnostic.suggested_fix(piece.span, fixed);
            }
            self.report(diagnostic);
        }
        let verbatim = self.source.text.get(piece.span.range()) == Some(&piece.text);
        let place = |item: &Range<usize>| match verbatim {
            true => Span::from(item.clone()).shifted(piece.span.start as usize),
            false => piece.span,
        };
        items
            .iter()
            .map(|item| Piece { text: text[item.clone()].to_owned(), span: place(item), quoted: piece.quoted })
            .collect()
    }

    /// Quotes that a word processor made curly are quotes all the same.
    fn without_curly_quotes(&mut self, key: Key, piece: Piece) -> Piece {
        let inside = in_curly_quotes(piece.text.trim_matches(is_gap));
        let Some(inside) = inside.filter(|_| !piece.quoted) else { return piece };
        let fixed = in_quotes(inside);
        let name = key.name();
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_SYNTAX,
                piece.span,
                format!("the quotes around the value of `{name}` are curly"),
            )
            .with_severity(Severity::Hint)
            .help(format!("use straight quotes: `{}`", shortened(&fixed)))
            .safe_fix(piece.span, fixed);
        self.report(diagnostic);
        let place = self.part(&piece, inside).map_or(piece.span, |field| field.span);
        Piece { text: inside.to_owned(), span: place, quoted: true }
    }

    /// Reads a date, and says how it should be typed if that is another way.
    fn read_date(&mut self, given: &Given, piece: &Piece, read: DateRead, typed: &str) -> Option<Date> {
        let name = given.meaning.key().filter(|_| !self.foreign).map_or(given.typed.as_str(), |key| key.name());
        let typed = shortened(typed);
        let start = piece.span.start as usize;
        let length =
            self.source.text.get(piece.span.range()).filter(|text| text.starts_with(&typed)).map(|_| typed.len());
        let span = length.map_or(piece.span, |length| Span::new(start, start + length));
        let wrong = |message: String| self.source.diagnose(&rules::BAD_DATE, span, message);
        let (diagnostic, date) = match read {
            DateRead::AsTyped(date) => return Some(date),
            DateRead::Understood(date) if self.foreign => return Some(date),
            DateRead::Understood(date) => {
                let message =
                    format!("`{name}` is read as {} {}, and a date is year-month-day", spoken(date), date.year());
                let diagnostic =
                    wrong(message).with_severity(Severity::Warning).help(format!("write the date as `{date}`"));
                (
                    if typed.is_empty() || length.is_none() {
                        diagnostic
                    } else {
                        diagnostic.safe_fix(span, date.to_string())
                    },
                    Some(date),
                )
            }
            DateRead::TwoWays(one, other) => {
                let (said, or) = if one.year() == other.year() {
                    (spoken(one), spoken(other))
                } else {
                    (format!("{} {}", spoken(one), one.year()), format!("{} {}", spoken(other), other.year()))
                };
                let message = format!("`{typed}` can be read in two ways: is it {said} or {or}?");
                (wrong(message).help(format!("write the date as year-month-day: `{one}` or `{other}`")), None)
            }
            DateRead::NoSuchDay => (
                wrong(format!("no calendar has the day `{typed}`"))
                    .help(format!("write the date as year-month-day: `{name}: 2026-11-02`")),
                None,
            ),
            DateRead::Not => (
                wrong(format!("`{typed}` is no date"))
                    .help(format!("write the date as year-month-day: `{name}: 2026-11-02`")),
                None,
            ),
        };
        self.report(diagnostic);
        date
    }

    fn date(&mut self, key: Key, given: &Given) -> Option<Field<Date>> {
        let piece = self.text(key, given)?;
        let typed = piece.text.trim_matches(is_gap).to_owned();
        let value = self.read_date(given, &piece, date(&typed), &typed)?;
        Some(Field { value, span: piece.span })
    }

    fn change(&mut self, given: &Given) -> Option<Field<(Date, String)>> {
        let piece = self.text(Key::Changed, given)?;
        let typed = piece.text.trim_matches(is_gap).to_owned();
        let (read, rest) = date_and_rest(&typed);
        if matches!(read, DateRead::Not | DateRead::NoSuchDay) {
            let message = "`changed` does not begin with a date";
            let diagnostic = self
                .source
                .diagnose(&rules::BAD_DATE, piece.span, message)
                .help("write the date and one line: `changed: 2026-11-02 what is new`");
            self.report(diagnostic);
            return None;
        }
        let head = typed[..typed.len() - rest.len()].trim_end_matches([':', ',', ';', '-', '–', '—', ' ', '\t']);
        let date = self.read_date(given, &piece, read, head)?;
        Some(Field { value: (date, rest.to_owned()), span: piece.span })
    }

    fn interval(&mut self, key: Key, given: &Given) -> Option<Field<Interval>> {
        let piece = self.text(key, given)?;
        let value = Interval::read(&piece.text);
        if value.is_none() {
            let name = key.name();
            let typed = shortened(&piece.text);
            let figures = typed.trim_matches(is_gap);
            let help = if !figures.is_empty() && figures.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("say of what: `{name}: {figures} months`")
            } else {
                format!("write a number and a unit: `{name}: 6 months`, also days, weeks or years")
            };
            let message = format!("`{typed}` is no length of time");
            let diagnostic = self.source.diagnose(&rules::BAD_INTERVAL, piece.span, message).help(help);
            self.report(diagnostic);
        }
        Some(Field { value: value?, span: piece.span })
    }

    fn number(&mut self, key: Key, given: &Given) -> Option<Field<u32>> {
        let piece = self.text(key, given)?;
        let value = whole_number(&piece.text);
        if value.is_none() {
            let (name, typed) = (key.name(), shortened(&piece.text));
            // The first number that is named is the likeliest.
            let figures = piece.text.split(|c: char| !c.is_ascii_digit()).find(|figures| !figures.is_empty());
            let example = figures.filter(|figures| figures.len() < 4).unwrap_or("15");
            let diagnostic = self
                .source
                .diagnose(
                    &rules::BAD_NUMBER,
                    piece.span,
                    format!("`{name}` wants a whole number, and `{typed}` is none"),
                )
                .help(format!("write one number in figures: `{name}: {example}`"));
            self.report(diagnostic);
        }
        Some(Field { value: value?, span: piece.span })
    }

    /// A place among others, which other tools also give as a fraction or below nought.
    fn order(&mut self, key: Key, given: &Given) -> Option<i64> {
        let piece = self.text(key, given)?;
        let typed = piece.text.trim_matches(is_gap);
        let value = typed.parse::<f64>().ok().filter(|order| order.is_finite());
        // A value that begins with a sign has been reported for that.
        if value.is_none() && typed.starts_with(char::is_alphanumeric) {
            let (name, typed) = (&given.typed, shortened(&piece.text));
            let diagnostic = self
                .source
                .diagnose(&rules::BAD_NUMBER, piece.span, format!("`{name}` wants a number, and `{typed}` is none"))
                .help(format!("write its place among the others of its folder in figures: `{name}: 1`"));
            self.report(diagnostic);
        }
        value.map(|order| order as i64)
    }

    fn yes_or_no(&mut self, key: Key, given: &Given) -> bool {
        let Some(piece) = self.text(key, given) else { return false };
        self.yes_or_no_of(key.name(), &piece).unwrap_or_default()
    }

    fn yes_or_no_of(&mut self, name: &str, piece: &Piece) -> Option<bool> {
        let value = yes_or_no(&piece.text);
        if value.is_none() {
            let typed = shortened(&piece.text);
            let diagnostic = self
                .source
                .diagnose(&rules::BAD_YES_NO, piece.span, format!("`{name}` wants yes or no, and says `{typed}`"))
                .help(format!("type `{name}: yes` or `{name}: no`"));
            self.report(diagnostic);
        }
        value
    }

    /// What another tool's yes or no says.
    fn says(&mut self, given: &Given) -> Option<bool> {
        match &given.value {
            Value::Text(piece) if !is_null(piece) => self.yes_or_no_of(&given.typed, piece),
            _ => None,
        }
    }

    fn kind(&mut self, given: &Given) -> Option<Field<KindName>> {
        let piece = self.text(Key::Kind, given)?;
        let typed = shortened(piece.text.trim_matches(is_gap));
        let trimmed = piece.text.trim_matches(|c| is_gap(c) || matches!(c, ',' | ';' | '.'));
        let unknown = format!("`{typed}` is not one of the nine kinds");
        let (diagnostic, value) = match kind(trimmed) {
            KindRead::Known(kind) => (None, Some(kind)),
            KindRead::Plural(kind) => {
                let word = kind.word();
                let diagnostic = self
                    .source
                    .diagnose(&rules::UNKNOWN_KIND, piece.span, format!("`{typed}` is read as the kind `{word}`"))
                    .with_severity(Severity::Warning)
                    .help(format!("type `kind: {word}`"))
                    .safe_fix(piece.span, word);
                (Some(diagnostic), Some(kind))
            }
            KindRead::Near(kind) => {
                let word = kind.word();
                let diagnostic = self
                    .source
                    .diagnose(&rules::UNKNOWN_KIND, piece.span, unknown)
                    .help(format!("did you mean `kind: {word}`?"))
                    .suggested_fix(piece.span, word);
                (Some(diagnostic), None)
            }
            // In a folder that is no book the word means something to another tool.
            KindRead::Not if !self.config.is_book => (None, None),
            KindRead::Not => {
                let words: Vec<String> = KindName::ALL.iter().map(|kind| format!("`{}`", kind.word())).collect();
                let help = format!("type one of {}", words.join(", "));
                (Some(self.source.diagnose(&rules::UNKNOWN_KIND, piece.span, unknown).help(help)), None)
            }
        };
        if let Some(diagnostic) = diagnostic {
            self.report(diagnostic);
        }
        Some(Field { value: value?, span: piece.span })
    }

    fn status(&mut self, given: &Given) -> Status {
        let Some(piece) = self.text(Key::Status, given) else { return Status::default() };
        let trimmed = piece.text.trim_matches(|c| is_gap(c) || matches!(c, ',' | ';' | '.'));
        let near = match status(trimmed) {
            Ok(status) => return status,
            Err(None) if !self.config.is_book => return Status::default(),
            Err(near) => near,
        };
        let typed = shortened(trimmed);
        let message = format!("`{typed}` is not a status");
        let diagnostic = self.source.diagnose(&rules::UNKNOWN_STATUS, piece.span, message);
        let diagnostic = match near {
            Some((word, _)) => diagnostic
                .help(format!("did you mean `status: {word}`? Until it is mended, it is read so"))
                .suggested_fix(piece.span, word),
            None => {
                let words: Vec<String> = STATUSES.iter().map(|(word, _)| format!("`{word}`")).collect();
                diagnostic.help(format!("type one of {}", words.join(", ")))
            }
        };
        self.report(diagnostic);
        near.map_or(Status::default(), |(_, status)| status)
    }

    fn hours(&mut self, key: Key, given: &Given) -> Option<Field<String>> {
        let hours = match &given.value {
            // Days in a list: `[Mon-Fri 8-20, Sat 9-14]`, or an item a line.
            Value::List(pieces) if pieces.len() > 1 => {
                let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
                let (first, last) = (pieces.first()?, pieces.last()?);
                let span = Span::new(first.span.start as usize, last.span.end as usize);
                Field { value: texts.join(", "), span }
            }
            _ => self.one_text(key, given)?,
        };
        let any_day_name = !self.config.book.language.starts_with("en");
        if !are_hours(&hours.value, any_day_name) {
            let diagnostic = self
                .source
                .diagnose(
                    &rules::BAD_HOURS,
                    hours.span,
                    format!("the hours `{}` cannot be understood", shortened(&hours.value)),
                )
                .help("write days and times, parted by commas: `hours: Mon-Fri 08:00-20:00, Sat 09:00-14:00`");
            self.report(diagnostic);
        } else if let Some((part, meant)) = half_day_hours(&hours.value) {
            let typed = &hours.value[part.clone()];
            let diagnostic = self
                .source
                .diagnose(
                    &rules::BAD_HOURS,
                    hours.span,
                    format!("`{typed}` does not say which of the two is after noon"),
                )
                .help(format!("write times as a clock of 24 hours shows them: `{meant}`"));
            let fixed = format!("{}{meant}{}", &hours.value[..part.start], &hours.value[part.end..]);
            self.report(diagnostic.suggested_fix(hours.span, fixed));
        }
        Some(hours)
    }
}

/// Whether nothing is said: no text, or YAML's words for it.
fn is_null(piece: &Piece) -> bool {
    let text = &piece.text[trimmed(&piece.text, 0..piece.text.len())];
    text.is_empty() || (!piece.quoted && matches!(text, "null" | "Null" | "NULL" | "~"))
}

/// Whether a path without slashes around it can be one of the site.
fn is_address(path: &str) -> bool {
    SourcePath::new(path).is_some() && !path.contains(char::is_control)
}
