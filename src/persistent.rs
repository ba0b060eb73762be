//! A vector of which a copy with a few other items shares all the rest, so that an edit of a large book costs what it
//! changes: a persistent vector (Driscoll, Sarnak, Sleator & Tarjan 1989) with two levels.

use std::cmp::Ordering;
use std::ops::{Index, Range};
use std::sync::Arc;

use rayon::prelude::*;

/// Items that are shared together. A copy counts one reference for so many, and a change copies so many.
const CHUNK: usize = 128;

/// Items in order. Cloning it and putting another item in the place of one leaves both with all others in common.
#[derive(Clone, Debug)]
pub struct PersistentVec<T> {
    /// All are full but the last.
    chunks: Vec<Arc<[T]>>,
    len: usize,
}

impl<T> PersistentVec<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at this place. `None` behind the last one.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    /// All, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { of: self, left: 0..self.len }
    }

    /// The place of an item in a sorted vector, or where it would be put.
    ///
    /// # Errors
    /// The second, as [`slice::binary_search_by`] has it.
    pub fn binary_search_by(&self, mut order: impl FnMut(&T) -> Ordering) -> Result<usize, usize> {
        let behind = self.chunks.partition_point(|chunk| order(&chunk[0]) != Ordering::Greater);
        let Some(chunk) = behind.checked_sub(1) else { return Err(0) };
        let place = |at: usize| chunk * CHUNK + at;
        self.chunks[chunk].binary_search_by(order).map(place).map_err(place)
    }

    /// The places at which two vectors do not have the same item, in order; behind the end of the shorter one, all.
    pub fn differing(&self, other: &PersistentVec<T>, is_same: impl Fn(&T, &T) -> bool) -> Vec<usize> {
        let is_shared = |chunk: &usize| {
            let chunks = self.chunks.get(*chunk).zip(other.chunks.get(*chunk));
            chunks.is_some_and(|(own, other)| Arc::ptr_eq(own, other))
        };
        let most = self.len.max(other.len);
        let chunks = (0..most.div_ceil(CHUNK)).filter(|chunk| !is_shared(chunk));
        let places = chunks.flat_map(|chunk| chunk * CHUNK..most.min((chunk + 1) * CHUNK));
        let differs = |at: &usize| !self.get(*at).zip(other.get(*at)).is_some_and(|(own, other)| is_same(own, other));
        places.filter(differs).collect()
    }
}

impl<T: Clone> PersistentVec<T> {
    /// Puts another item at this place, which is not behind the last one.
    pub fn set(&mut self, at: usize, item: T) {
        Arc::make_mut(&mut self.chunks[at / CHUNK])[at % CHUNK] = item;
    }
}

impl<T: Send + Sync> PersistentVec<T> {
    /// All, in order, on several threads.
    pub fn par_iter(&self) -> impl IndexedParallelIterator<Item = &T> {
        (0..self.len).into_par_iter().map(|at| &self[at])
    }
}

impl<T> Default for PersistentVec<T> {
    fn default() -> PersistentVec<T> {
        PersistentVec { chunks: Vec::new(), len: 0 }
    }
}

impl<T> FromIterator<T> for PersistentVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> PersistentVec<T> {
        let mut items = items.into_iter();
        let chunk = || {
            let chunk: Arc<[T]> = items.by_ref().take(CHUNK).collect();
            (!chunk.is_empty()).then_some(chunk)
        };
        let chunks: Vec<Arc<[T]>> = std::iter::from_fn(chunk).collect();
        let len = chunks.iter().map(|chunk| chunk.len()).sum();
        PersistentVec { chunks, len }
    }
}

impl<T> Index<usize> for PersistentVec<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.chunks[at / CHUNK][at % CHUNK]
    }
}

impl<'v, T> IntoIterator for &'v PersistentVec<T> {
    type Item = &'v T;
    type IntoIter = Iter<'v, T>;

    fn into_iter(self) -> Iter<'v, T> {
        self.iter()
    }
}

/// The items of a [`PersistentVec`], in order.
#[derive(Debug)]
pub struct Iter<'v, T> {
    of: &'v PersistentVec<T>,
    left: Range<usize>,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter { of: self.of, left: self.left.clone() }
    }
}

impl<'v, T> Iterator for Iter<'v, T> {
    type Item = &'v T;

    fn next(&mut self) -> Option<&'v T> {
        self.left.next().map(|at| &self.of[at])
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<&'v T> {
        self.left.nth(n).map(|at| &self.of[at])
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left.next_back().map(|at| &self.of[at])
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: u32) -> PersistentVec<Arc<u32>> {
        (0..n).map(Arc::new).collect()
    }

    #[test]
    fn it_is_a_vector() {
        for n in [0, 1, 127, 128, 129, 1000] {
            let all = numbers(n);
            assert_eq!((all.len(), all.is_empty()), (n as usize, n == 0));
            assert!(all.iter().map(|item| **item).eq(0..n));
            assert!(all.iter().rev().map(|item| **item).eq((0..n).rev()));
            assert!(all.par_iter().map(|item| **item).collect::<Vec<_>>().into_iter().eq(0..n));
            assert_eq!(all.get(n as usize), None);
            let even: PersistentVec<u32> = (0..n).map(|item| 2 * item).collect();
            let slice: Vec<u32> = even.iter().copied().collect();
            for wanted in 0..2 * n + 2 {
                let order = |item: &u32| item.cmp(&wanted);
                assert_eq!(even.binary_search_by(order), slice.binary_search_by(order), "{wanted} of {n}");
            }
        }
    }

    #[test]
    fn a_copy_with_another_item_shares_all_other_chunks() {
        let all = numbers(1000);
        let mut copy = all.clone();
        copy.set(500, Arc::new(7));
        assert_eq!((*all[500], *copy[500]), (500, 7));
        let n_shared = all.chunks.iter().zip(&copy.chunks).filter(|(one, other)| Arc::ptr_eq(one, other)).count();
        assert_eq!(n_shared, all.chunks.len() - 1);
        let mut n_compared = std::cell::Cell::new(0);
        let is_same = |one: &Arc<u32>, other: &Arc<u32>| {
            n_compared.set(n_compared.get() + 1);
            Arc::ptr_eq(one, other)
        };
        assert_eq!(copy.differing(&all, is_same), [500]);
        assert_eq!(*n_compared.get_mut(), CHUNK);
    }

    #[test]
    fn behind_the_end_of_the_shorter_one_all_differ() {
        let (short, long) = (numbers(100), numbers(300));
        let differing = long.differing(&short, |one, other| one == other);
        assert!(differing.into_iter().eq(100..300));
        assert_eq!(short.differing(&long, |one, other| one == other).len(), 200);
    }
}
