//! The coverage matrix: what there is for each situation, and what is missing.
//!
//! Whoever is in a situation needs words to say, and a way on: a decision or an escalation. A book may say in
//! `[review.complete]` why a situation needs no more than it has.

use std::sync::Arc;

use super::ByTitle;
use super::facet::{Facet, FacetName};
use crate::config::Config;
use crate::facts::KindName;
use crate::filter::Visible;
use crate::persistent::PersistentVec;
use crate::text::fold;

/// What every situation needs: one of the kinds of each.
pub const NEEDS: [&[KindName]; 2] = [&[KindName::Script], &[KindName::Decision, KindName::Escalation]];

/// What there is for one situation.
#[derive(Clone, Debug)]
pub struct Row {
    /// The index of the situation among the values of its facet.
    pub situation: usize,
    /// Its entries of each kind, in the order of [`KindName::ALL`], by title.
    pub entries: Vec<Vec<usize>>,
    /// Those of [`NEEDS`] that it lacks, by their index.
    pub lacks: Vec<usize>,
    /// Why that is no gap. `None` if it is one, or if nothing is lacking.
    pub reason: Option<String>,
}

impl Row {
    /// What is still to be written.
    pub fn gaps(&self) -> &[usize] {
        if self.reason.is_some() { &[] } else { &self.lacks }
    }
}

/// The rows of all situations, in order of name.
pub(super) fn rows(entries: &PersistentVec<Visible>, facets: &[Facet], config: &Config) -> Vec<Arc<Row>> {
    let Some(situations) = facets.iter().find(|facet| facet.name == FacetName::Situations) else { return Vec::new() };
    let row = |(situation, value): (usize, &super::facet::Value)| {
        let of_kind = |kind: &KindName| -> Vec<usize> {
            value.entries.iter().copied().filter(|entry| entries[*entry].kind_name == *kind).collect()
        };
        let by_kind: Vec<Vec<usize>> = KindName::ALL.iter().map(of_kind).collect();
        let has =
            |kind: &KindName| KindName::ALL.iter().zip(&by_kind).any(|(known, of)| known == kind && !of.is_empty());
        let lacks: Vec<usize> = (0..NEEDS.len()).filter(|need| !NEEDS[*need].iter().any(has)).collect();
        let wanted = fold(&value.title);
        let reason = config.review.complete.iter().find(|(named, _)| fold(named) == wanted);
        let reason = reason.filter(|_| !lacks.is_empty()).map(|(_, reason)| reason.clone());
        Arc::new(Row { situation, entries: by_kind, lacks, reason })
    };
    situations.values.iter().map(|value| &**value).enumerate().map(row).collect()
}

/// The same rows, with an entry that is called otherwise.
pub(super) fn retitled(mut rows: Vec<Arc<Row>>, entry: usize, by_title: &ByTitle) -> Vec<Arc<Row>> {
    for row in &mut rows {
        if let Some(of_kind) = row.entries.iter().position(|of_kind| of_kind.contains(&entry)) {
            by_title.sort(&mut Arc::make_mut(row).entries[of_kind]);
        }
    }
    rows
}
