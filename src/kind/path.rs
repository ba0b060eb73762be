//! What to learn, in order.

use std::ops::Range;

use super::time::Wait;
use super::vocabulary::Vocabulary;
use super::{is_universal, with_subsections};
use crate::entry::{Body, Fragment, Hole, Piece};

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
    /// What to read or do, in order.
    pub stops: Vec<Stop>,
    /// The number typed for the first of them.
    pub first_stop: u64,
    /// The prose piece that the stops were read from, which is not shown again.
    pub stops_from: Option<usize>,
}

/// One stop of a station.
#[derive(Clone, Debug, Hash)]
pub struct Stop {
    /// The item as markup, without its time.
    pub html: Fragment,
    /// `15 minutes, with a partner`; empty if not said.
    pub time: String,
    /// The same, understood; a number alone is minutes. `None` if not said.
    pub takes: Option<Wait>,
}

/// Reads the sections of a path.
pub fn read(body: &Body, vocabulary: &Vocabulary) -> Path {
    let sections = &body.sections;
    let stations =
        (0..sections.len()).filter(|index| sections[*index].level() == 2 && !is_universal(&sections[*index]));
    let stations = stations.map(|index| {
        let found = sections[index].pieces.iter().enumerate().find_map(|(at, piece)| match piece {
            Piece::Prose(prose) => numbered(prose, vocabulary).map(|(first, stops)| (at, first, stops)),
            _ => None,
        });
        let (stops_from, first_stop, stops) =
            found.map_or((None, 1, Vec::new()), |(at, first, stops)| (Some(at), first, stops));
        Station { sections: with_subsections(sections, index), stops, first_stop, stops_from }
    });
    Path { stations: stations.collect() }
}

/// The items of a piece that is one flat numbered list. The markup is ours and therefore regular.
fn numbered(prose: &Fragment, vocabulary: &Vocabulary) -> Option<(u64, Vec<Stop>)> {
    let html = prose.html.as_str();
    let open = html.find('>')? + 2;
    let first = match html.get(..open)? {
        "<ol>\n" => 1,
        start => start.strip_prefix("<ol start=\"")?.strip_suffix("\">\n")?.parse().ok()?,
    };
    let inside = html[open..].strip_suffix("</ol>\n")?;
    if ["<ol", "<ul", "<pre", "<blockquote", "<div"].iter().any(|nested| inside.contains(nested)) {
        return None;
    }
    let mut stops = Vec::new();
    let mut at = open;
    for item in inside.split_inclusive("</li>\n") {
        let start = at + item.find("<li>")? + "<li>".len();
        let end = at + item.rfind("</li>")?;
        let mut part = slice(prose, start, end);
        part.html = part.html.replace("<p>", "").replace("</p>", "");
        if part.html.len() != end - start {
            // Paragraph marks move the holes; a loose list is shown as it is typed.
            return None;
        }
        stops.push(stop(part, vocabulary));
        at += item.len();
    }
    (!stops.is_empty()).then_some((first, stops))
}

fn slice(prose: &Fragment, start: usize, end: usize) -> Fragment {
    let holes = prose.holes.iter().filter(|hole| (start..=end).contains(&(hole.at as usize)));
    let holes = holes.map(|hole| Hole { at: hole.at - start as u32, ..*hole }).collect();
    Fragment { html: prose.html[start..end].to_owned(), holes }
}

/// `… (15 minutes, with a partner)`.
fn stop(mut html: Fragment, vocabulary: &Vocabulary) -> Stop {
    let trimmed = html.html.trim_end().trim_end_matches('.').trim_end();
    let time =
        trimmed.strip_suffix(')').and_then(|rest| rest.rfind('(').map(|open| (open, rest[open + 1..].to_owned())));
    let holes_end = html.holes.last().map_or(0, |hole| hole.at as usize);
    match time {
        Some((open, time)) if time.starts_with(|c: char| c.is_ascii_digit()) && open >= holes_end => {
            let kept = html.html[..open].trim_end().len().max(holes_end);
            html.html.truncate(kept);
            Stop { html, takes: Wait::read(&time, vocabulary).or_else(|| number_alone(&time)), time }
        }
        _ => Stop { html, time: String::new(), takes: None },
    }
}

/// `15`, or `15, with a partner`: minutes.
fn number_alone(time: &str) -> Option<Wait> {
    let digits = time.len() - time.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let alone = !time[digits..].trim_start().starts_with(char::is_alphabetic);
    time[..digits].parse().ok().filter(|minutes| alone && *minutes <= 10_000).map(Wait::Minutes)
}
