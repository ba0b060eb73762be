//! What the front page shows, for somebody whose caller waits.

use super::facet::{Facet, FacetName};
use crate::config::Config;
use crate::facts::KindName;
use crate::filter::Visible;
use crate::persistent::PersistentVec;
use crate::text::fold;

/// What the front page shows.
#[derive(Debug, Default)]
pub struct Front {
    /// The content folder's own page, whose prose it shows.
    pub page: Option<usize>,
    /// Indexes of the situations, in the order shown; at most twelve.
    pub situations: Vec<usize>,
    /// The entry behind the urgent link of every page.
    pub urgent: Option<usize>,
    /// Entries that the search offers before anything is typed.
    pub pinned: Vec<usize>,
    /// Entries that must be read, the newest first.
    pub must_read: Vec<usize>,
    /// The three doors.
    pub doors: Vec<Door>,
}

/// A door of the front page.
#[derive(Debug)]
pub struct Door {
    /// `words`, `decide` or `practise`.
    pub name: &'static str,
    /// The kinds behind it.
    pub kinds: &'static [KindName],
}

/// Situations on the front page: more do not fit on a screen beside the doors.
const SITUATIONS: usize = 12;

const DOORS: [Door; 3] = [
    Door { name: "words", kinds: &[KindName::Script] },
    Door { name: "decide", kinds: &[KindName::Decision, KindName::Escalation] },
    Door { name: "practise", kinds: &[KindName::Roleplay, KindName::Checklist, KindName::Path] },
];

/// `root` is the content folder's own page, whose prose the front page shows.
pub(super) fn front(entries: &PersistentVec<Visible>, root: Option<usize>, facets: &[Facet], config: &Config) -> Front {
    let situations = facets.iter().find(|facet| facet.name == FacetName::Situations);
    let mut must_read: Vec<usize> = (0..entries.len()).filter(|entry| entries[*entry].facts.must_read).collect();
    let changed = |entry: &usize| entries[*entry].facts.changed.as_ref().map(|changed| changed.value.0);
    must_read.sort_by_key(|entry| std::cmp::Reverse(changed(entry)));
    let named = |name: &String| {
        let wanted = fold(name.trim_end_matches(".md"));
        entries.iter().position(|entry| fold(entry.source.path.name()) == wanted || fold(entry.id()) == wanted)
    };
    let urgent = config.front.urgent.as_ref().and_then(named);
    let in_use = |door: &Door| {
        let listed = entries.iter().enumerate().filter(|(at, _)| Some(*at) != root);
        listed.map(|(_, entry)| entry.kind_name).any(|kind| door.kinds.contains(&kind))
    };
    Front {
        page: root,
        situations: situations.map_or_else(Vec::new, |situations| chosen(situations, config)),
        urgent: urgent.or_else(|| entries.iter().position(|entry| entry.facts.urgent)),
        pinned: config.front.pinned.iter().filter_map(named).collect(),
        must_read,
        doors: DOORS.into_iter().filter(in_use).collect(),
    }
}

/// The situations that the book names, as far as visible entries have them; else those with the most entries.
fn chosen(situations: &Facet, config: &Config) -> Vec<usize> {
    if !config.front.situations.is_empty() {
        let mut chosen: Vec<usize> = Vec::new();
        for name in &config.front.situations {
            chosen.extend(situations.find(name).filter(|value| !chosen.contains(value)));
        }
        return chosen;
    }
    let mut most: Vec<usize> = (0..situations.values.len()).collect();
    most.sort_by_key(|value| std::cmp::Reverse(situations.values[*value].entries.len()));
    most.truncate(SITUATIONS);
    most
}
