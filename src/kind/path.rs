//! What to learn, in order.

use std::ops::Range;

use super::time::{Wait, number_alone};
use super::vocabulary::Vocabulary;
use super::{is_universal, with_subsections};
use crate::entry::{Body, Piece};

/// A learning path's stations.
#[derive(Clone, Debug, Default, Hash)]
pub struct Path {
    /// Days, weeks or steps, in order.
    pub stations: Vec<Station>,
}

/// A day, week or step.
#[derive(Clone, Debug, Hash)]
pub struct Station {
    /// Its section and the deeper ones under it.
    pub sections: Range<usize>,
    /// The piece of its section that is its list of stops; `None` without one.
    pub stops: Option<usize>,
    /// How long each of the stops takes; `None` if that is not said.
    pub takes: Vec<Option<Wait>>,
}

/// Reads the sections of a path.
pub fn read(body: &Body, vocabulary: &Vocabulary) -> Path {
    let sections = &body.sections;
    let stations =
        (0..sections.len()).filter(|index| sections[*index].level() == 2 && !is_universal(&sections[*index]));
    let stations = stations.map(|index| {
        let list = sections[index].pieces.iter().enumerate().find_map(|(at, piece)| match piece {
            Piece::Stops(list) => Some((at, &list.stops)),
            _ => None,
        });
        let takes = list.map_or_else(Vec::new, |(_, stops)| {
            stops.iter().map(|stop| Wait::read(&stop.time, vocabulary).or_else(|| number_alone(&stop.time))).collect()
        });
        Station { sections: with_subsections(sections, index), stops: list.map(|(at, _)| at), takes }
    });
    Path { stations: stations.collect() }
}
