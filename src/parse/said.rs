//! What is said among the words that stand where words to say stand: quotation marks, and what is no line to say.

use pulldown_cmark::{Event, Tag};

use super::nodes::{Node, blocks, plain_text};
use super::pieces::{edit_first, edit_last};
use crate::text::fold;

/// Why words that stand among words to say are none.
pub(super) enum Unspoken {
    /// It is what not to say.
    Avoid,
    /// It is a note to the reader.
    Note,
    /// It says how to say it: `(slowly)`.
    Aside,
}

/// Whether words among those to say begin with a sign or a label that says otherwise. Words in quotation marks are said.
pub(super) fn unspoken(words: &[Node<'_>]) -> Option<Unspoken> {
    const CROSSES: [char; 9] = ['❌', '✗', '✘', '✖', '⛔', '🚫', '👎', '☒', '×'];
    const AVOID: [&str; 18] = [
        "not",
        "never",
        "don't",
        "dont",
        "do not",
        "don't say",
        "do not say",
        "never say",
        "avoid",
        "not like this",
        "wrong",
        "instead of",
        "rather not",
        "nicht",
        "nie",
        "niemals",
        "falsch",
        "vermeiden",
    ];
    const NOTE: [&str; 17] = [
        "note",
        "notes",
        "nb",
        "n.b.",
        "tip",
        "hint",
        "important",
        "warning",
        "caution",
        "attention",
        "remember",
        "reminder",
        "careful",
        "hinweis",
        "achtung",
        "tipp",
        "wichtig",
    ];
    let text = plain_text(words);
    let text = text.trim();
    let mut inner = blocks(words);
    if matches!(inner.next()?.tag(), Some(Tag::Strikethrough)) && inner.next().is_none() || text.starts_with(CROSSES) {
        return Some(Unspoken::Avoid);
    }
    if text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1 {
        return Some(Unspoken::Aside);
    }
    let (label, _) = text.split_once([':', '：'])?;
    let label = fold(label.trim_matches(['*', '_', ' ']));
    match () {
        () if AVOID.contains(&label.as_str()) => Some(Unspoken::Avoid),
        () if NOTE.contains(&label.as_str()) => Some(Unspoken::Note),
        () => None,
    }
}

/// The bytes of `text` up to the end of the quotation with which it begins. `None` if it does not begin with one, or if
/// that is all of it.
pub(super) fn end_of_quotation(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let closes = |c: char| QUOTES.iter().any(|(opening, closing)| *opening == open && *closing == c);
    let (at, close) = text.char_indices().skip(1).find(|(_, c)| closes(*c))?;
    let end = at + close.len_utf8();
    (!text[end..].trim().is_empty()).then_some(end)
}

/// Whether what stands behind a quotation is about it, and not said: `(smiling)`, `– slowly`.
pub(super) fn is_remark(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('(') && text.ends_with(')')) || text.starts_with(['[', '–', '—']) || text.starts_with("- ")
}

const QUOTES: [(char, char); 14] = [
    ('"', '"'),
    ('“', '”'),
    ('„', '“'),
    ('„', '”'),
    ('«', '»'),
    ('»', '«'),
    ('‘', '’'),
    ('‚', '‘'),
    ('‚', '’'),
    ('‹', '›'),
    ('›', '‹'),
    ('「', '」'),
    ('”', '”'),
    ('“', '“'),
];

pub(super) fn is_opening_quote(c: char) -> bool {
    QUOTES.iter().any(|(open, _)| *open == c)
}

pub(super) fn is_closing_quote(c: char) -> bool {
    QUOTES.iter().any(|(_, close)| *close == c)
}

/// Nodes without the quotation marks around the whole. Marks inside stay.
pub(super) fn unquoted<'a>(nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let text = plain_text(nodes);
    let text = text.trim();
    let pair = QUOTES.iter().find(|(open, close)| {
        text.len() > 1
            && text.starts_with(*open)
            && text.ends_with(*close)
            && !text[open.len_utf8()..text.len() - close.len_utf8()].contains([*open, *close])
    });
    let Some((open, close)) = pair else { return nodes.to_vec() };
    let starts =
        matches!(nodes.first(), Some(Node { event: Event::Text(text), .. }) if text.trim_start().starts_with(*open));
    let ends = matches!(nodes.last(), Some(Node { event: Event::Text(text), .. }) if text.trim_end().ends_with(*close));
    let mut nodes = nodes.to_vec();
    if starts && ends {
        edit_first(&mut nodes, |text| text.trim_start().strip_prefix(*open).unwrap_or(text).to_owned());
        edit_last(&mut nodes, |text| text.trim_end().strip_suffix(*close).unwrap_or(text).to_owned());
    }
    nodes
}
