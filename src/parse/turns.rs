//! Who speaks: the name at the beginning of a line of a conversation, in the ways in which people type it.

use pulldown_cmark::{Event, Tag};

use super::Draft;
use super::nodes::{Node, blocks, plain_text};
use super::said::is_opening_quote;

/// A line that begins with who speaks.
pub(super) struct Opening<'a> {
    pub(super) speaker: String,
    /// Whether it is our side.
    pub(super) ours: bool,
    pub(super) typed: Typed,
    /// What is said.
    pub(super) value: Vec<Node<'a>>,
}

/// How a speaker is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// `**Name:**`
    Bold,
    /// `Name:`
    Plain,
    /// `*Name:*`
    Italic,
    /// `**Name** –`, `Name -`
    Dash,
    /// `**Name** What is said`
    NoSign,
    /// `[10:32] Name:`
    Timed,
}

/// The name before a colon or a dash with which a line begins, and what stands behind it. Outside a conversation only a
/// bold name and one before a colon are looked for.
pub(super) fn name_before<'a>(
    draft: &Draft<'_>,
    line: &[Node<'a>],
    in_conversation: bool,
) -> Option<(String, Typed, Vec<Node<'a>>)> {
    let first = blocks(line).next()?;
    let marked = match first.tag() {
        Some(Tag::Strong) => Some(Typed::Bold),
        Some(Tag::Emphasis) if in_conversation => Some(Typed::Italic),
        Some(_) => return None,
        None => None,
    };
    if let Some(typed) = marked {
        let name = plain_text(first.inner());
        let rest = &line[first.nodes.len()..];
        let clean = |name: &str| (!name.trim().is_empty()).then(|| name.trim().to_owned());
        if let Some(name) = name.trim_end().strip_suffix([':', '：']) {
            return Some((clean(name)?, typed, rest.to_vec()));
        }
        let Some(Node { event: Event::Text(text), span, .. }) = rest.first() else { return None };
        let trimmed = text.trim_start();
        let behind = |after: &str| {
            let mut value = vec![draft.part_of(text, *span, after)];
            value.extend_from_slice(&rest[1..]);
            value
        };
        if let Some(after) = trimmed.strip_prefix([':', '：']) {
            return Some((clean(&name)?, typed, behind(after)));
        }
        let dash = ["- ", "– ", "— "].iter().find_map(|dash| trimmed.strip_prefix(dash));
        if let Some(after) = dash.filter(|_| in_conversation && text.starts_with(' ')) {
            return Some((clean(&name)?, Typed::Dash, behind(after)));
        }
        let says = trimmed.starts_with(|c: char| c.is_uppercase() || is_opening_quote(c));
        return (in_conversation && says && typed == Typed::Bold && text.starts_with(' '))
            .then(|| Some((clean(&name)?, Typed::NoSign, behind(trimmed))))
            .flatten();
    }
    let Event::Text(text) = &line.first()?.event else { return None };
    let dashes = ["- ", "– ", "— "].iter().filter(|_| in_conversation);
    let dash =
        dashes.filter_map(|dash| text.find(&format!(" {dash}")).map(|at| (at, at + 1 + dash.len(), Typed::Dash)));
    // The colon of the time in `Customer (10:32): …` is another.
    let behind_time =
        text.split_once("):").filter(|(head, _)| head.contains('(')).map_or(0, |(head, _)| head.len() + 1);
    let colon = text.char_indices().find(|(at, c)| *at >= behind_time && matches!(c, ':' | '：'));
    let colon = colon.map(|(at, c)| (at, at + c.len_utf8(), Typed::Plain));
    let (at, end, typed) = dash.chain(colon).min_by_key(|(at, ..)| *at)?;
    let after = text[end..].trim_start_matches(['*', ' ']);
    let mut value = vec![draft.part_of(text, line[0].span, after)];
    value.extend_from_slice(&line[1..]);
    let name = text[..at].trim_matches(['*', '_', ' ']);
    // `Customer (10:32): …`
    let timed = name.split_once('(').filter(|(_, time)| is_time(time.trim_end_matches([')', ' '])));
    match timed {
        Some((name, _)) => Some((name.trim().to_owned(), Typed::Timed, value)),
        None => Some((name.to_owned(), typed, value)),
    }
}

/// The line without the time of day that a chat puts before it: `[10:32]`, `10:32 -`, `(10:32:05)`. `None` without one.
pub(super) fn without_time<'a>(draft: &Draft<'_>, line: &[Node<'a>]) -> Option<Vec<Node<'a>>> {
    let Event::Text(text) = &line.first()?.event else { return None };
    let start = text.trim_start_matches(['[', '(', ' ']);
    let length = start.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(start.len());
    let (time, mut rest) = start.split_at(length);
    for noon in [" am", " pm", " AM", " PM", "am", "pm", " Uhr"] {
        rest = rest.strip_prefix(noon).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches([']', ')', ' ', ',', '-', '–', '—', '|']);
    if !is_time(time) {
        return None;
    }
    let mut nodes = Vec::with_capacity(line.len());
    if !rest.is_empty() {
        nodes.push(draft.part_of(text, line[0].span, rest));
    }
    nodes.extend_from_slice(&line[1..]);
    Some(nodes)
}

/// `10:32`, `9.05`, `10:32:05`.
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_end_matches(['.', ':']).split([':', '.']).collect();
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()))
        && parts[1..].iter().all(|part| part.len() == 2)
}
