//! What to learn, in order.

use std::ops::Range;

use super::escalation::Wait;
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
    /// 0 if not said.
    pub minutes: u32,
}

/// Reads the sections of a path.
pub fn read(body: &Body) -> Path {
    let sections = &body.sections;
    let stations =
        (0..sections.len()).filter(|index| sections[*index].level() == 2 && !is_universal(&sections[*index]));
    let stations = stations.map(|index| {
        let list = |open: &str| {
            sections[index].pieces.iter().enumerate().find_map(|(at, piece)| match piece {
                Piece::Prose(prose) => stops_of(prose, open).map(|(first, stops)| (at, first, stops)),
                _ => None,
            })
        };
        // Bullets that begin with a link were meant as the numbered list that is not there.
        let linked = |(_, _, stops): &(usize, u64, Vec<Stop>)| {
            stops.iter().all(|stop| stop.html.holes.first().is_some_and(|hole| hole.at == 0))
        };
        let found = list("<ol").or_else(|| list("<ul").filter(linked));
        let (stops_from, first_stop, stops) =
            found.map_or((None, 1, Vec::new()), |(at, first, stops)| (Some(at), first, stops));
        Station { sections: with_subsections(sections, index), stops, first_stop, stops_from }
    });
    Path { stations: stations.collect() }
}

/// The items of a piece that is one flat list which begins with `tag`, and the number of the first. The markup is ours
/// and therefore regular.
fn stops_of(prose: &Fragment, tag: &str) -> Option<(u64, Vec<Stop>)> {
    let html = prose.html.as_str();
    let open = html.find('>')? + 2;
    let first = match html.get(..open)?.strip_prefix(tag)? {
        ">\n" => 1,
        start => start.strip_prefix(" start=\"")?.strip_suffix("\">\n")?.parse().ok()?,
    };
    let close = if tag == "<ol" { "</ol>\n" } else { "</ul>\n" };
    let inside = html[open..].strip_suffix(close)?;
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
        stops.push(stop(part));
        at += item.len();
    }
    (!stops.is_empty()).then_some((first, stops))
}

fn slice(prose: &Fragment, start: usize, end: usize) -> Fragment {
    let holes = prose.holes.iter().filter(|hole| (start..=end).contains(&(hole.at as usize)));
    let holes = holes.map(|hole| Hole { at: hole.at - start as u32, ..*hole }).collect();
    Fragment { html: prose.html[start..end].to_owned(), holes }
}

/// `… (15 minutes, with a partner)`, also without the brackets.
fn stop(mut html: Fragment) -> Stop {
    let from = html.holes.last().map_or(0, |hole| hole.at as usize);
    let Some((start, time)) = time_behind(&html.html, from, !html.holes.is_empty()) else {
        return Stop { html, time: String::new(), minutes: 0 };
    };
    let minutes = match Wait::read(&time) {
        Some(Wait::Minutes(minutes)) => minutes.min(10_000),
        _ => 0,
    };
    html.html.truncate(html.html[..start].trim_end().len().max(from));
    Stop { html, time, minutes }
}

/// Where the time at the end of an item begins, and what it says. It stands behind all links, so not before `from`.
fn time_behind(html: &str, from: usize, has_link: bool) -> Option<(usize, String)> {
    let end = html.trim_end().trim_end_matches('.').trim_end().len().max(from);
    if let Some(open) = html[from..end].strip_suffix(')').and_then(|rest| rest.rfind('(')) {
        let time = &html[from + open + 1..end - 1];
        return Wait::read(time).map(|_| (from + open, time.to_owned()));
    }
    // `15 min` or `, about 1 hour`: nothing else stands behind the link.
    let words = html[from..end].trim_start_matches([' ', ',', ';', ':', '-', '–', '—']);
    let is_time = has_link
        && !words.contains('<')
        && words.split_whitespace().count() <= 4
        && words.contains(|c: char| c.is_ascii_digit())
        && matches!(Wait::read(words), Some(Wait::Minutes(_)));
    is_time.then(|| (from, words.to_owned()))
}
