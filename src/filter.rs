//! Removes what a copy's readers may not see, before any other stage can meet it.
//!
//! Only this module can make a [`Visible`], and every later stage accepts nothing else, so code that leaks does not
//! compile. Hidden passages and comments are cut out of the *text*, and what is left is parsed as if it had never
//! held them: link definitions, footnotes, heading numbers and anchors of a hidden passage cannot leave a trace.

use std::ops::{Deref, Range};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::entry::{Entry, PassageReaders, Secrecy};
use crate::facts::Status;
use crate::parse::{self, Context};
use crate::source::Source;

/// An entry as the readers of one copy see it.
#[derive(Clone, Debug)]
pub struct Visible(Arc<Entry>);

impl Deref for Visible {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Visible {
    /// Whether it is the same as `other`, made once: of the same text, under the same settings.
    pub fn is_same(&self, other: &Visible) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::hash::Hash for Visible {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

/// For whom a copy is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readers {
    /// For everyone who builds it: nothing is withheld. `--all`.
    Everyone,
    /// For these audiences and those whom they include, as the book spells them. Empty is the public copy.
    Only(Vec<String>),
}

/// Which entries of a book go into a copy.
#[derive(Clone, Debug)]
pub struct Copy {
    /// For whom it is.
    pub readers: Readers,
    /// Whether drafts and retired entries are in it.
    pub drafts: bool,
}

/// How many entries a copy leaves out because of their status. Those withheld from its readers are not counted: the
/// number would tell that they exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// `status: draft`
    pub drafts: usize,
    /// `status: retired`
    pub retired: usize,
}

/// The entries of one copy.
#[derive(Debug)]
pub struct Filtered {
    /// In the order given, without anything that the copy's readers may not see.
    pub entries: Vec<Visible>,
    /// How many are not in it because of their status.
    pub left_out: LeftOut,
    /// Entries that are not in it because what is left of them could not be read.
    pub unread: Vec<Diagnostic>,
}

/// Makes the entries of one copy.
pub fn filter<'e>(entries: impl IntoIterator<Item = &'e Arc<Entry>>, copy: &Copy, context: &Context) -> Filtered {
    filter_again(entries, copy, context, |_| None)
}

/// The same, where an entry may be known from an earlier copy for the same readers under the same settings.
pub fn filter_again<'e>(
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    copy: &Copy,
    context: &Context,
    known: impl Fn(&Arc<Entry>) -> Option<Visible> + Sync,
) -> Filtered {
    let mut left_out = LeftOut::default();
    let mut kept = Vec::new();
    for entry in entries.into_iter().filter(|entry| may_see(&entry.secrecy, &copy.readers)) {
        match entry.facts.status {
            Status::Draft if !copy.drafts => left_out.drafts += 1,
            Status::Retired if !copy.drafts => left_out.retired += 1,
            _ => kept.push(entry),
        }
    }
    let parse = |source: Source| parse::parse(Arc::new(source), context);
    // Where the book has audiences, a text with a hidden note and one that never had it are one text.
    let between_lists = if context.config.audiences.is_some() { "" } else { SEPARATOR };
    let make = |entry| known(entry).map_or_else(|| visible(entry, &copy.readers, between_lists, parse), Ok);
    let read: Vec<_> = kept.into_par_iter().map(make).collect();
    let mut filtered = Filtered { entries: Vec::with_capacity(read.len()), left_out, unread: Vec::new() };
    for entry in read {
        match entry {
            Ok(entry) => filtered.entries.push(entry),
            Err(fault) => filtered.unread.push(*fault),
        }
    }
    filtered
}

/// A definition that no link uses: it ends a list as a comment does (CommonMark 0.31.2, examples 308 and 309), and shows
/// nothing.
const SEPARATOR: &str = "[//]: #\n\n";

fn may_see(secrecy: &Secrecy, readers: &Readers) -> bool {
    match readers {
        Readers::Everyone => true,
        Readers::Only(_) => !secrecy.in_doubt && (secrecy.audience.is_empty() || includes(readers, &secrecy.audience)),
    }
}

fn includes(readers: &Readers, audience: &[String]) -> bool {
    match readers {
        Readers::Everyone => true,
        Readers::Only(names) => audience.iter().any(|name| names.contains(name)),
    }
}

/// An entry without what is hidden from `readers`. One whose rest makes `parse` fail is not shown to them at all.
fn visible(
    entry: &Arc<Entry>,
    readers: &Readers,
    between_lists: &str,
    parse: impl FnOnce(Source) -> Entry,
) -> Result<Visible, Box<Diagnostic>> {
    let hidden = entry.secrecy.passages.iter().filter(|passage| match &passage.readers {
        PassageReaders::Nobody => true,
        PassageReaders::Only(audience) => !includes(readers, audience),
    });
    let hidden: Vec<Range<usize>> = hidden.map(|passage| passage.span.range()).collect();
    if hidden.is_empty() {
        return Ok(Visible(entry.clone()));
    }
    let (text, runs) = parse::cut(&entry.source.text, &hidden, between_lists);
    let rest = Source { lines: crate::text::Lines::new(&text), text, runs, ..(*entry.source).clone() };
    parse::guarded(&entry.source.file, || parse(rest)).map(|entry| Visible(Arc::new(entry)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::text::SourcePath;

    #[test]
    fn an_entry_whose_rest_makes_the_parser_fail_is_an_error_and_stays_out() {
        let context = Context::new(Arc::new(Config::default()));
        let text = "# Late parcels\n\n<!-- not for readers -->\n".to_owned();
        let path = SourcePath::new("late.md").expect("sound");
        let source = Source::new(path, "content/", text);
        let entry = Arc::new(parse::parse(Arc::new(source), &context));
        let fault = visible(&entry, &Readers::Everyone, SEPARATOR, |_| panic!("a fault of ours"))
            .expect_err("it is not visible");
        assert_eq!((fault.rule.name, &*fault.file), ("parser-failed", "content/late.md"));
    }
}
