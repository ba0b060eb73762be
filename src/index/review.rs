//! What is to be reviewed, in the order in which it is due, and what changed, the newest first.
//!
//! Nothing here knows today: a page carries the dates, and script judges them when it is read.

use jiff::civil::Date;

use crate::config::Config;
use crate::filter::Visible;
use crate::persistent::PersistentVec;

/// An entry that somebody looks after, or should.
#[derive(Debug)]
pub struct Row {
    /// The entry.
    pub entry: usize,
    /// Why it is listed here.
    pub group: Group,
}

/// The parts of the list of reviews, in their order. An entry without an owner is in the first and in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Nobody looks after it.
    NoOwner,
    /// It does not say when it is to be reviewed again.
    Undated,
    /// It is to be reviewed in this year.
    Due(i16),
}

/// All entries but the content folder's own page, which belongs to the book.
pub(super) fn rows(entries: &PersistentVec<Visible>, root: Option<usize>, config: &Config) -> Vec<Row> {
    let mut listed: Vec<usize> = (0..entries.len()).filter(|entry| Some(*entry) != root).collect();
    by_due(entries, &mut listed, config);
    let no_owner = listed.iter().filter(|entry| entries[**entry].facts.owner.is_none());
    let no_owner = no_owner.map(|entry| Row { entry: *entry, group: Group::NoOwner });
    no_owner.chain(listed.iter().map(|entry| Row { entry: *entry, group: group(&entries[*entry], config) })).collect()
}

/// Where an entry stands in a list of reviews.
pub fn group(entry: &Visible, config: &Config) -> Group {
    entry.review_due(config.review.every).map_or(Group::Undated, |due| Group::Due(due.year()))
}

/// Orders entries as they are to be reviewed: those without a date first, since they may have waited longest.
pub(super) fn by_due(entries: &PersistentVec<Visible>, list: &mut [usize], config: &Config) {
    list.sort_by_cached_key(|entry| (entries[*entry].review_due(config.review.every), *entry));
}

/// Entries that say when they changed, the newest first, and before them those that must be read and do not say when.
pub(super) fn changes(entries: &PersistentVec<Visible>) -> Vec<usize> {
    let changed = |entry: usize| entries[entry].facts.changed.as_ref().map(|changed| changed.value.0);
    let mut listed: Vec<usize> =
        (0..entries.len()).filter(|entry| changed(*entry).is_some() || entries[*entry].facts.must_read).collect();
    listed.sort_by_key(|entry| std::cmp::Reverse(changed(*entry).unwrap_or(Date::MAX)));
    listed
}
