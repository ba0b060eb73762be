//! Learns which words tell what is said for one entry from what is said for all others.
//!
//! A softmax regression (Bishop, *Pattern Recognition and Machine Learning*, 2006, §4.3.4) from the words of a saying, and
//! those that stand together in it, to its entry, by stochastic gradient descent, a saying at a time. A word that many
//! entries share, so that the ratio of [`likelier`](super::likelier) sees little in it, may still decide between two of
//! them; and of two words that always come together each gets its half.
//!
//! What is learnt hangs on all sayings of a book, so that an edit of one moves what the words of others say. It is for books
//! that have few enough, whose index is mostly one file in any case; in all others the ratio is alone.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// What is said for one entry: the terms of its title and of each saying, with [`END`] behind each. Empty if only its title
/// is known.
pub(super) type Said = Box<[u32]>;

/// What ends a saying.
pub(super) const END: u32 = u32::MAX;

/// Words of sayings times entries that are learnt from, at most: some hundredths of a second, and 32 MiB.
const MOST: usize = 1 << 22;

/// How often all sayings are learnt from.
const ROUNDS: usize = 5;

/// How far a weight goes against its gradient.
const STEP: f32 = 0.3;

/// What says less than this is not kept.
const LEAST: f32 = 0.15;

/// A term, or two that stand together.
pub(super) type Feature = (u32, Option<u32>);

/// How much a term says for an entry when somebody says it. Nothing if nothing is said, or too much to learn from.
#[derive(Default)]
pub(super) struct Learnt {
    /// In order of entry.
    weights: FxHashMap<Feature, Vec<(u32, f32)>>,
}

impl Learnt {
    /// Learns from what is said for each entry.
    pub(super) fn from(said: &[Said]) -> Learnt {
        let entries: Vec<usize> = (0..said.len()).filter(|entry| !said[*entry].is_empty()).collect();
        let n_words: usize = said.iter().map(|said| said.len()).sum();
        let is_little = entries.len() > 1 && n_words * entries.len() <= MOST;
        if is_little { Learner::new(said, &entries).learnt(&entries) } else { Learnt::default() }
    }

    /// Whether nothing is learnt.
    pub(super) fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The terms, alone or before another one, that say something else in `other`.
    pub(super) fn differing<'l>(&'l self, other: &'l Learnt) -> impl Iterator<Item = Feature> {
        let all = self.weights.keys().chain(other.weights.keys());
        all.filter(|feature| self.weights.get(feature) != other.weights.get(feature)).copied()
    }

    /// What a term says for an entry, or two that stand together.
    pub(super) fn weight(&self, first: u32, second: Option<u32>, entry: u32) -> f32 {
        let Some(weights) = self.weights.get(&(first, second)) else { return 0.0 };
        weights.binary_search_by_key(&entry, |(known, _)| *known).map_or(0.0, |at| weights[at].1)
    }
}

struct Learner {
    /// In the order in which they are met.
    features: Vec<Feature>,
    /// The features of each saying with the place of its entry: the first saying of every entry, then the second …
    sayings: Vec<(Box<[u32]>, usize)>,
    n_entries: usize,
    /// By feature and entry.
    weights: Vec<f32>,
}

impl Learner {
    fn new(said: &[Said], entries: &[usize]) -> Learner {
        let mut features = Vec::new();
        let mut numbers: FxHashMap<Feature, u32> = FxHashMap::default();
        let mut sayings = Vec::new();
        let mut left: Vec<_> = entries.iter().map(|entry| said[*entry].split_inclusive(|term| *term == END)).collect();
        let mut is_any = true;
        while std::mem::take(&mut is_any) {
            for (place, left) in left.iter_mut().enumerate() {
                let Some([saying @ .., END]) = left.next() else { continue };
                is_any = true;
                let alone = saying.iter().map(|term| (*term, None));
                let together = saying.windows(2).map(|pair| (pair[0], Some(pair[1])));
                let number = |feature| {
                    *numbers.entry(feature).or_insert_with(|| {
                        features.push(feature);
                        features.len() as u32 - 1
                    })
                };
                let mut own: Vec<u32> = alone.chain(together).map(number).collect();
                own.sort_unstable();
                own.dedup();
                sayings.push((own.into(), place));
            }
        }
        let n = features.len() * entries.len();
        Learner { features, sayings, n_entries: entries.len(), weights: vec![0.0; n] }
    }

    fn learnt(mut self, entries: &[usize]) -> Learnt {
        let sayings = std::mem::take(&mut self.sayings);
        let mut gradient = vec![0.0; self.n_entries];
        for _ in 0..ROUNDS {
            for (features, place) in &sayings {
                self.probabilities(features, &mut gradient);
                gradient[*place] -= 1.0;
                self.step(features, &gradient);
            }
        }
        let of_features = self.features.iter().zip(self.weights.chunks(self.n_entries));
        let weights = of_features.filter_map(|(feature, weights)| {
            let over = entries.iter().zip(weights).filter(|(_, weight)| **weight >= LEAST);
            let over: Vec<(u32, f32)> = over.map(|(entry, weight)| (*entry as u32, *weight)).collect();
            (!over.is_empty()).then_some((*feature, over))
        });
        Learnt { weights: weights.collect() }
    }

    /// The weights of a feature.
    fn of(&self, feature: u32) -> Range<usize> {
        let start = feature as usize * self.n_entries;
        start..start + self.n_entries
    }

    /// How likely each entry is meant by a saying.
    fn probabilities(&self, features: &[u32], into: &mut [f32]) {
        into.fill(0.0);
        for feature in features {
            for (sum, weight) in into.iter_mut().zip(&self.weights[self.of(*feature)]) {
                *sum += weight;
            }
        }
        let most = into.iter().fold(f32::MIN, |most, sum| most.max(*sum));
        into.iter_mut().for_each(|sum| *sum = (*sum - most).exp());
        let all: f32 = into.iter().sum();
        into.iter_mut().for_each(|likelihood| *likelihood /= all);
    }

    fn step(&mut self, features: &[u32], gradient: &[f32]) {
        for feature in features {
            let of_feature = self.of(*feature);
            for (weight, gradient) in self.weights[of_feature].iter_mut().zip(gradient) {
                *weight -= STEP * gradient;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sayings: &[&[u32]]) -> Said {
        sayings.iter().flat_map(|terms| terms.iter().copied().chain([END])).collect()
    }

    #[test]
    fn what_only_one_is_asked_for_with_says_more_than_what_all_are() {
        let learnt = Learnt::from(&[said(&[&[1, 2], &[1, 3]]), said(&[&[1, 4], &[5]]), said(&[])]);
        assert!(learnt.weight(2, None, 0) > learnt.weight(1, None, 0), "what both say says less");
        assert!(learnt.weight(4, None, 1) > 0.0);
        assert_eq!(learnt.weight(4, None, 0), 0.0, "it is said for another entry");
        assert!(learnt.weight(1, Some(4), 1) > 0.0, "words that stand together");
        assert_eq!(learnt.weight(9, None, 0), 0.0, "nobody says it");
    }

    #[test]
    fn what_is_learnt_hangs_on_no_number_of_a_term() {
        let learnt = |by: fn(u32) -> u32| {
            let renamed = |sayings: &[&[u32]]| {
                let renamed: Vec<Vec<u32>> =
                    sayings.iter().map(|terms| terms.iter().copied().map(by).collect()).collect();
                said(&renamed.iter().map(Vec::as_slice).collect::<Vec<_>>())
            };
            Learnt::from(&[renamed(&[&[1, 2, 3], &[4]]), renamed(&[&[2, 3], &[1, 5]])])
        };
        let (plain, turned) = (learnt(|term| term), learnt(|term| 90 - term));
        for (term, entry) in [(1, 0), (2, 0), (3, 1), (4, 0), (5, 1)] {
            assert_eq!(plain.weight(term, None, entry), turned.weight(90 - term, None, entry), "{term}");
        }
    }

    #[test]
    fn only_what_is_said_anywhere_differs_after_an_edit() {
        let before = Learnt::from(&[said(&[&[1, 2], &[3]]), said(&[&[4], &[5]])]);
        let after = Learnt::from(&[said(&[&[1, 2], &[3]]), said(&[&[4], &[6]])]);
        let differing: Vec<Feature> = before.differing(&after).collect();
        assert!(differing.contains(&(5, None)) && differing.contains(&(6, None)), "{differing:?}");
        assert!(differing.iter().all(|(term, _)| (1..=6).contains(term)), "{differing:?}");
        assert_eq!(before.differing(&before).count(), 0);
    }

    #[test]
    fn nothing_is_learnt_where_there_is_nothing_to_tell_apart_or_too_much() {
        assert!(Learnt::from(&[said(&[&[1], &[2]]), said(&[])]).is_empty());
        assert!(Learnt::from(&vec![said(&[&[1], &[2]]); 2000]).is_empty());
        let long: Vec<u32> = (0..MOST as u32 / 2).collect();
        assert!(Learnt::from(&[said(&[&[1], &long]), said(&[&[2], &[3]])]).is_empty(), "few sayings of many words");
    }
}
