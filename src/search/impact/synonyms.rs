//! Lets words find what other words find: those of the book, and those that everybody uses.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Impacts, Pair, Posting, Synonym, Term, Weights, scale};
use crate::search::stem::Stemmer;
use crate::search::tokens::{self, fold};

/// Lets the words that are typed find what the words that are meant find, for less. The book itself may not have the
/// words that are typed.
pub(super) fn synonymous(made: Impacts, rules: Vec<(&Synonym, &Stemmer)>, weights: &Weights) -> Impacts {
    let mut forms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // One stem, or two that stand together.
    let mut added: BTreeMap<(String, Option<String>), BTreeMap<u32, f32>> = BTreeMap::new();
    let found = rules
        .into_par_iter()
        .map(|(synonym, stemmer)| {
            let typed = stemmed(&synonym.typed, stemmer);
            let meant = stemmed(&synonym.meant, stemmer);
            let is_other = !typed.is_empty() && typed != meant;
            (synonym, stemmer, typed, if is_other { foremost(all_of(&made, &meant)) } else { Vec::new() })
        })
        .filter(|(_, _, _, impacts)| !impacts.is_empty())
        .collect::<Vec<_>>();
    for (synonym, stemmer, typed, impacts) in found {
        tokens::words(&synonym.typed, |word| {
            forms.entry(stemmer.stem(word)).or_default().insert(fold(word));
        });
        // Two words are one term, and of more each neighbouring pair is.
        let keys: Vec<(String, Option<String>)> = match &*typed {
            [one] => vec![(one.clone(), None)],
            more => more.windows(2).map(|pair| (pair[0].clone(), Some(pair[1].clone()))).collect(),
        };
        let share = weights.synonym as f32 / keys.len() as f32;
        for key in keys {
            let to = added.entry(key).or_default();
            for (entry, impact) in &impacts {
                let kept = to.entry(*entry).or_default();
                *kept = kept.max(impact * share);
            }
        }
    }
    if forms.is_empty() { made } else { with_synonyms(made, forms, added, weights.floor) }
}

/// The same impacts with more forms, terms and pairs.
fn with_synonyms(
    mut made: Impacts,
    forms: BTreeMap<String, BTreeSet<String>>,
    added: BTreeMap<(String, Option<String>), BTreeMap<u32, f32>>,
    floor: f64,
) -> Impacts {
    let unknown: Vec<&str> = forms.keys().map(String::as_str).filter(|key| made.term(key).is_none()).collect();
    let moved: Vec<u32> =
        (0..).zip(&made.terms).map(|(at, term)| at + unknown.partition_point(|key| **key < *term.key) as u32).collect();
    for pair in &mut made.pairs {
        (pair.first, pair.second) = (moved[pair.first as usize], moved[pair.second as usize]);
    }
    let scale_of_none = scale(0.0, floor);
    made.terms.extend(unknown.into_iter().map(|key| Term {
        key: key.into(),
        forms: Vec::new(),
        scale: scale_of_none,
        stop: false,
        list: 0..0,
    }));
    made.terms.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    for (key, forms) in forms {
        let at = made.term(&key).expect("every stem that is typed was added");
        let term = &mut made.terms[at as usize];
        term.forms.extend(forms.into_iter().map(String::into_boxed_str));
        term.forms.sort_unstable();
        term.forms.dedup();
    }
    let mut new_pairs: Vec<Pair> = Vec::new();
    for ((first, second), mut all) in added {
        let first = made.term(&first).expect("every stem that is typed was added");
        let second = second.map(|second| made.term(&second).expect("every stem that is typed was added"));
        let found = match second {
            None => Some(first),
            Some(second) => made.pair(first, second),
        };
        let (own, own_scale) = match (second, found) {
            (_, None) => (&[][..], 1),
            (None, Some(at)) => (made.of_term(at), made.terms[at as usize].scale),
            (Some(_), Some(at)) => (made.of_pair(at), made.pairs[at as usize].scale),
        };
        for posting in own {
            let kept = all.entry(posting.entry()).or_default();
            *kept = kept.max(worth(*posting, own_scale));
        }
        let scale = scale(all.values().fold(0.0f32, |most, impact| most.max(*impact)), floor);
        let list = made.keep(all.into_iter(), scale);
        match (second, found) {
            (Some(second), None) => new_pairs.push(Pair { first, second, scale, list }),
            (Some(_), Some(at)) => {
                let pair = &mut made.pairs[at as usize];
                (pair.scale, pair.list) = (scale, list);
            }
            (None, _) => {
                let term = &mut made.terms[first as usize];
                (term.scale, term.list) = (scale, list);
            }
        }
    }
    made.pairs.append(&mut new_pairs);
    made.pairs.sort_unstable_by_key(|pair| (pair.first, pair.second));
    made
}

/// What a posting says, as it was before it was rounded.
fn worth(posting: Posting, scale: u32) -> f32 {
    f32::from(posting.impact()) * scale as f32 / 1000.0
}

/// Entries that a synonym leads to: those that say most of what is meant. All that hold a frequent word are no help.
const MEANT: usize = 50;

fn foremost(mut impacts: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let better = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if impacts.len() > MEANT {
        impacts.select_nth_unstable_by(MEANT, better);
        impacts.truncate(MEANT);
        impacts.shrink_to_fit();
    }
    impacts
}

fn stemmed(text: &str, stemmer: &Stemmer) -> Vec<String> {
    let mut stems = Vec::new();
    tokens::words(text, |word| stems.push(stemmer.stem(word)));
    stems
}

/// The entries that hold all of some stems, with the sum of what these say.
fn all_of(made: &Impacts, stems: &[String]) -> Vec<(u32, f32)> {
    let Some(mut terms) = stems.iter().map(|stem| made.term(stem)).collect::<Option<Vec<u32>>>() else {
        return Vec::new();
    };
    terms.sort_by_key(|term| made.of_term(*term).len());
    let worth = |term: u32, posting: Posting| worth(posting, made.terms[term as usize].scale);
    let Some((rarest, others)) = terms.split_first() else { return Vec::new() };
    let mut all: Vec<(u32, f32)> =
        made.of_term(*rarest).iter().map(|posting| (posting.entry(), worth(*rarest, *posting))).collect();
    for other in others {
        let mut rest = made.of_term(*other).iter().peekable();
        all.retain_mut(|(entry, sum)| {
            while rest.next_if(|posting| posting.entry() < *entry).is_some() {}
            let found = rest.next_if(|posting| posting.entry() == *entry);
            found.inspect(|posting| *sum += worth(*other, **posting)).is_some()
        });
    }
    all
}
