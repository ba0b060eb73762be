//! Facets: the values of situations, skills, channels, tags and owners, each with its entries.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::ByTitle;
use super::review::by_due;
use crate::config::Config;
use crate::entry::{Entry, Fact, Form};
use crate::facts::Field;
use crate::filter::Visible;
use crate::index::az::sort_key;
use crate::link::{Links, Target};
use crate::persistent::PersistentVec;
use crate::text::{UniqueNames, fold, slug};

/// What an entry can be found by, beside its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetName {
    /// What is going on.
    Situations,
    /// What one practises.
    Skills,
    /// Where it is used.
    Channels,
    /// Free words.
    Tags,
    /// Who looks after it.
    Owners,
}

impl FacetName {
    /// All, in the order of the menu.
    pub const ALL: [FacetName; 5] =
        [FacetName::Situations, FacetName::Skills, FacetName::Channels, FacetName::Tags, FacetName::Owners];

    /// Its name in addresses, views and the words of the theme.
    pub fn word(self) -> &'static str {
        match self {
            FacetName::Situations => "situations",
            FacetName::Skills => "skills",
            FacetName::Channels => "channels",
            FacetName::Tags => "tags",
            FacetName::Owners => "owners",
        }
    }

    /// The key in the words of the theme for one value of it.
    pub fn one(self) -> &'static str {
        self.word().strip_suffix('s').expect("each is a plural")
    }

    /// The values that an entry gives, as typed.
    pub fn of(self, entry: &Entry) -> &[Field<String>] {
        let facts = &entry.facts;
        match self {
            FacetName::Situations => &facts.situations,
            FacetName::Skills => &facts.skills,
            FacetName::Channels => &facts.channel,
            FacetName::Tags => &facts.tags,
            FacetName::Owners => facts.owner.as_slice(),
        }
    }
}

/// A facet with the values that the entries of a copy give.
#[derive(Clone, Debug)]
pub struct Facet {
    /// Which one.
    pub name: FacetName,
    /// In order of name.
    pub values: Vec<Arc<Value>>,
    /// Folded name → index of the value.
    found: Arc<HashMap<String, usize>>,
}

/// A value of a facet.
#[derive(Clone, Debug)]
pub struct Value {
    /// As the first entry types it; for an owner, the title of the contact.
    pub title: String,
    /// The end of its address.
    pub slug: String,
    /// Its entries, by title; for an owner, as they are to be reviewed.
    pub entries: Vec<usize>,
}

impl Facet {
    /// The index of the value that was typed so.
    pub fn find(&self, typed: &str) -> Option<usize> {
        self.found.get(&fold(typed)).copied()
    }

    /// Orders the lists in which this entry stands, which is called otherwise. Owners list theirs as they are due.
    pub(super) fn retitled(&mut self, entry: &Visible, by_title: &ByTitle) {
        let typed = if self.name == FacetName::Owners { &[][..] } else { self.name.of(entry) };
        for typed in typed {
            if let Some(at) = self.find(&typed.value) {
                by_title.sort(&mut Arc::make_mut(&mut self.values[at]).entries);
            }
        }
    }
}

/// The facets of a copy that have a value.
pub(super) fn facets(
    entries: &PersistentVec<Visible>,
    links: &Links,
    by_title: &ByTitle,
    config: &Config,
) -> Vec<Facet> {
    let facets = FacetName::ALL.into_par_iter().map(|name| facet(name, entries, links, by_title, config));
    facets.filter(|facet| !facet.values.is_empty()).collect()
}

fn facet(
    name: FacetName,
    entries: &PersistentVec<Visible>,
    links: &Links,
    by_title: &ByTitle,
    config: &Config,
) -> Facet {
    let mut values: Vec<Value> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for typed in name.of(entry) {
            let value = *at.entry(fold(&typed.value)).or_insert_with(|| {
                let contact = if name == FacetName::Owners { owner(index, entry, links) } else { None };
                let title = contact.map_or_else(|| typed.value.clone(), |contact| entries[contact].title.to_string());
                values.push(Value { title, slug: slug(&typed.value), entries: Vec::new() });
                values.len() - 1
            });
            if values[value].entries.last() != Some(&index) {
                values[value].entries.push(index);
            }
        }
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_cached_key(|value| (sort_key(&values[*value].title), values[*value].slug.clone()));
    let mut rank = vec![0; values.len()];
    for (place, value) in order.iter().enumerate() {
        rank[*value] = place;
    }
    let found = at.into_iter().map(|(typed, value)| (typed, rank[value])).collect();
    let mut sorted: Vec<(usize, Value)> =
        values.into_iter().enumerate().map(|(value, kept)| (rank[value], kept)).collect();
    sorted.sort_by_key(|(rank, _)| *rank);
    let mut slugs = UniqueNames::default();
    let values = sorted.into_iter().map(|(_, mut value)| {
        value.slug = slugs.claim(if value.slug.is_empty() { "other" } else { &value.slug });
        match name {
            FacetName::Owners => by_due(entries, &mut value.entries, config),
            _ => by_title.sort(&mut value.entries),
        }
        Arc::new(value)
    });
    Facet { name, values: values.collect(), found: Arc::new(found) }
}

/// Whether an owner has this name, which may be that of the contact.
pub(super) fn is_owner(facets: &[Facet], name: &str) -> bool {
    let owners = facets.iter().filter(|facet| facet.name == FacetName::Owners);
    owners.flat_map(|facet| &facet.values).any(|value| value.title == name)
}

/// The contact that an entry's owner is.
pub fn owner(entry: usize, source: &Entry, links: &Links) -> Option<usize> {
    let reference = source.references.iter().position(|reference| reference.form == Form::Fact(Fact::Owner))?;
    match links.targets[entry][reference] {
        Target::Entry { entry, .. } => Some(entry),
        _ => None,
    }
}
