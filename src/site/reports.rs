//! The pages that look at the whole book, and what each of them is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Part, Site, language, split};
use crate::facts::KindName;
use crate::index::az;
use crate::index::coverage::{NEEDS, Row};
use crate::index::facet::{Facet, FacetName};
use crate::index::phrases::Phrase;
use crate::index::review::{self, Group};
use crate::view::parts::{DoorParts, Named};
use crate::view::reports::{
    ChangeParts, GapParts, GroupParts, MatrixRow, PhraseParts, Report, ReportParts, ReviewParts, Rows,
};
use crate::words::{autonym, primary};

/// The pages of a site that look at the whole book, those that have something to show.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// The parts of each and their addresses.
    pages: BTreeMap<Report, (Vec<Part>, Vec<String>)>,
}

impl Reports {
    /// Every page with its address.
    pub(super) fn pages(&self) -> impl Iterator<Item = (Report, usize, &str)> {
        let of = |(report, (_, addresses)): (&Report, &'_ (Vec<Part>, Vec<String>))| (*report, addresses.len());
        let counted: Vec<(Report, usize)> = self.pages.iter().map(of).collect();
        counted
            .into_iter()
            .flat_map(|(report, n)| (0..n).map(move |part| (report, part)))
            .map(|(report, part)| (report, part, self.pages[&report].1[part].as_str()))
    }

    /// The first page of each, in the order of the menu.
    pub(super) fn first_pages(&self) -> impl Iterator<Item = (Report, &str)> {
        let first = |report: &Report| Some((*report, self.pages.get(report)?.1[0].as_str()));
        Report::ALL.iter().filter_map(first)
    }
}

/// Entries of which a group of the phrase bank says that they have phrases, too.
const SEEN: usize = 12;

/// Rows that a page holds at most, so that none is over 150 KB: a phrase is about a kilobyte, a situation with its gaps
/// two and a half, an entry with its dates two thirds of one.
pub(super) fn most_rows(report: Report) -> usize {
    match report {
        Report::Phrases => 100,
        Report::Coverage => 50,
        Report::Reviews => 180,
        Report::Changes | Report::Translations => 250,
    }
}

impl Site {
    /// Cuts the pages into parts. `own` gives an address to a stem and a number of parts.
    pub(super) fn list_reports(&self, mut own: impl FnMut(&str, usize) -> Vec<String>) -> Reports {
        let index = &self.playbook.index;
        // A folder of notes has neither owners nor situations that somebody chose.
        let is_kept = self.playbook.config.is_book;
        let mut reports = Reports::default();
        for report in Report::ALL {
            let letters: Vec<String> = match report {
                Report::Phrases => self.phrase_rows().map(|(group, _)| self.situation_letter(group)).collect(),
                Report::Coverage => {
                    index.coverage.iter().map(|row| self.situation_letter(Some(row.situation))).collect()
                }
                Report::Reviews => index.reviews.iter().map(|row| year(row.group)).collect(),
                Report::Changes => index.changes.iter().map(|entry| self.year_of_change(*entry)).collect(),
                Report::Translations => {
                    self.untranslated().map(|(language, ..)| autonym(&language).to_owned()).collect()
                }
            };
            let is_shown = match report {
                Report::Phrases | Report::Changes | Report::Translations => !letters.is_empty(),
                Report::Coverage => is_kept && !letters.is_empty(),
                Report::Reviews => {
                    is_kept
                        && self
                            .playbook
                            .entries
                            .iter()
                            .any(|entry| entry.facts.reviewed.is_some() || entry.facts.owner.is_some())
                }
            };
            if is_shown {
                let parts = split(letters.len(), most_rows(report), || letters);
                let addresses = own(&report.word().replace('_', "-"), parts.len());
                reports.pages.insert(report, (parts, addresses));
            }
        }
        reports
    }

    /// Links to them for the index of all indexes.
    pub(super) fn report_doors<'p>(&'p self) -> impl Iterator<Item = DoorParts<'p>> {
        let index = &self.playbook.index;
        self.reports.first_pages().map(|(report, address)| DoorParts {
            title: self.style.word(report.word()),
            address,
            count: match report {
                Report::Phrases => self.phrase_rows().filter(|(_, phrase)| phrase.is_some()).count(),
                Report::Coverage => index.coverage.len(),
                Report::Reviews => index.reviews.len(),
                Report::Changes => index.changes.len(),
                Report::Translations => self.untranslated().count(),
            },
            class: "index",
        })
    }

    /// What a part of one of them is made of.
    pub(super) fn report_parts<'p>(&'p self, report: Report, part: usize, address: &'p str) -> ReportParts<'p> {
        let (parts, addresses) = &self.reports.pages[&report];
        let range = parts[part].range.clone();
        let index = &self.playbook.index;
        let groups = match report {
            Report::Phrases => self.phrase_groups(range),
            Report::Coverage => self.coverage_groups(&index.coverage[range.clone()], range.start),
            Report::Reviews => {
                let rows = &index.reviews[range];
                self.review_groups(rows.iter().map(|row| (row.group, row.entry)), true)
            }
            Report::Changes => self.change_groups(&index.changes[range]),
            Report::Translations => self.translation_groups(range),
        };
        let channels: BTreeSet<&str> = match report {
            Report::Phrases => groups.iter().flat_map(|group| channels(&group.rows)).collect(),
            _ => BTreeSet::new(),
        };
        ReportParts {
            frame: self.bare_frame(address),
            report,
            title: self.style.word(report.word()),
            facet: "",
            groups,
            parts: self.part_links(parts, addresses, address),
            channels: channels.into_iter().collect(),
        }
    }

    /// What the page of an owner is made of: the owner's entries as they are to be reviewed.
    pub(super) fn owner_parts<'p>(&'p self, at: usize, value: usize, part: usize, address: &'p str) -> ReportParts<'p> {
        let owner = &self.playbook.index.facets[at].values[value];
        let splits = &self.listings.splits.values[at][value];
        let config = &self.playbook.config;
        let rows = owner.entries[splits[part].range.clone()].iter();
        let rows = rows.map(|entry| (review::group(&self.playbook.entries[*entry], config), *entry));
        ReportParts {
            frame: self.bare_frame(address),
            report: Report::Reviews,
            title: &owner.title,
            facet: FacetName::Owners.one(),
            groups: self.review_groups(rows, false),
            parts: self.part_links(splits, &self.value_addresses[at][value], address),
            channels: Vec::new(),
        }
    }

    /// Cuts the page of an owner by years: its entries stand as they are due.
    pub(super) fn split_owner(&self, entries: &[usize]) -> Vec<Part> {
        let due = |entry: &usize| year(review::group(&self.playbook.entries[*entry], &self.playbook.config));
        split(entries.len(), most_rows(Report::Reviews), || entries.iter().map(due).collect())
    }

    fn situations(&self) -> Option<(usize, &Facet)> {
        let facets = self.playbook.index.facets.iter().enumerate();
        facets.into_iter().find(|(_, facet)| facet.name == FacetName::Situations)
    }

    fn situation<'p>(&'p self, value: usize) -> Named<'p> {
        let (at, facet) = self.situations().expect("a situation is a value of the facet");
        Named { title: &facet.values[value].title, address: &self.value_addresses[at][value][0] }
    }

    fn situation_letter(&self, situation: Option<usize>) -> String {
        let facet = self.playbook.index.facets.iter().find(|facet| facet.name == FacetName::Situations);
        let title = situation.zip(facet).map_or("", |(value, facet)| &facet.values[value].title);
        az::letter(title).into_owned()
    }

    /// Every phrase under its situation. A situation whose phrases all stand elsewhere has a row without one.
    fn phrase_rows(&self) -> impl Iterator<Item = (Option<usize>, Option<Phrase>)> {
        self.playbook.index.phrases.iter().flat_map(|group| {
            let only_seen = group.phrases.is_empty().then_some((group.situation, None));
            group.phrases.iter().map(|phrase| (group.situation, Some(*phrase))).chain(only_seen)
        })
    }

    fn phrase_groups<'p>(&'p self, range: std::ops::Range<usize>) -> Vec<GroupParts<'p>> {
        let mut groups: Vec<GroupParts<'p>> = Vec::new();
        let mut start = 0;
        for group in &self.playbook.index.phrases {
            let end = start + group.phrases.len().max(1);
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                let phrases =
                    group.phrases.get(from - start..(to - start).min(group.phrases.len())).unwrap_or_default();
                let see = if to == end { group.see.as_slice() } else { &[] };
                let title = group.situation.map_or_else(
                    || self.style.word("any_situation").to_owned(),
                    |value| self.situation(value).title.to_owned(),
                );
                let phrases = phrases.iter().map(|phrase| self.phrase(*phrase)).collect();
                // The page of the situation has all of them.
                let rest = group.situation.filter(|_| see.len() > SEEN).map(|value| self.situation(value));
                let see = see.iter().take(SEEN).map(|entry| self.named(*entry)).chain(rest).collect();
                groups.push(GroupParts { title, rows: Rows::Phrases(phrases, see) });
            }
            start = end;
        }
        groups
    }

    fn phrase<'p>(&'p self, phrase: Phrase) -> PhraseParts<'p> {
        let source = &self.playbook.entries[phrase.entry];
        let pair = phrase.pair(&self.playbook.entries);
        let heading = source.body.sections[phrase.section].heading.as_ref();
        let has_links = [&pair.instead.html, &pair.better.html, &pair.why].iter().any(|html| !html.holes.is_empty());
        PhraseParts {
            pair,
            destinations: if has_links { self.destinations(phrase.entry) } else { Vec::new() },
            entry: self.named(phrase.entry),
            anchor: heading.map_or("", |heading| &heading.id),
            channels: source.facts.channel.iter().map(|channel| channel.value.as_str()).collect(),
        }
    }

    fn coverage_groups<'p>(&'p self, rows: &'p [Arc<Row>], first: usize) -> Vec<GroupParts<'p>> {
        let needed = NEEDS.concat();
        let in_use = &self.playbook.index.kinds;
        let is_shown = |kind: &KindName| needed.contains(kind) || in_use.iter().any(|(known, _)| known == kind);
        let kinds: Vec<KindName> = KindName::ALL.into_iter().filter(is_shown).collect();
        let numbered = || rows.iter().enumerate().map(|(at, row)| (first + at + 1, row));
        let matrix = numbered().map(|(number, row)| MatrixRow {
            situation: self.situation(row.situation),
            number,
            cells: kinds.iter().map(|kind| self.cell(row, *kind)).collect(),
            lacks: row.lacks.clone(),
            is_enough: row.reason.is_some(),
        });
        let gaps = numbered().flat_map(|(number, row)| {
            row.gaps().iter().map(move |need| GapParts {
                situation: self.situation(row.situation),
                number,
                need: *need,
            })
        });
        let enough = numbered()
            .filter_map(|(number, row)| Some((self.situation(row.situation).title, number, row.reason.as_deref()?)));
        let (gaps, enough): (Vec<_>, Vec<_>) = (gaps.collect(), enough.collect());
        let mut groups = vec![GroupParts { title: String::new(), rows: Rows::Matrix(kinds.clone(), matrix.collect()) }];
        let title = |key: &str| self.style.word(key).to_owned();
        if !gaps.is_empty() {
            groups.push(GroupParts { title: title("write_next"), rows: Rows::Gaps(gaps) });
        }
        if !enough.is_empty() {
            groups.push(GroupParts { title: title("enough_why"), rows: Rows::Enough(enough) });
        }
        groups
    }

    /// How many entries of a kind there are for a situation, and where: the entry itself if there is one, else the
    /// page of the situation.
    fn cell<'p>(&'p self, row: &Row, kind: KindName) -> (usize, &'p str, String) {
        let of = |wanted: KindName| {
            let at = KindName::ALL.iter().position(|known| *known == wanted).expect("every kind is listed");
            &row.entries[at]
        };
        match of(kind).as_slice() {
            [] => (0, "", String::new()),
            [only] => (1, &self.playbook.addresses[*only], String::new()),
            several => {
                let (at, _) = self.situations().expect("a situation is a value of the facet");
                let before = self.playbook.index.kinds.iter().take_while(|(known, _)| *known != kind);
                let group = before.filter(|(known, _)| !of(*known).is_empty()).count();
                let is_whole = self.listings.splits.values[at][row.situation].len() == 1;
                let anchor = if is_whole { format!("group-{}", group + 1) } else { String::new() };
                (several.len(), self.situation(row.situation).address, anchor)
            }
        }
    }

    fn review_groups<'p>(
        &'p self,
        rows: impl Iterator<Item = (Group, usize)>,
        with_owner: bool,
    ) -> Vec<GroupParts<'p>> {
        let mut groups: Vec<(Group, Vec<ReviewParts<'p>>)> = Vec::new();
        for (group, entry) in rows {
            let source = &self.playbook.entries[entry];
            let row = ReviewParts {
                entry: self.named(entry),
                kind: source.kind_name,
                owner: if with_owner { self.owner(entry, source) } else { None },
                reviewed: source.facts.reviewed.as_ref().map(|field| field.value),
                due: source.review_due(self.playbook.config.review.every),
                has_no_owner: source.facts.owner.is_none(),
            };
            match groups.last_mut() {
                Some((last, rows)) if *last == group => rows.push(row),
                _ => groups.push((group, vec![row])),
            }
        }
        let title = |group: Group| match group {
            Group::NoOwner => self.style.word("no_owner").to_owned(),
            Group::Undated => self.style.word("no_review_date").to_owned(),
            Group::Due(year) => format!("{} {year}", self.style.word("review_due")),
        };
        let titled = |(group, rows)| GroupParts { title: title(group), rows: Rows::Reviews(rows) };
        groups.into_iter().map(titled).collect()
    }

    /// What lacks its translation, or changed after it was translated: language, entry, whether it is translated.
    fn untranslated(&self) -> impl Iterator<Item = (String, usize, bool)> {
        let playbook = &self.playbook;
        let tag = |entry: usize| primary(language(&playbook.entries[entry], &playbook.config));
        let own = primary(&playbook.config.book.language);
        let wanted = playbook.config.book.languages.iter().map(|language| primary(language));
        let wanted: BTreeSet<String> = wanted
            .chain(self.translations.keys().map(|entry| tag(*entry)))
            .filter(|language| *language != own)
            .collect();
        let originals: Vec<usize> =
            playbook.index.kinds.iter().flat_map(|(_, entries)| entries.iter().copied()).collect();
        let lacking = wanted.into_iter().flat_map(move |language| {
            let in_it = |entry: usize| {
                let versions = self.translations.get(&entry).into_iter().flatten();
                versions.copied().find(|version| tag(*version) == language)
            };
            let of_own = originals.iter().filter(|entry| tag(**entry) == own);
            let lacks = of_own.filter_map(|entry| match in_it(*entry) {
                None => Some((language.clone(), *entry, false)),
                Some(version) => self.is_newer(*entry, version).then(|| (language.clone(), *entry, true)),
            });
            lacks.collect::<Vec<_>>()
        });
        lacking.collect::<Vec<_>>().into_iter()
    }

    /// Whether an entry changed after its translation was last looked at.
    fn is_newer(&self, entry: usize, translation: usize) -> bool {
        let changed = |at: usize| self.playbook.entries[at].facts.changed.as_ref().map(|changed| changed.value.0);
        let reviewed = self.playbook.entries[translation].facts.reviewed.as_ref().map(|reviewed| reviewed.value);
        changed(entry) > changed(translation).max(reviewed)
    }

    fn translation_groups(&self, range: std::ops::Range<usize>) -> Vec<GroupParts<'_>> {
        let mut groups: Vec<(String, Vec<ChangeParts<'_>>)> = Vec::new();
        for (language, entry, is_old) in self.untranslated().skip(range.start).take(range.len()) {
            let row = ChangeParts {
                entry: self.named(entry),
                kind: self.playbook.entries[entry].kind_name,
                day: None,
                note: if is_old { self.style.word("changed_since") } else { "" },
                must_read: false,
            };
            let title = autonym(&language);
            match groups.last_mut() {
                Some((last, rows)) if last == title => rows.push(row),
                _ => groups.push((title.to_owned(), vec![row])),
            }
        }
        groups.into_iter().map(|(title, rows)| GroupParts { title, rows: Rows::Changes(rows) }).collect()
    }

    fn year_of_change(&self, entry: usize) -> String {
        let changed = self.playbook.entries[entry].facts.changed.as_ref();
        changed.map_or_else(|| "–".to_owned(), |changed| changed.value.0.year().to_string())
    }

    fn change_groups<'p>(&'p self, entries: &[usize]) -> Vec<GroupParts<'p>> {
        let mut groups: Vec<(String, Vec<ChangeParts<'p>>)> = Vec::new();
        for entry in entries {
            let facts = &self.playbook.entries[*entry].facts;
            let changed = facts.changed.as_ref().map(|field| &field.value);
            let title = match changed {
                Some((day, _)) => self.style.month(*day),
                None => self.style.word("must_read").to_owned(),
            };
            let row = ChangeParts {
                entry: self.named(*entry),
                kind: self.playbook.entries[*entry].kind_name,
                day: changed.map(|(day, _)| *day),
                note: changed.map_or("", |(_, note)| note),
                must_read: facts.must_read,
            };
            match groups.last_mut() {
                Some((last, rows)) if *last == title => rows.push(row),
                _ => groups.push((title, vec![row])),
            }
        }
        groups.into_iter().map(|(title, rows)| GroupParts { title, rows: Rows::Changes(rows) }).collect()
    }
}

fn year(group: Group) -> String {
    match group {
        Group::NoOwner => "?".to_owned(),
        Group::Undated => "–".to_owned(),
        Group::Due(year) => year.to_string(),
    }
}

fn channels<'r, 'p>(rows: &'r Rows<'p>) -> impl Iterator<Item = &'p str> + use<'r, 'p> {
    let phrases = match rows {
        Rows::Phrases(phrases, _) => phrases.as_slice(),
        _ => &[],
    };
    phrases.iter().flat_map(|phrase| phrase.channels.iter().copied())
}
